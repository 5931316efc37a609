/** Picks a target from the tracker's own list: searched on the server, read page by page. */
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { Picker, type PickerChoice, Pill } from "../../../kit";
import type { ConnectionId, Problem, Target } from "../../../wire/contract";
import { useAnswer, useCalls } from "../../../wire/hooks";
import { toProblem } from "../../../wire/transport";

const SEARCH_MS = 300;

interface Further {
  search: string;
  rows: Target[];
  next: string | null;
}

/** First page from the cache, further ones as they are asked for. */
function useTargets(connection: ConnectionId, search: string, on: boolean) {
  const calls = useCalls();
  const first = useAnswer("connection_targets", { connection, search, page: null }, { on, keep: true });
  const [further, setFurther] = useState<Further | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const own = further?.search === search ? further : null;
  const next = own === null ? (first.data?.next ?? null) : own.next;
  const more = async (): Promise<void> => {
    if (next === null) return;
    try {
      const page = await calls.query("connection_targets", { connection, search, page: next });
      setFurther({ search, rows: [...(own?.rows ?? []), ...page.targets], next: page.next });
      setProblem(null);
    } catch (thrown) {
      setProblem(toProblem(thrown));
    }
  };
  return {
    targets: [...(first.data?.targets ?? []), ...(own?.rows ?? [])],
    next,
    more,
    reading: first.fetching,
    problem: problem ?? first.problem,
  };
}

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
  const { connection, label, value, onChange } = props;
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), SEARCH_MS);
  const { targets, next, more, reading, problem } = useTargets(connection, asked, open);
  return (
    <Picker
      label={label}
      required
      free
      error={props.error}
      placeholder={props.example}
      value={value}
      choices={targets.map(choiceOf)}
      nothing={reading ? "Reading…" : "Nothing of that name is visible to this connection."}
      problem={problem}
      onSearch={setTyped}
      onMore={next === null ? null : () => void more()}
      onOpen={setOpen}
      onChange={onChange}
    />
  );
}
