/** The secret of a connection: where the stored one is, or a field for a new one. It is never shown. */
import { Button, PasswordInput } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { OutsideLink } from "../../kit";
import type { AuthKind, SecretRef } from "../../wire/contract";
import type { ConnectionDraft } from "./connectionDraft";
import css from "./edit.module.css";
import { HelpText } from "./HelpText";

/** Where a stored secret lies, in words. */
export function storedWords(stored: SecretRef): string {
  if (stored.type === "env") return `In the environment variable ${stored.name}`;
  if (stored.type === "session") return "In memory until Docket is closed";
  return "In the keychain";
}

export function SecretField(props: {
  auth: AuthKind;
  draft: ConnectionDraft;
  stored: SecretRef | null;
  tokenPage: string | null;
  error: string | undefined;
  onChange: (draft: ConnectionDraft) => void;
}): ReactNode {
  const { auth, draft, stored, tokenPage, onChange } = props;
  const [replacing, setReplacing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (replacing) input.current?.focus();
  }, [replacing]);
  const keeps = draft.secret === null && stored !== null;
  return (
    <div className={css.fieldGroup}>
      {keeps ? (
        <div>
          <div className={css.label}>{auth.secret_label}</div>
          <div className={css.stored}>
            <span>{storedWords(stored)}</span>
            <Button
              variant="subtle"
              size="xs"
              onClick={() => {
                setReplacing(true);
                onChange({ ...draft, secret: "" });
              }}
            >
              Replace…
            </Button>
          </div>
        </div>
      ) : (
        <PasswordInput
          ref={input}
          label={auth.secret_label}
          withAsterisk
          autoComplete="new-password"
          spellCheck={false}
          visibilityToggleButtonProps={{ "aria-label": `Show what is typed as ${auth.secret_label}` }}
          value={draft.secret ?? ""}
          error={props.error}
          onChange={(event) => onChange({ ...draft, secret: event.currentTarget.value })}
        />
      )}
      {stored !== null && stored.type !== "none" && !keeps ? (
        <Button
          variant="subtle"
          size="xs"
          className={css.start ?? ""}
          onClick={() => onChange({ ...draft, secret: null })}
        >
          Keep the stored one
        </Button>
      ) : null}
      <div className={css.hint}>
        <Scopes auth={auth} tokenPage={tokenPage} />
        <HelpText text={auth.help} fold="How to get one" />
        {keeps ? null : <div>Goes to the operating system's keychain and nowhere else.</div>}
      </div>
    </div>
  );
}

/** What it must be allowed to do, and where it is made. */
export function Scopes({ auth, tokenPage }: { auth: AuthKind; tokenPage: string | null }): ReactNode {
  const made =
    tokenPage === null ? null : (
      <OutsideLink url={tokenPage}>
        {auth.scopes.length > 0 && ticks(tokenPage)
          ? "Create one with these ticked"
          : "Open the page where it is made"}
      </OutsideLink>
    );
  if (auth.scopes.length === 0) return made === null ? null : <div>{made}</div>;
  return (
    <div>
      Needs{" "}
      {auth.scopes.map((scope, index) => (
        <span key={scope}>
          {index === 0 ? "" : index === auth.scopes.length - 1 ? " and " : ", "}
          <code>{scope}</code>
        </span>
      ))}
      . {made}
    </div>
  );
}

/** Whether the page opens with the scopes chosen: then its address carries them. */
function ticks(page: string): boolean {
  return page.includes("scopes=");
}
