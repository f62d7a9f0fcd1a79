import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { downloadHere } from "@/api/download";
import { Link } from "@/components/ui/link";
import { cn } from "@/lib/class-names";

const buttonVariants = cva(
  "inline-flex shrink-0 items-center justify-center gap-2 rounded-md text-sm font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-accent text-accent-foreground hover:bg-accent/90",
        outline: "border border-control bg-surface hover:bg-muted",
        ghost: "text-muted-foreground hover:bg-muted hover:text-foreground",
        danger: "border border-negative/40 bg-surface text-negative hover:bg-negative/8",
        link: "h-auto! px-0! text-accent underline-offset-4 hover:underline",
      },
      size: { md: "h-9 px-4", sm: "h-8 px-3 text-[0.8125rem]", icon: "size-9", "icon-sm": "size-8" },
    },
    defaultVariants: { variant: "outline", size: "md" },
  },
);

type ButtonProps = ComponentProps<"button"> & VariantProps<typeof buttonVariants>;

export function Button({ className, variant, size, type = "button", ...props }: ButtonProps) {
  return <button type={type} className={cn(buttonVariants({ variant, size }), className)} {...props} />;
}

type ButtonLinkProps = ComponentProps<"a"> & VariantProps<typeof buttonVariants> & { href: string };

/** A link to a page, or to a file to download or to open in a tab of its own, that looks like a button. */
export function ButtonLink({ className, variant, size, ...props }: ButtonLinkProps) {
  const classes = cn(buttonVariants({ variant, size }), className);
  if (props.download === undefined && props.target === undefined) return <Link className={classes} {...props} />;
  const link = { onClick: downloadHere, ...props };
  return <a className={classes} {...link} />;
}
