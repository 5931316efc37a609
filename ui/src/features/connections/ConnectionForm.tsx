/** The form of a connection, made from its kind's card. */
import { Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import type { ReactNode } from "react";
import { Caution } from "../../kit";
import type { Connection, TrackerKindCard, Understood } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import { CardField } from "./CardField";
import { authOf, type ConnectionDraft, shownFields, storedSecret, withAuth } from "./connectionDraft";
import css from "./edit.module.css";
import { NetworkFields } from "./NetworkFields";
import { SecretField } from "./SecretField";
import { SignedIn } from "./SignedIn";

const UNDERSTAND_MS = 250;

/** What the address means, shortly after it was typed. */
export function useUnderstood(kind: string, location: string) {
  const [asked] = useDebouncedValue(location.trim(), UNDERSTAND_MS);
  return useAnswer("connection_understand", { kind, location: asked }, { on: asked !== "", keep: true });
}

export function ConnectionForm(props: {
  card: TrackerKindCard;
  draft: ConnectionDraft;
  /** As it is stored; null for a new connection. */
  stored: Connection | null;
  /** What is wrong, by field id. */
  errors: Record<string, string>;
  onChange: (draft: ConnectionDraft) => void;
}): ReactNode {
  const { card, draft, errors, onChange } = props;
  const auth = authOf(card, draft);
  const location = draft.values.location ?? "";
  const understood = useUnderstood(card.id, location);
  const stored = storedSecret(card, draft.auth, props.stored);
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
          <CardField
            field={field}
            draft={draft}
            error={errors[field.id]}
            onValue={setValue}
            first={props.stored === null}
          />
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
          onChange={(value) => value !== null && onChange(withAuth(card, draft, value, props.stored))}
        />
      )}
      {others.map((field) => (
        <CardField key={field.id} field={field} draft={draft} error={errors[field.id]} onValue={setValue} />
      ))}
      {auth === undefined ? null : auth.device ? (
        <SignedIn auth={auth} stored={stored} />
      ) : (
        <SecretField
          auth={auth}
          draft={draft}
          stored={stored}
          tokenPage={known?.token_page ?? null}
          error={errors.secret}
          onChange={onChange}
        />
      )}
      <NetworkFields
        draft={draft}
        storedPassword={props.stored?.proxy_secret ?? null}
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
        <Caution>{problem}</Caution>
      ) : understood === undefined ? null : (
        <>
          <div>{understood.words}</div>
          {understood.cautions.map((caution) => (
            <Caution key={caution}>{caution}</Caution>
          ))}
        </>
      )}
    </div>
  );
}
