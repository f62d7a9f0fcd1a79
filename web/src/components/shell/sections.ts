import { Boxes, GraduationCap, Images, type LucideIcon, ScanSearch } from "lucide-react";

export interface Section {
  href: string;
  label: string;
  icon: LucideIcon;
  /** The key that goes there, after "g". */
  key: string;
}

export const SECTIONS: readonly Section[] = [
  { href: "/predict/", label: "Predict", icon: ScanSearch, key: "p" },
  { href: "/data/", label: "Data", icon: Images, key: "d" },
  { href: "/train/", label: "Train", icon: GraduationCap, key: "t" },
  { href: "/models/", label: "Models", icon: Boxes, key: "m" },
];

export function isCurrent(section: Section, path: string): boolean {
  return path.startsWith(section.href) || (path === "/" && section.href === "/predict/");
}
