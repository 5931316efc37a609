/** Picks a target from the tracker's own list: searched on the server, read page by page. */
import type { ReactNode } from "react";
import { Picker, type PickerChoice, Pill } from "../../../kit";
import type { ConnectionId, Target } from "../../../wire/contract";
import { useSearchedList } from "./searchedList";

function choiceOf(target: Target): PickerChoice {
  return {
    value: target.key,
    label: target.key,
    note: target.name === "" || target.key.includes(target.name) ? null : target.name,
    signs: (
      <>
        {target.private ? <Pill>private</Pill> : null}
        {target.closed === null ? null : <Pill tone="warn">{target.closed}</Pill>}
      </>
    ),
  };
}

export function TargetPicker(props: {
  connection: ConnectionId;
  label: string;
  example: string;
  value: string;
  error: string | undefined;
  onChange: (target: string) => void;
}): ReactNode {
  const { rows, elsewhere } = useSearchedList(
    "connection_targets",
    { connection: props.connection },
    { rows: (page) => page.targets, key: (target: Target) => target.key, hidden: (page) => page.hidden },
  );
  return (
    <Picker
      label={props.label}
      required
      free
      error={props.error}
      placeholder={props.example}
      value={props.value}
      choices={rows.map(choiceOf)}
      nothing="Nothing of that name is visible to this connection."
      elsewhere={elsewhere}
      onChange={props.onChange}
    />
  );
}
