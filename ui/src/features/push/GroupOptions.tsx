/** What a grouping needs beyond its keys: how deep, by which query, how large, and what becomes of findings that are in an issue already. */
import { Button, NumberInput, Select, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { href } from "../../app/router";
import { counted } from "../../kit";
import { type GroupBy, type Held, heldLabels } from "../../wire/contract";
import { byKeys, editWords, withoutLast } from "./grouping";
import css from "./push.module.css";

const HELD = Object.keys(heldLabels) as Held[];

const HELD_WORDS: Record<Held, string> = {
  stay: "They are left out, so that nothing is in two issues.",
  also: "Each of them is closed only when all its issues are.",
  move: "Their old issues say where they went; one that all leave is closed. Numbers and history stay.",
};

function numberOf(value: string | number): number | null {
  return typeof value === "number" ? value : null;
}

export function GroupOptions(props: {
  by: GroupBy;
  linked: number;
  onChange: (by: GroupBy) => void;
}): ReactNode {
  const { by, onChange } = props;
  return (
    <>
      {by.keys.includes("directory") ? (
        <NumberInput
          label="Folders that count"
          description="1 is the topmost folder; empty: the whole path."
          placeholder="all"
          min={1}
          max={99}
          value={by.depth ?? ""}
          onChange={(value) => onChange({ ...by, depth: numberOf(value), edits: [] })}
        />
      ) : null}
      {by.keys.includes("query") ? (
        <TextInput
          label="Group by whether findings match"
          placeholder="severity:critical"
          value={by.query ?? ""}
          error={(by.query ?? "").trim() === "" ? "A query is needed, for example severity:critical" : null}
          onChange={(event) => onChange({ ...by, query: event.currentTarget.value, edits: [] })}
        />
      ) : null}
      {by.keys.includes("owner") ? (
        <p className={css.faint}>
          Owners are who a CODEOWNERS file names: it is set{" "}
          <a href={`#${href("applications")}`}>for each application</a>.
        </p>
      ) : null}
      <details className={css.options} open={by.most !== null || by.held !== "stay" || undefined}>
        <summary>Size, and what is in an issue already</summary>
        <div className={css.optionsBody}>
          <NumberInput
            label="Most findings in one issue"
            description="Larger groups are split, most severe first; what is pushed stays in its part."
            placeholder="no limit"
            min={1}
            value={by.most ?? ""}
            onChange={(value) => onChange({ ...by, most: numberOf(value), edits: [] })}
          />
          <Select
            label={`Findings in an issue already${props.linked > 0 ? ` (${props.linked})` : ""}`}
            description={HELD_WORDS[by.held]}
            data={HELD.map((held) => ({ value: held, label: heldLabels[held] }))}
            value={by.held}
            allowDeselect={false}
            onChange={(held) => held !== null && onChange({ ...by, held: held as Held })}
          />
        </div>
      </details>
      {by.edits.length === 0 ? null : <Edits by={by} onChange={onChange} />}
    </>
  );
}

function Edits({ by, onChange }: { by: GroupBy; onChange: (by: GroupBy) => void }): ReactNode {
  const last = by.edits.at(-1);
  return (
    <div className={css.edits} aria-live="polite">
      <span>
        {counted(by.edits.length, "change")} by hand{last === undefined ? "" : `, last: ${editWords(last)}`}
      </span>
      <span className={css.space} />
      <Button size="xs" variant="subtle" onClick={() => onChange(withoutLast(by))}>
        Undo the last
      </Button>
      <Button size="xs" variant="subtle" onClick={() => onChange({ ...byKeys(by.keys), ...by, edits: [] })}>
        Start over
      </Button>
    </div>
  );
}
