import { ImagePlus } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";

export function ImportButton() {
  return (
    <Button asChild variant="primary">
      <Link href="/data/import/">
        <ImagePlus /> Import pictures
      </Link>
    </Button>
  );
}
