/** One report being read, and what came of it. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { usePreference } from "../../app/preferences";
import { href, navigate } from "../../app/router";
import { Card, Pill, ProblemView, ProgressLine } from "../../kit";
import type { Import } from "../../wire/contract";
import { useCommand, useJob, useJobRuns } from "../../wire/hooks";
import { fileName, setFiles } from "./files";
import { ImportSummary } from "./ImportSummary";
import css from "./imports.module.css";
import { isUnchanged } from "./importWords";
import { noteOrder, useOrder } from "./orders";

export function ImportOutcome({ path }: { path: string }): ReactNode {
  const run = useJob("import_run", path);
  const order = useOrder(path);
  const runs = useJobRuns();
  const cancel = useCommand("job_cancel");
  const [starting, setStarting] = useState(false);
  if (run.state === "idle") return null;
  const again = async (change: { dry_run: boolean; close_anyway: boolean }): Promise<void> => {
    if (order === null) return;
    setStarting(true);
    const next = { ...order, ...change };
    noteOrder(next);
    await runs.start("import_run", path, next);
    setStarting(false);
  };
  const dry = order?.dry_run ?? false;
  return (
    <Card className={css.outcome}>
      {run.state === "running" ? (
        <div className={css.running}>
          {run.progress === null ? (
            <p>Opening {fileName(path)}…</p>
          ) : (
            <ProgressLine wide progress={run.progress} />
          )}
          <Button
            disabled={run.id === null || cancel.running}
            onClick={() => run.id !== null && void cancel.run({ id: run.id })}
          >
            Cancel
          </Button>
        </div>
      ) : null}
      {run.problem === null ? null : (
        <ProblemView
          problem={run.problem}
          onRetry={() => void again({ dry_run: dry, close_anyway: order?.close_anyway ?? false })}
        />
      )}
      {run.state === "done" && run.result !== null ? (
        <div data-testid="import-result">
          <div className={css.outcomeHead}>
            <span className={css.fileName}>{fileName(path)}</span>
            {dry ? <Pill tone="accent">Preview, nothing was changed</Pill> : null}
          </div>
          <ImportSummary
            done={run.result}
            dry={dry}
            onCloseAnyway={starting ? undefined : () => void again({ dry_run: dry, close_anyway: true })}
            actions={
              dry ? (
                <>
                  <Button
                    variant="filled"
                    loading={starting}
                    onClick={() => void again({ dry_run: false, close_anyway: order?.close_anyway ?? false })}
                  >
                    Import
                  </Button>
                  <Button variant="subtle" onClick={run.clear}>
                    Leave it
                  </Button>
                </>
              ) : (
                <Afterwards done={run.result} onDone={() => runs.forget("import_run", path)} />
              )
            }
          />
        </div>
      ) : null}
    </Card>
  );
}

/** Where to go from a finished import. */
function Afterwards({ done, onDone }: { done: Import; onDone: () => void }): ReactNode {
  const [, setApplication] = usePreference("application");
  const show = (query: string): void => {
    setApplication(done.application);
    setFiles([]);
    onDone();
    navigate(href("findings", { q: query }));
  };
  return (
    <>
      {done.delta.new > 0 ? (
        <Button variant="filled" onClick={() => show("first:<1d status:active")}>
          Show the new ones
        </Button>
      ) : null}
      <Button onClick={() => show("status:active")}>
        {isUnchanged(done.delta) ? "Show the findings" : "Show all findings"}
      </Button>
    </>
  );
}
