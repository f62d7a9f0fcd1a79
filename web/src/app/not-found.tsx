import { ImageOff } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/layout/states";
import { Button } from "@/components/ui/button";

export default function NotFound() {
  return (
    <EmptyState
      icon={ImageOff}
      title="There is no page here"
      action={
        <Button asChild variant="primary">
          <Link href="/predict/">Go to Predict</Link>
        </Button>
      }
    >
      The address may be mistyped, or the page has moved.
    </EmptyState>
  );
}
