/** What is missing in the tracker and can be created: said, agreed to, done, and what came of it. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import {
  count,
  Dot,
  type ItemRepair,
  ProblemView,
  ProgressLine,
  repairKey,
  repairWords,
  useLongWait,
} from "../../../kit";
import type { CheckStage, Repair } from "../../../wire/contract";
import type { UseJob } from "../../../wire/hooks";
import css from "./mapping.module.css";

/** What a person agreed to, of what can be made. All of it is proposed. */
export function useRepairs(possible: readonly Repair[], disabled: boolean) {
  const [refused, setRefused] = useState<ReadonlySet<string>>(new Set());
  const chosen = possible.filter((repair) => !refused.has(repairKey(repair)));
  const control: ItemRepair = {
    chosen: (repair) => !refused.has(repairKey(repair)),
    choose: (repair, yes) => {
      const next = new Set(refused);
      if (yes) next.delete(repairKey(repair));
      else next.add(repairKey(repair));
      setRefused(next);
    },
    disabled,
  };
  return { chosen, control };
}

export function RepairOffer(props: {
  possible: readonly Repair[];
  chosen: readonly Repair[];
  target: string;
  tracker: string;
  disabled: boolean;
  onRepair: () => void;
}): ReactNode {
  const { possible, chosen } = props;
  if (possible.length === 0) return null;
  const what = listed(chosen.map(repairWords));
  return (
    <section className={css.repairs} aria-label="Create what is missing" data-testid="repairs">
      <p>
        {chosen.length === 0
          ? "Nothing is chosen: tick below what Docket may create."
          : `Docket can create ${what} in ${props.target}. This writes to ${props.tracker}; what exists there stays as it is.`}
      </p>
      <Button variant="filled" disabled={props.disabled || chosen.length === 0} onClick={props.onRepair}>
        {chosen.length === 0
          ? "Create"
          : chosen.length === 1
            ? "Create it"
            : `Create the ${count(chosen.length)} missing`}
      </Button>
    </section>
  );
}

/** «a», «a and b», «a, b and c». */
function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

export function RepairOutcome({ run }: { run: UseJob<"mapping_repair"> }): ReactNode {
  const waiting = useLongWait(run.state === "running");
  if (run.state === "running" && waiting && run.progress !== null) {
    return (
      <div className={css.outcome}>
        <ProgressLine progress={run.progress} wide />
      </div>
    );
  }
  if (run.problem !== null) return <ProblemView problem={run.problem} />;
  if (run.result === null) return null;
  const { done, failed } = run.result;
  return (
    <div className={css.outcome} role="status" data-testid="repaired">
      {done.length === 0 ? null : (
        <ul className={css.done}>
          {done.map((words) => (
            <li key={words}>
              <Dot tone="ok" /> <span>{words}</span>
            </li>
          ))}
        </ul>
      )}
      {failed.map((problem) => (
        <ProblemView key={problem.message} problem={problem} />
      ))}
    </div>
  );
}

/** What was written by the repair, for the line under the headline. */
export function wroteWords(run: UseJob<"mapping_repair">, tracker: string): string | undefined {
  if (run.state === "running") return `Writing to ${tracker}, then looking again.`;
  if (run.result === null) return undefined;
  const made = run.result.done.length;
  return made === 0
    ? `Nothing was written to ${tracker}.`
    : `${count(made)} created in ${tracker}, then looked again.`;
}

/** The stages to show: of the repair's own new look, else of the verification. */
export function newestStages(
  verify: UseJob<"mapping_verify">,
  repair: UseJob<"mapping_repair">,
): readonly CheckStage[] {
  const looked = repair.result?.report.stages ?? repair.stages;
  return looked.length > 0 ? looked : (verify.result?.stages ?? verify.stages);
}
