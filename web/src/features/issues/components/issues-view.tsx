export function IssuesView() {
  return null;
}
