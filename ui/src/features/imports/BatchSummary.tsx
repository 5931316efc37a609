/** How an import of several files went, and where to go from it. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { usePreference } from "../../app/preferences";
import { href, navigate } from "../../app/router";
import { Card, copyAndSay, count, counted, Dot, problemText } from "../../kit";
import type { Problem } from "../../wire/contract";
import { useJobRuns } from "../../wire/hooks";
import { type BatchFile, type Sum, sumOf, useBatch } from "./batch";
import css from "./imports.module.css";
import { problemPlace } from "./importWords";

export function BatchSummary({ onDone }: { onDone: () => void }): ReactNode {
  const batch = useBatch();
  const runs = useJobRuns();
  const [, setApplication] = usePreference("application");
  const course = batch.course;
  if (course === null) return null;
  const imported = batch.files.filter((file) => course.begun.includes(file.path));
  const sum = sumOf(imported, (path) => runs.get("import_run", path));
  const show = (query: string): void => {
    setApplication(course.application);
    onDone();
    navigate(href("findings", { q: query }));
  };
  return (
    <Card className={css.outcome}>
      <div className={css.summary} data-testid="batch-summary" role="status">
        <h3 className={css.headline}>{headline(sum)}</h3>
        <ul className={css.delta} aria-label="What changed">
          <li>{count(sum.fresh)} new</li>
          <li>{count(sum.known)} known before</li>
          <li>{count(sum.fixed)} fixed: not found any more</li>
          {sum.lost > 0 ? <li data-bad>{counted(sum.lost, "record")} could not be read</li> : null}
          {sum.stopped > 0 ? (
            <li>{counted(sum.stopped, "report")} stopped, nothing of it was stored</li>
          ) : null}
        </ul>
        {sum.failed.length === 0 ? null : (
          <>
            <ul className={css.failures} aria-label="Not imported">
              {sum.failed.map(({ file, problem }) => (
                <li key={file.path} className={css.failed}>
                  <Dot tone="bad" />
                  <span>
                    <b>{file.name}</b> {problem.message} {problem.hint ?? ""}
                    <Place problem={problem} />
                  </span>
                </li>
              ))}
            </ul>
            <div>
              <Button
                onClick={() => void copyAndSay(failures(sum.failed), "The failures are on the clipboard.")}
              >
                Copy {counted(sum.failed.length, "failure")}
              </Button>
            </div>
          </>
        )}
        <div className={css.actions}>
          {sum.fresh > 0 ? (
            <Button variant="filled" onClick={() => show("first:<1d status:active")}>
              Show the new ones
            </Button>
          ) : null}
          {sum.read > 0 ? <Button onClick={() => show("status:active")}>Show all findings</Button> : null}
          <Button variant="subtle" onClick={onDone}>
            Done
          </Button>
        </div>
      </div>
    </Card>
  );
}

function Place({ problem }: { problem: Problem }): ReactNode {
  const place = problemPlace(problem);
  return place === "" ? null : <code className={css.place}>{place}</code>;
}

function headline(sum: Sum): string {
  if (sum.read === 0) return sum.failed.length === 0 ? "Nothing was imported" : "No report could be imported";
  const read = `${counted(sum.read, "report")} imported`;
  return sum.failed.length === 0 ? read : `${read}, ${count(sum.failed.length)} not`;
}

/** Every failure with its place, for a colleague or an issue. */
function failures(failed: readonly { file: BatchFile; problem: Problem }[]): string {
  return failed.map(({ file, problem }) => `${file.path}\n${problemText(problem)}`).join("\n\n");
}
