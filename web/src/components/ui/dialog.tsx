"use client";
import { cva, type VariantProps } from "class-variance-authority";
import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import { type ComponentProps, useRef } from "react";
import { cn } from "@/lib/class-names";
import { Button } from "./button";

export const Dialog = Primitive.Root;
export const DialogTrigger = Primitive.Trigger;
export const DialogClose = Primitive.Close;

const contentVariants = cva(
  "fixed z-50 flex flex-col border bg-surface shadow-xl outline-none data-[state=open]:animate-in data-[state=closed]:animate-out data-[state=closed]:fade-out-0 data-[state=open]:fade-in-0 duration-150",
  {
    variants: {
      placement: {
        center:
          "top-1/2 left-1/2 max-h-[90dvh] w-[calc(100%-2rem)] max-w-lg -translate-1/2 gap-4 overflow-y-auto rounded-xl p-6",
        top: "top-[12dvh] left-1/2 max-h-[70dvh] w-[calc(100%-2rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl",
        right:
          "inset-y-0 right-0 w-full max-w-md gap-4 overflow-y-auto border-y-0 border-r-0 p-6 data-[state=open]:slide-in-from-right-8",
      },
    },
    defaultVariants: { placement: "center" },
  },
);

type ContentProps = ComponentProps<typeof Primitive.Content> &
  VariantProps<typeof contentVariants> & { closable?: boolean };

/** Gives the focus back, when it closes, to what had it before; dialogs without a trigger would lose it. */
export function DialogContent({ className, placement, closable = true, children, ...props }: ContentProps) {
  const before = useRef<Element | null>(null);
  const onOpenAutoFocus = (event: Event) => {
    before.current = document.activeElement;
    props.onOpenAutoFocus?.(event);
  };
  const onCloseAutoFocus = (event: Event) => {
    props.onCloseAutoFocus?.(event);
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (before.current instanceof HTMLElement) before.current.focus();
  };
  return (
    <Primitive.Portal>
      <Primitive.Overlay className="fixed inset-0 z-50 bg-black/40 data-[state=closed]:animate-out data-[state=closed]:fade-out-0 data-[state=open]:animate-in data-[state=open]:fade-in-0" />
      <Primitive.Content
        className={cn(contentVariants({ placement }), className)}
        {...props}
        onOpenAutoFocus={onOpenAutoFocus}
        onCloseAutoFocus={onCloseAutoFocus}
      >
        {children}
        {closable && (
          <Primitive.Close asChild>
            <Button variant="ghost" size="icon-sm" className="absolute top-4 right-4" aria-label="Close">
              <X />
            </Button>
          </Primitive.Close>
        )}
      </Primitive.Content>
    </Primitive.Portal>
  );
}

export function DialogTitle({ className, ...props }: ComponentProps<typeof Primitive.Title>) {
  return <Primitive.Title className={cn("pr-8 text-lg font-semibold tracking-tight", className)} {...props} />;
}

export function DialogDescription({ className, ...props }: ComponentProps<typeof Primitive.Description>) {
  return <Primitive.Description className={cn("text-sm text-muted-foreground", className)} {...props} />;
}

export function DialogFooter({ className, ...props }: ComponentProps<"div">) {
  return <div className={cn("flex flex-wrap justify-end gap-2 pt-2", className)} {...props} />;
}
