/** What a check looked at one by one: what exists, what is missing, what is there instead, what to do. */
import { Checkbox } from "@mantine/core";
import type { ReactNode } from "react";
import type { CheckItem, CheckStage, CheckState, Repair } from "../wire/contract";
import css from "./checkItems.module.css";
import { counted } from "./format";
import { Sign } from "./small";

export const MARKS: Record<CheckState, { sign: string; words: string }> = {
  running: { sign: "…", words: "running" },
  ok: { sign: "✓", words: "passed" },
  warning: { sign: "!", words: "warning" },
  failed: { sign: "✗", words: "failed" },
  skipped: { sign: "·", words: "not run" },
};

/** How a person agrees to what is missing being made. */
export interface ItemRepair {
  chosen: (repair: Repair) => boolean;
  choose: (repair: Repair, yes: boolean) => void;
  disabled: boolean;
}

/** «the option «P4» of Priority». */
export function repairWords(repair: Repair): string {
  if (repair.kind === "option") {
    return `the option «${repair.name}»${repair.field === null ? "" : ` of ${repair.field}`}`;
  }
  return `the ${repair.kind} «${repair.name}»`;
}

export function repairKey(repair: Repair): string {
  return `${repair.kind}\n${repair.field ?? ""}\n${repair.name}`;
}

/** Everything that Docket can make, each thing once. */
export function repairsOf(stages: readonly CheckStage[]): Repair[] {
  const all = stages.flatMap((stage) =>
    stage.items.map((item) => item.repair).filter((repair) => repair !== null),
  );
  return [...new Map(all.map((repair) => [repairKey(repair), repair])).values()];
}

/** A list this short is shown whole, even when all of it is fine. */
const SHORT = 3;

export function CheckItems({
  stage,
  repair,
}: {
  stage: CheckStage;
  repair: ItemRepair | undefined;
}): ReactNode {
  const wrong = stage.items.filter((item) => item.state !== "ok");
  const fine = stage.items.filter((item) => item.state === "ok");
  return (
    <div className={css.items}>
      {wrong.length === 0 ? null : (
        <Items items={wrong} label={`${stage.title}, to look at`} repair={repair} />
      )}
      {fine.length === 0 ? null : wrong.length === 0 && fine.length <= SHORT ? (
        <Items items={fine} label={stage.title} repair={undefined} />
      ) : (
        <details className={css.fine}>
          <summary>
            <span className={css.fineSign} aria-hidden="true">
              ✓
            </span>{" "}
            {wrong.length === 0
              ? `${counted(fine.length, "thing")} looked at`
              : `${counted(fine.length, "other is", "others are")} fine`}
          </summary>
          <Items items={fine} label={`${stage.title}, fine`} repair={undefined} />
        </details>
      )}
    </div>
  );
}

function Items(props: {
  items: readonly CheckItem[];
  label: string;
  repair: ItemRepair | undefined;
}): ReactNode {
  return (
    <ul className={css.list} aria-label={props.label}>
      {props.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two items may have the same subject.
        <li key={`${item.subject} ${index}`} className={css.item} data-state={item.state}>
          <span className={css.mark}>
            <Sign {...MARKS[item.state]} />
          </span>
          <span className={css.subject}>{item.subject}</span>
          <span className={css.found}>
            {item.summary}
            {item.there.length === 0 ? null : <There names={item.there} summary={item.summary} />}
          </span>
          <Answer item={item} repair={props.repair} />
        </li>
      ))}
    </ul>
  );
}

/** What exists instead, unless the summary names it already. */
function There({ names, summary }: { names: readonly string[]; summary: string }): ReactNode {
  if (names.every((name) => summary.includes(name))) return null;
  return (
    <span className={css.there}>
      Exists: <span className={css.names}>{names.join(", ")}</span>
    </span>
  );
}

function Answer({ item, repair }: { item: CheckItem; repair: ItemRepair | undefined }): ReactNode {
  const { repair: made, steps } = item;
  return (
    <>
      {made === null || repair === undefined ? null : (
        <Checkbox
          className={css.answer ?? ""}
          label={`Create ${repairWords(made)}`}
          checked={repair.chosen(made)}
          disabled={repair.disabled}
          onChange={(event) => repair.choose(made, event.currentTarget.checked)}
        />
      )}
      {steps.length === 0 ? null : (
        <ol className={css.steps} aria-label={`What to do about ${item.subject}`}>
          {steps.map((step, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other name.
            <li key={index}>{step}</li>
          ))}
        </ol>
      )}
    </>
  );
}
