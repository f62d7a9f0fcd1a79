export function VersionsView() {
  return null;
}
