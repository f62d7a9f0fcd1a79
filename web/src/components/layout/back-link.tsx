import type { ReactNode } from "react";
import { Link } from "@/components/ui/link";

/** One page up. */
export function BackLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <p className="mb-3 text-sm">
      <Link href={href} className="text-muted-foreground hover:text-foreground hover:underline">
        ← {children}
      </Link>
    </p>
  );
}
