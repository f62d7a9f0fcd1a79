import { ImageOff } from "lucide-react";
import { EmptyState } from "@/components/layout/states";
import { ButtonLink } from "@/components/ui/button";

export default function NotFound() {
  return (
    <EmptyState
      icon={ImageOff}
      title="There is no page here"
      action={
        <ButtonLink href="/" variant="primary">
          Go to Overview
        </ButtonLink>
      }
    >
      The address may be mistyped, or the page has moved.
    </EmptyState>
  );
}
