/** One of the fields that only this kind of tracker has, with what the target offers for it. */
import { NumberInput, Switch, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { Picker } from "../../../kit";
import type { ChoiceList, MappingField } from "../../../wire/contract";
import page from "../edit.module.css";
import { helpOfField } from "../HelpText";
import { SEARCH_WORDS, useOffer } from "./searchedList";
import type { Offered } from "./targetFields";

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
  offered: Offered;
  error: string | undefined;
  onChange: (value: string) => void;
}

function Input(props: KindFieldProps & { line: string | undefined }): ReactNode {
  const { field, value, error, offered, onChange } = props;
  const list: ChoiceList = { type: "field", id: field.id };
  const offer = useOffer(offered.asked, list, offered.fields, field.choices);
  const words = [props.line, offer.elsewhere === undefined ? undefined : SEARCH_WORDS];
  const common = {
    label: field.label,
    description: words.filter((one) => one !== undefined).join(" ") || undefined,
    error,
  };
  switch (field.kind) {
    case "choice":
      return (
        <Picker
          {...common}
          {...offer}
          required={field.required}
          value={value}
          placeholder={field.choices.length === 0 && offered.again ? "Reading…" : "Choose"}
          clear={field.required ? undefined : `No ${field.label}`}
          nothing={offered.again ? "Reading…" : "The tracker offers nothing here."}
          onChange={onChange}
        />
      );
    case "text":
      if (field.choices.length > 0 || field.reloads || offer.elsewhere !== undefined) {
        return (
          <Picker
            {...common}
            {...offer}
            free
            required={field.required}
            value={value}
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
