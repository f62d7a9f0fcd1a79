/** Two images that are told apart: one outlined, one filled. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" className={className} aria-hidden="true">
      <rect x="2.75" y="6.75" width="11.5" height="11.5" rx="2" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <rect
        x="11"
        y="3"
        width="10.5"
        height="10.5"
        rx="2"
        fill="var(--accent)"
        stroke="var(--background)"
        strokeWidth="1.5"
      />
    </svg>
  );
}
