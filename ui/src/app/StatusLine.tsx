/** The line at the bottom: connection health, keychain, running jobs. */
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Dot, IconButton, ProgressLine } from "../kit";
import type { ConnectionHealth, Job } from "../wire/contract";
import { useAnswer, useCommand } from "../wire/hooks";
import css from "./app.module.css";
import { useRoom } from "./layout";
import { href } from "./router";

const SHOWN = 3;

/** Below this width (unscaled) only what matters most is said. */
const TIGHT = 1100;

function Health({ health }: { health: ConnectionHealth }): ReactNode {
  const tone = health.ok === null ? "plain" : health.ok ? "ok" : "bad";
  return (
    <a className={css.statusItem} href={`#${href("connections", health.id)}`}>
      <Dot tone={tone} />
      <span className={css.statusWords} title={`${health.label} · ${health.words}`}>
        {health.label} · {health.words}
      </span>
    </a>
  );
}

function RunningJob({ job, tight }: { job: Job; tight: boolean }): ReactNode {
  const cancel = useCommand("job_cancel");
  return (
    <span className={css.statusJob}>
      {job.progress === null ? (
        <span>{job.title}</span>
      ) : (
        <ProgressLine progress={job.progress} short={tight} />
      )}
      <IconButton
        size={18}
        label={`Cancel: ${job.title}`}
        title="Cancel"
        disabled={cancel.running}
        onClick={() => void cancel.run({ id: job.id })}
      >
        <IconX size="1em" aria-hidden="true" />
      </IconButton>
    </span>
  );
}

export function StatusLine(): ReactNode {
  const tight = useRoom().width < TIGHT;
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
  const shown = tight && running.length > 0 ? 1 : SHOWN;
  return (
    <footer className={css.status}>
      {health.slice(0, shown).map((one) => (
        <Health key={one.id} health={one} />
      ))}
      {health.length > shown ? (
        <a className={`${css.statusItem} ${css.statusMore}`} href={`#${href("connections")}`}>
          {health.length - shown} more
        </a>
      ) : null}
      {health.length === 0 ? <span className={css.statusItem}>Not connected to a tracker yet</span> : null}
      <span className={css.railSpace} />
      {running[0] === undefined ? null : <RunningJob job={running[0]} tight={tight} />}
      {more > 0 ? <span className={css.statusMore}>and {more} more</span> : null}
      {tight && data.keychain.ok ? null : (
        <a className={`${css.statusItem} ${css.statusMore}`} href={`#${href("settings")}`}>
          <Dot tone={data.keychain.ok ? "ok" : "bad"} />
          {data.keychain.ok ? `${data.keychain.name} ready` : "Keychain not usable"}
        </a>
      )}
    </footer>
  );
}
