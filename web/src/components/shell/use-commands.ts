"use client";
import { useQueryClient } from "@tanstack/react-query";
import { Activity, Boxes, type LucideIcon, Moon, PanelLeft, Play, Tag, Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTheme } from "next-themes";
import type { DataInsights, Model } from "@/api/types";
import { openJobPanel } from "@/components/jobs/job-panel-store";
import { accuracyOf } from "@/components/layout/accuracy";
import { classOrder } from "@/lib/class-colors";
import { plural } from "@/lib/format";
import { SECTIONS } from "./sections";
import { overlay, toggleRail } from "./shell-store";

export interface Command {
  id: string;
  group: "Pages" | "Actions" | "Models" | "Classes";
  label: string;
  icon: LucideIcon;
  run: () => void;
  hint?: string;
}

/** All that can be found. Classes and models come from `insights` and `models`, as far as these are known. */
export function useCommands(insights: DataInsights | undefined, models: readonly Model[] | undefined): Command[] {
  const router = useRouter();
  const queries = useQueryClient();
  const { resolvedTheme, setTheme } = useTheme();
  const command =
    (group: Command["group"]) =>
    (icon: LucideIcon, label: string, go: string | (() => void), hint?: string): Command => {
      const run = typeof go === "string" ? () => router.push(go) : go;
      return { id: `${group} ${label}`, group, label, icon, run, hint };
    };
  const action = command("Actions");
  const counts = insights?.class_distribution ?? {};
  return [
    ...SECTIONS.map(({ icon, label, href, key }) => command("Pages")(icon, label, href, `g ${key}`)),
    action(Upload, "Add pictures", "/data/import/"),
    action(Play, "Train a new version", "/train/"),
    action(Activity, "Show the latest work", () => openJobPanel(null)),
    action(PanelLeft, "Fold or open the rail", toggleRail, "["),
    action(Moon, "Switch between light and dark", () => setTheme(resolvedTheme === "dark" ? "light" : "dark")),
    action(Activity, "Ask the server for everything again", () => void queries.invalidateQueries()),
    action(Tag, "Show the keys", () => overlay.set(() => "keys"), "?"),
    ...(models ?? []).map(({ version, metrics }) =>
      command("Models")(Boxes, `Version ${version}`, `/models/?version=${version}`, accuracyOf(metrics)),
    ),
    ...classOrder(Object.keys(counts)).map((label) => {
      const address = `/data/pictures/?label=${encodeURIComponent(label)}`;
      return command("Classes")(Tag, label, address, plural(counts[label] ?? 0, "picture"));
    }),
  ];
}
