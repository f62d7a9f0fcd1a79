"use client";
import { useState } from "react";
import type { EmbeddingMap } from "@/api/types";
import { Button } from "@/components/ui/button";
import { Cell, Table } from "@/components/ui/table";
import { formatCount } from "@/lib/format";

const FIRST = 100;

interface MapListProps {
  map: EmbeddingMap;
  visible: (classIndex: number) => boolean;
  nameOf: (classIndex: number) => string;
  onOpen: (id: number, neighbours: readonly number[]) => void;
}

/** The map in words: each image with its class and its place. */
export function MapList({ map, visible, nameOf, onOpen }: MapListProps) {
  const [shown, setShown] = useState(FIRST);
  const points = map.ids.flatMap((_, n) => {
    const one = map.classes[n] ?? -1;
    return visible(one < 0 ? map.class_names.length : one) ? [n] : [];
  });
  const ids = points.map((point) => map.ids[point] ?? 0);
  const percent = (place: number | undefined) => `${Math.round((place ?? 0) * 100)}%`;
  return (
    <>
      <Table
        label="Pictures and their places on the map"
        head={["Picture", "Class", "From the left", "From the top"]}
        data-testid="map-list"
        className="[&_td]:py-1.5"
      >
        <tbody>
          {points.slice(0, shown).map((point) => (
            <tr key={map.ids[point]}>
              <Cell>
                <Button variant="link" onClick={() => onOpen(map.ids[point] ?? 0, ids)}>
                  {map.ids[point]}
                </Button>
              </Cell>
              <Cell>{nameOf(map.classes[point] ?? -1)}</Cell>
              <Cell>{percent(map.x[point])}</Cell>
              <Cell>{percent(map.y[point])}</Cell>
            </tr>
          ))}
        </tbody>
      </Table>
      {points.length > shown && (
        <Button size="sm" variant="ghost" className="mt-2" onClick={() => setShown(shown + 5 * FIRST)}>
          Show more of {formatCount(points.length)}
        </Button>
      )}
    </>
  );
}
