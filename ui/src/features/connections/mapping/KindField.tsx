/** One of the fields that only this kind of tracker has, with what the target offers for it. */
import { NumberInput, Switch, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { Picker } from "../../../kit";
import type { MappingField } from "../../../wire/contract";
import page from "../edit.module.css";
import { helpOfField } from "../HelpText";

export function KindField(props: KindFieldProps): ReactNode {
  const help = helpOfField(props.field.help, "More about it");
  const input = <Input {...props} line={help.line} />;
  if (help.rest === null) return input;
  return (
    <div className={page.fieldGroup}>
      {input}
      {help.rest}
    </div>
  );
}

interface KindFieldProps {
  field: MappingField;
  value: string;
  /** The choices are being read again. */
  reading: boolean;
  error: string | undefined;
  onChange: (value: string) => void;
}

function Input(props: KindFieldProps & { line: string | undefined }): ReactNode {
  const { field, value, error, onChange } = props;
  const common = {
    label: field.label,
    description: props.line,
    error,
  };
  switch (field.kind) {
    case "choice":
      return (
        <Picker
          {...common}
          required={field.required}
          value={value}
          choices={field.choices}
          placeholder={field.choices.length === 0 && props.reading ? "Reading…" : "Choose"}
          clear={field.required ? undefined : `No ${field.label}`}
          nothing={props.reading ? "Reading…" : "The tracker offers nothing here."}
          onChange={onChange}
        />
      );
    case "text":
      if (field.choices.length > 0 || field.reloads) {
        return (
          <Picker
            {...common}
            free
            required={field.required}
            value={value}
            choices={field.choices}
            clear={field.required ? undefined : `No ${field.label}`}
            onChange={onChange}
          />
        );
      }
      return (
        <TextInput
          {...common}
          withAsterisk={field.required}
          autoComplete="off"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "number":
      return (
        <NumberInput
          {...common}
          size="sm"
          withAsterisk={field.required}
          allowDecimal={false}
          value={value === "" ? "" : Number(value)}
          onChange={(number) => onChange(number === "" ? "" : String(number))}
        />
      );
    case "date":
      return (
        <TextInput
          {...common}
          type="date"
          withAsterisk={field.required}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "switch":
      return (
        <Switch
          {...common}
          checked={value === "true"}
          onChange={(event) => onChange(event.currentTarget.checked ? "true" : "")}
        />
      );
  }
}
