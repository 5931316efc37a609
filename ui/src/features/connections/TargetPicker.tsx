/** Picks a target from the tracker's own list: searched on the server, read page by page. */
import { Combobox, InputBase, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { Pill, ProblemLine } from "../../kit";
import type { ConnectionId, Problem, Target } from "../../wire/contract";
import { useAnswer, useCalls } from "../../wire/hooks";
import { toProblem } from "../../wire/transport";
import css from "./connections.module.css";

const SEARCH_MS = 300;
const MORE = "\u0000more";
const TYPED = "\u0000typed";

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

export function TargetPicker(props: {
  connection: ConnectionId;
  label: string;
  example: string;
  value: string;
  error: string | undefined;
  onChange: (target: string) => void;
}): ReactNode {
  const { connection, label, value, onChange } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const [asked] = useDebouncedValue(typed ?? "", SEARCH_MS);
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setTyped(null);
    },
  });
  const { targets, next, more, reading, problem } = useTargets(
    connection,
    asked.trim(),
    combobox.dropdownOpened,
  );
  const wish = (typed ?? "").trim();
  const listed = targets.some((target) => target.key === wish);
  const choose = (option: string): void => {
    if (option === MORE) {
      void more();
      return;
    }
    onChange(option === TYPED ? wish : option);
    combobox.closeDropdown();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose} withinPortal>
      <Combobox.Target>
        <InputBase
          label={label}
          withAsterisk
          error={props.error}
          placeholder={props.example}
          spellCheck={false}
          autoComplete="off"
          value={typed ?? value}
          rightSection={<Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onFocus={() => combobox.openDropdown()}
          onClick={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={300} className={css.options ?? ""} aria-label={label}>
          {targets.map((target) => (
            <Combobox.Option key={target.key} value={target.key} active={target.key === value}>
              <TargetLine target={target} />
            </Combobox.Option>
          ))}
          {next === null ? null : <Combobox.Option value={MORE}>More…</Combobox.Option>}
          {wish !== "" && !listed ? (
            <Combobox.Option value={TYPED}>Use «{wish}» as typed</Combobox.Option>
          ) : null}
          {targets.length === 0 && problem === null ? (
            <Combobox.Empty>
              {reading ? "Reading…" : "Nothing of that name is visible to this connection."}
            </Combobox.Empty>
          ) : null}
        </Combobox.Options>
        {problem === null ? null : (
          <Combobox.Footer>
            <ProblemLine problem={problem} />
          </Combobox.Footer>
        )}
      </Combobox.Dropdown>
    </Combobox>
  );
}

function TargetLine({ target }: { target: Target }): ReactNode {
  return (
    <span className={css.option}>
      <span>{target.key}</span>
      {target.private ? <Pill>private</Pill> : null}
      {target.closed === null ? null : <Pill tone="warn">{target.closed}</Pill>}
    </span>
  );
}
