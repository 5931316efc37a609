/** The line at the bottom: connection health, keychain, running jobs. */
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Dot, ProgressLine } from "../kit";
import type { ConnectionHealth, Job } from "../wire/contract";
import { useAnswer, useCommand } from "../wire/hooks";
import css from "./app.module.css";
import { href } from "./router";

const SHOWN = 3;

function Health({ health }: { health: ConnectionHealth }): ReactNode {
  const tone = health.ok === null ? "plain" : health.ok ? "ok" : "bad";
  return (
    <a className={css.statusItem} href={`#${href("connections", health.id)}`}>
      <Dot tone={tone} />
      {health.label} · {health.words}
    </a>
  );
}

function RunningJob({ job }: { job: Job }): ReactNode {
  const cancel = useCommand("job_cancel");
  return (
    <span className={css.statusJob}>
      {job.progress === null ? <span>{job.title}</span> : <ProgressLine progress={job.progress} />}
      <button
        type="button"
        className={css.statusButton}
        aria-label={`Cancel: ${job.title}`}
        title="Cancel"
        disabled={cancel.running}
        onClick={() => void cancel.run({ id: job.id })}
      >
        <IconX size="1em" aria-hidden="true" />
      </button>
    </span>
  );
}

export function StatusLine(): ReactNode {
  const status = useAnswer("app_status", {});
  const data = status.data;
  if (data === undefined) {
    return (
      <footer className={css.status}>
        {status.problem === null ? null : (
          <span className={css.statusItem} role="alert">
            <Dot tone="bad" />
            {status.problem.message}
          </span>
        )}
      </footer>
    );
  }
  const running = data.jobs.filter((job) => job.state === "running");
  // What does not work comes first.
  const health = [...data.connections].sort((a, b) => Number(a.ok ?? true) - Number(b.ok ?? true));
  const more = running.length - 1;
  return (
    <footer className={css.status}>
      {health.slice(0, SHOWN).map((one) => (
        <Health key={one.id} health={one} />
      ))}
      {health.length > SHOWN ? (
        <a className={css.statusItem} href={`#${href("connections")}`}>
          {health.length - SHOWN} more
        </a>
      ) : null}
      {health.length === 0 ? <span className={css.statusItem}>Not connected to a tracker yet</span> : null}
      <span className={css.railSpace} />
      {running[0] === undefined ? null : <RunningJob job={running[0]} />}
      {more > 0 ? <span className={css.statusItem}>and {more} more</span> : null}
      <a className={css.statusItem} href={`#${href("settings")}`}>
        <Dot tone={data.keychain.ok ? "ok" : "bad"} />
        {data.keychain.ok ? `${data.keychain.name} ready` : "Keychain not usable"}
      </a>
    </footer>
  );
}
