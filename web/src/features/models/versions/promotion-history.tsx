"use client";
import { usePromotions } from "@/api/models";
import { RelativeTime } from "@/components/layout/relative-time";
import { QueryStates } from "@/components/layout/states";
import { Cell, Table } from "@/components/ui/table";

/** Which version came into service when, and why. */
export function PromotionHistory() {
  const query = usePromotions();
  return (
    <QueryStates query={query} skeleton="h-32" errorTitle="The history could not be loaded">
      {({ items }) =>
        items.length === 0 ? (
          <p className="py-4 text-sm text-muted-foreground">No version has been in service yet.</p>
        ) : (
          <Table label="History of service" head={["What", "Why", "When"]}>
            <tbody>
              {items.map((item) => (
                <tr key={item.id}>
                  <Cell className="sm:whitespace-nowrap">
                    {item.action === "rollback" ? "Back to" : "To"} version {item.to_version}
                    {item.from_version !== null && (
                      <span className="text-muted-foreground"> from version {item.from_version}</span>
                    )}
                  </Cell>
                  <Cell className="text-muted-foreground">{item.reason || "no reason given"}</Cell>
                  <Cell className="text-muted-foreground">
                    <RelativeTime iso={item.created_at} />
                  </Cell>
                </tr>
              ))}
            </tbody>
          </Table>
        )
      }
    </QueryStates>
  );
}
