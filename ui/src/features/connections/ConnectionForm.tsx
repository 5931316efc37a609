/** The form of a connection, made from its kind's card. */
import { Button, PasswordInput, Select, Switch, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Dot, OutsideLink } from "../../kit";
import type { AuthKind, Field, SecretRef, TrackerKindCard, Understood } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import { authOf, type ConnectionDraft, shownFields } from "./connectionDraft";
import css from "./connections.module.css";
import { NetworkFields } from "./NetworkFields";

const UNDERSTAND_MS = 250;

/** What the address means, shortly after it was typed. */
export function useUnderstood(kind: string, location: string) {
  const [asked] = useDebouncedValue(location.trim(), UNDERSTAND_MS);
  return useAnswer("connection_understand", { kind, location: asked }, { on: asked !== "", keep: true });
}

export function ConnectionForm(props: {
  card: TrackerKindCard;
  draft: ConnectionDraft;
  /** Where the stored secrets are; null for a new connection. */
  stored: { secret: SecretRef; proxy: SecretRef } | null;
  /** What is wrong, by field id. */
  errors: Record<string, string>;
  onChange: (draft: ConnectionDraft) => void;
}): ReactNode {
  const { card, draft, errors, onChange } = props;
  const auth = authOf(card, draft);
  const location = draft.values.location ?? "";
  const understood = useUnderstood(card.id, location);
  const known = location.trim() === "" ? undefined : understood.data;
  const setValue = (id: string, value: string): void =>
    onChange({ ...draft, values: { ...draft.values, [id]: value } });
  const fields = shownFields(card, draft.auth);
  const address = fields.filter((field) => field.id === "location");
  const others = fields.filter((field) => field.id !== "location");
  return (
    <div className={css.form}>
      <TextInput
        label="Label"
        placeholder={known?.owner == null ? card.name : `${known.owner} on ${card.name}`}
        description="Your name for it. Left empty, it is made from the address."
        value={draft.label}
        error={errors.label}
        onChange={(event) => onChange({ ...draft, label: event.currentTarget.value })}
      />
      {address.map((field) => (
        <div key={field.id} className={css.fieldGroup}>
          <CardField field={field} draft={draft} error={errors[field.id]} onValue={setValue} />
          <UnderstoodWords
            understood={known}
            problem={location.trim() === "" ? null : (understood.problem?.message ?? null)}
          />
        </div>
      ))}
      {card.auth.length < 2 ? null : (
        <Select
          label="Sign in with"
          data={card.auth.map((one) => ({ value: one.id, label: one.label }))}
          value={draft.auth}
          onChange={(value) => value !== null && onChange({ ...draft, auth: value })}
        />
      )}
      {others.map((field) => (
        <CardField key={field.id} field={field} draft={draft} error={errors[field.id]} onValue={setValue} />
      ))}
      {auth === undefined ? null : (
        <SecretField
          auth={auth}
          draft={draft}
          stored={props.stored?.secret ?? null}
          tokenPage={known?.token_page ?? null}
          error={errors.secret}
          onChange={onChange}
        />
      )}
      <NetworkFields
        draft={draft}
        storedPassword={props.stored?.proxy ?? null}
        error={errors.proxy}
        onChange={onChange}
      />
    </div>
  );
}

function UnderstoodWords(props: { understood: Understood | undefined; problem: string | null }): ReactNode {
  const { understood, problem } = props;
  return (
    <div className={css.hint} aria-live="polite" data-testid="understood">
      {problem !== null ? (
        <div className={css.caution}>
          <Dot tone="warn" /> <span>{problem}</span>
        </div>
      ) : understood === undefined ? null : (
        <>
          <div>{understood.words}</div>
          {understood.cautions.map((caution) => (
            <div key={caution} className={css.caution}>
              <Dot tone="warn" /> <span>{caution}</span>
            </div>
          ))}
        </>
      )}
    </div>
  );
}

function CardField(props: {
  field: Field;
  draft: ConnectionDraft;
  error: string | undefined;
  onValue: (id: string, value: string) => void;
}): ReactNode {
  const { field, draft, error, onValue } = props;
  const value = draft.values[field.id] ?? "";
  const common = {
    label: field.label,
    description: field.help === "" ? undefined : field.help,
    withAsterisk: field.required,
    error,
  };
  switch (field.kind) {
    case "switch":
      return (
        <Switch
          label={field.label}
          description={common.description}
          checked={value === "true"}
          onChange={(event) => onValue(field.id, event.currentTarget.checked ? "true" : "")}
        />
      );
    case "choice":
      return (
        <Select
          {...common}
          data={field.choices.map(([choice, label]) => ({ value: choice, label }))}
          value={value === "" ? null : value}
          onChange={(choice) => onValue(field.id, choice ?? "")}
        />
      );
    case "secret":
      return (
        <PasswordInput
          {...common}
          autoComplete="off"
          value={value}
          onChange={(event) => onValue(field.id, event.currentTarget.value)}
        />
      );
    case "url":
    case "text":
      return (
        <TextInput
          {...common}
          inputMode={field.kind === "url" ? "url" : "text"}
          autoComplete="off"
          spellCheck={false}
          placeholder={field.example ?? undefined}
          value={value}
          onChange={(event) => onValue(field.id, event.currentTarget.value)}
        />
      );
  }
}

/** Where a stored secret lies, in words. */
export function storedWords(stored: SecretRef): string {
  if (stored.type === "env") return `In the environment variable ${stored.name}`;
  if (stored.type === "session") return "In memory until Docket is closed";
  return "In the keychain";
}

function SecretField(props: {
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
        {auth.scopes.length === 0 ? null : (
          <div>
            Needs{" "}
            {auth.scopes.map((scope, index) => (
              <span key={scope}>
                {index === 0 ? "" : index === auth.scopes.length - 1 ? " and " : ", "}
                <code>{scope}</code>
              </span>
            ))}
            .{" "}
            {tokenPage === null ? null : (
              <OutsideLink url={tokenPage}>Create one with these ticked</OutsideLink>
            )}
          </div>
        )}
        {auth.help === "" ? null : <div>{auth.help}</div>}
        {keeps ? null : <div>Goes to the operating system's keychain and nowhere else.</div>}
      </div>
    </div>
  );
}
