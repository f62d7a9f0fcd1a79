"use client";
import { useQueryClient } from "@tanstack/react-query";
import { Activity, Boxes, type LucideIcon, Moon, PanelLeft, Play, Tag, Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTheme } from "next-themes";
import type { DataInsights, Model } from "@/api/types";
import { openJobPanel } from "@/components/jobs/job-panel-store";
import { classOrder } from "@/lib/class-colors";
import { formatPercent, plural } from "@/lib/format";
import { SECTIONS } from "./sections";
import { overlay, toggleRail } from "./shell-store";

export interface Command {
  id: string;
  group: "Pages" | "Actions" | "Models" | "Classes";
  label: string;
  hint?: string;
  icon: LucideIcon;
  run: () => void;
}

/** All that can be found. Classes and models come from `insights` and `models`, as far as these are known. */
export function useCommands(insights: DataInsights | undefined, models: readonly Model[] | undefined): Command[] {
  const router = useRouter();
  const queries = useQueryClient();
  const { resolvedTheme, setTheme } = useTheme();
  const go = (href: string) => () => router.push(href);
  const pages = SECTIONS.map(
    (section): Command => ({
      id: section.href,
      group: "Pages",
      label: section.label,
      hint: `g ${section.key}`,
      icon: section.icon,
      run: go(section.href),
    }),
  );
  const actions: Command[] = [
    { id: "add", group: "Actions", label: "Add pictures", icon: Upload, run: go("/data/import/") },
    { id: "train", group: "Actions", label: "Train a new version", icon: Play, run: go("/train/") },
    {
      id: "work",
      group: "Actions",
      label: "Show the latest work",
      icon: Activity,
      run: () => openJobPanel(null),
    },
    {
      id: "fold",
      group: "Actions",
      label: "Fold or open the rail",
      hint: "[",
      icon: PanelLeft,
      run: toggleRail,
    },
    {
      id: "theme",
      group: "Actions",
      label: "Switch between light and dark",
      icon: Moon,
      run: () => setTheme(resolvedTheme === "dark" ? "light" : "dark"),
    },
    {
      id: "reload",
      group: "Actions",
      label: "Ask the server for everything again",
      icon: Activity,
      run: () => void queries.invalidateQueries(),
    },
    {
      id: "keys",
      group: "Actions",
      label: "Show the keys",
      hint: "?",
      icon: Tag,
      run: () => overlay.set(() => "keys"),
    },
  ];
  const versions = (models ?? []).map(
    (model): Command => ({
      id: `model-${model.version}`,
      group: "Models",
      label: `Version ${model.version}`,
      hint: formatPercent(model.metrics.accuracy),
      icon: Boxes,
      run: go(`/models/?version=${model.version}`),
    }),
  );
  const counts = insights?.class_distribution ?? {};
  const classes = classOrder(Object.keys(counts)).map(
    (label): Command => ({
      id: `class-${label}`,
      group: "Classes",
      label,
      hint: plural(counts[label] ?? 0, "picture"),
      icon: Tag,
      run: go(`/data/pictures/?label=${encodeURIComponent(label)}`),
    }),
  );
  return [...pages, ...actions, ...versions, ...classes];
}
