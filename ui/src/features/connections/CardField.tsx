/** One field of a tracker kind's card. */
import { PasswordInput, Select, Switch, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import type { Field } from "../../wire/contract";
import type { ConnectionDraft } from "./connectionDraft";
import css from "./edit.module.css";
import { helpOfField } from "./HelpText";

export function CardField(props: CardFieldProps): ReactNode {
  const help = helpOfField(props.field.help, "How to get it");
  const input = <Input {...props} line={help.line} />;
  if (help.rest === null) return input;
  return (
    <div className={css.fieldGroup}>
      {input}
      {help.rest}
    </div>
  );
}

interface CardFieldProps {
  field: Field;
  draft: ConnectionDraft;
  error: string | undefined;
  onValue: (id: string, value: string) => void;
  /** The cursor stands in it when it appears; only for typed text. */
  first?: boolean;
}

function Input(props: CardFieldProps & { line: string | undefined }): ReactNode {
  const { field, draft, error, onValue } = props;
  const value = draft.values[field.id] ?? "";
  const common = {
    label: field.label,
    description: props.line,
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
          placeholder="Choose"
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
          ref={props.first === true ? takeFocus : null}
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

function takeFocus(input: HTMLInputElement | null): void {
  input?.focus();
}
