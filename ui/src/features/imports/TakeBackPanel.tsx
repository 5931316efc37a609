/** Taking an import back: what that would do first, then a yes. */
import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { Caution, count, notifyDone, ProblemView, ProgressLine, Skeletons } from "../../kit";
import type { Import, ImportId, TakeBack } from "../../wire/contract";
import { useAnswer, useCommand, useJob, useJobRuns } from "../../wire/hooks";
import css from "./imports.module.css";
import { keptWords, takeBackLines } from "./importWords";

export function TakeBackPanel(props: {
  one: Import;
  onShow: (id: ImportId) => void;
  onClose: () => void;
}): ReactNode {
  const { one, onClose } = props;
  const run = useJob("import_undo", one.id);
  const runs = useJobRuns();
  const cancel = useCommand("job_cancel");
  const would = useAnswer("import_undo_look", { id: one.id }, { on: run.state !== "running" });
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const start = async (keep: boolean): Promise<void> => {
    // Enter may be held down.
    if (runs.get("import_undo", one.id).state === "running") return;
    const done = await runs.start("import_undo", one.id, { id: one.id, keep_judged: keep });
    if (done === null) return;
    runs.forget("import_undo", one.id);
    notifyDone(`«${one.file}» is taken back.`);
    onClose();
  };
  return (
    <section className={css.takeBack} aria-label="Take back" data-testid="take-back">
      <h3 ref={head} tabIndex={-1} className={css.headline}>
        Take this import back
      </h3>
      {run.state === "running" ? (
        <div className={css.running}>
          {run.progress === null ? <p>Taking it back…</p> : <ProgressLine wide progress={run.progress} />}
          <Button
            disabled={run.id === null || cancel.running}
            onClick={() => run.id !== null && void cancel.run({ id: run.id })}
          >
            Cancel
          </Button>
        </div>
      ) : null}
      {run.problem === null ? null : <ProblemView problem={run.problem} />}
      {would.problem === null ? null : <ProblemView problem={would.problem} onRetry={would.refetch} />}
      {would.pending ? <Skeletons /> : null}
      {would.data === undefined || run.state === "running" ? null : (
        <Would {...props} would={would.data} onStart={(keep) => void start(keep)} />
      )}
    </section>
  );
}

function Would(props: {
  would: TakeBack;
  onShow: (id: ImportId) => void;
  onStart: (keep: boolean) => void;
  onClose: () => void;
}): ReactNode {
  const { would, onClose } = props;
  const leave = (
    <Button variant="subtle" onClick={onClose}>
      Leave it
    </Button>
  );
  if (would.obstacle !== null) {
    const later = would.obstacle.context.import;
    return (
      <ProblemView
        problem={would.obstacle}
        actions={
          <>
            {later === undefined ? null : (
              <Button onClick={() => props.onShow(later)}>Show import {later}</Button>
            )}
            {leave}
          </>
        }
      />
    );
  }
  const lines = takeBackLines(would);
  return (
    <>
      <p>Afterwards everything is as if this report had never been read. What people did since stays.</p>
      {lines.length === 0 ? (
        <p className={css.muted}>No finding changes: it changed none.</p>
      ) : (
        <ul className={css.delta} aria-label="What it does">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {would.kept === 0 ? null : <Caution>{keptWords(would)}</Caution>}
      <div className={css.actions}>
        <Button color="red" variant="outline" onClick={() => props.onStart(would.kept > 0)}>
          {would.kept === 0 ? "Take back" : `Take back, keep ${count(would.kept)}`}
        </Button>
        {leave}
      </div>
    </>
  );
}
