import { Activity, Boxes, GraduationCap, House, Images, type LucideIcon, ScanSearch, Sparkles } from "lucide-react";

interface Section {
  href: string;
  label: string;
  icon: LucideIcon;
  /** The key that goes there, after "g". */
  key: string;
}

export const SECTIONS: readonly Section[] = [
  { href: "/", label: "Overview", icon: House, key: "o" },
  { href: "/predict/", label: "Predict", icon: ScanSearch, key: "p" },
  { href: "/data/", label: "Data", icon: Images, key: "d" },
  { href: "/train/", label: "Train", icon: GraduationCap, key: "t" },
  { href: "/improve/", label: "Improve", icon: Sparkles, key: "i" },
  { href: "/models/", label: "Models", icon: Boxes, key: "m" },
  { href: "/monitor/", label: "Monitor", icon: Activity, key: "w" },
];

export function isCurrent(section: Section, path: string): boolean {
  return section.href === "/" ? path === "/" : path.startsWith(section.href);
}
