"use client";
import { LogOut } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { errorMessage } from "@/api/problems";
import { API_URL, isRemote } from "@/api/remote";
import { useSession, useSignIn, useSignOut } from "@/api/session";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogFooter, DialogTitle } from "@/components/ui/dialog";
import { Field, Input } from "@/components/ui/field";

/** Asks for the key, once, where the server needs one. */
export function SignIn() {
  const session = useSession().data;
  const signIn = useSignIn();
  const [key, setKey] = useState("");
  const id = useId();
  const needed = session?.key_needed === true && session.scope === null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate(key.trim(), { onSuccess: () => setKey("") });
  };
  return (
    <Dialog open={needed}>
      <DialogContent closable={false} onEscapeKeyDown={(event) => event.preventDefault()}>
        <DialogTitle>A key is needed</DialogTitle>
        <DialogDescription>
          {isRemote() ? `The server at ${API_URL}` : "This server"} answers only those who have a key. Whoever runs it
          makes one with <code>tellapart keys create NAME --scope label</code>.
        </DialogDescription>
        <form onSubmit={submit} className="grid gap-3">
          <Field
            label="Key"
            htmlFor={id}
            hint={isRemote() ? "It is kept in this tab until you close it." : "This browser keeps it for a month."}
          >
            <Input
              id={id}
              type="password"
              autoComplete="current-password"
              spellCheck={false}
              required
              value={key}
              aria-invalid={signIn.isError}
              aria-describedby={`${id}-hint`}
              onChange={(event) => setKey(event.target.value)}
            />
          </Field>
          {signIn.isError && (
            <p role="alert" className="text-sm text-negative">
              {errorMessage(signIn.error)}
            </p>
          )}
          <DialogFooter>
            <Button type="submit" variant="primary" disabled={signIn.isPending || !key.trim()}>
              {signIn.isPending ? "Signing in" : "Sign in"}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  );
}

/** Whose key this page has, and how to give it back. */
export function SignOut() {
  const session = useSession().data;
  const signOut = useSignOut();
  if (!session?.key_needed || session.scope === null) return null;
  return (
    <div className="flex items-center gap-1 px-2 text-xs text-muted-foreground">
      <span className="min-w-0 flex-1 truncate folded:hidden" title={`Signed in with the key ${session.name}`}>
        {session.name} ({session.scope})
      </span>
      <Button variant="ghost" size="icon-sm" aria-label="Sign out" title="Sign out" onClick={() => signOut.mutate()}>
        <LogOut />
      </Button>
    </div>
  );
}
