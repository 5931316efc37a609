/** What an import changed, what was held back, what could not be read. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Caution, count, counted, Dot, fullMoment } from "../../kit";
import type { Completeness, Import, RunSummary, Warning } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import css from "./imports.module.css";
import { deltaLines, heldBack, importHeadline, placeWords } from "./importWords";

export function ImportSummary(props: {
  done: Import;
  dry: boolean;
  warnings?: readonly Warning[];
  onCloseAnyway?: (() => void) | undefined;
  actions?: ReactNode;
}): ReactNode {
  const { done, dry, onCloseAnyway } = props;
  const held = heldBack(done.runs);
  return (
    <div className={css.summary}>
      <h3 className={css.headline}>{importHeadline(done, dry)}</h3>
      {done.mismatch === null ? null : (
        <Caution>
          {done.mismatch.message} {done.mismatch.hint}
        </Caution>
      )}
      {done.same_as === null ? null : <SameBytes done={done} />}
      <ul className={css.delta} aria-label="What changed">
        {deltaLines(done.delta).map((line) => (
          <li key={line.id} data-bad={line.bad || undefined}>
            {line.words}
          </li>
        ))}
      </ul>
      {held.map((why) => (
        <div key={why} className={css.held}>
          <Dot tone="warn" />
          <span>Nothing was closed: {why}</span>
          {onCloseAnyway === undefined ? null : <Button onClick={onCloseAnyway}>Close them anyway</Button>}
        </div>
      ))}
      {done.runs.length < 2 && done.runs.every((run) => run.completeness.type === "complete") ? null : (
        <Runs runs={done.runs} />
      )}
      <Warnings all={done.warning_count} warnings={props.warnings ?? done.warnings} />
      {props.actions === undefined ? null : <div className={css.actions}>{props.actions}</div>}
    </div>
  );
}

function SameBytes({ done }: { done: Import }): ReactNode {
  const earlier = useAnswer("import_detail", { id: done.same_as ?? "" }, { on: done.same_as !== null });
  const when = earlier.data?.import.started;
  return (
    <p className={css.same}>
      <Dot tone="plain" />
      <span>
        These very bytes were imported {when === undefined ? "before" : `on ${fullMoment(when)}`}; nothing
        changed.
      </span>
    </p>
  );
}

const COMPLETENESS: Record<Completeness["type"], string> = {
  complete: "complete",
  partial: "partial",
  failed: "failed",
};

export function Runs({ runs }: { runs: readonly RunSummary[] }): ReactNode {
  return (
    <details className={css.more}>
      <summary>{counted(runs.length, "run")}</summary>
      <ul className={css.runs}>
        {runs.map((run, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: runs have no other name.
          <li key={index}>
            <b>
              {run.tool} {run.version}
            </b>{" "}
            {run.branch === "" ? "" : `on ${run.branch} `}
            <span className={css.faint}>
              {COMPLETENESS[run.completeness.type]}
              {run.completeness.type === "complete" ? "" : `: ${run.completeness.reason}`} ·{" "}
              {count(run.delta.records)} records · {count(run.delta.new)} new · {count(run.delta.gone)} not
              found any more
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Warnings({ all, warnings }: { all: number; warnings: readonly Warning[] }): ReactNode {
  if (all === 0) return null;
  return (
    <details className={css.more} data-testid="import-warnings">
      <summary>{counted(all, "warning")}</summary>
      <ol className={css.warnings}>
        {warnings.map((warning, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: warnings have no other name.
          <li key={index}>
            <span>{warning.message}</span>
            <code className={css.place}>{placeWords(warning.place)}</code>
          </li>
        ))}
      </ol>
      {all > warnings.length ? (
        <p className={css.faint}>and {count(all - warnings.length)} more, all of them in the history below</p>
      ) : null}
    </details>
  );
}
