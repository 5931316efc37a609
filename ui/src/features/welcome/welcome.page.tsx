/** The first page: three ways to begin. */
import { Button } from "@mantine/core";
import {
  IconExternalLink,
  IconFileImport,
  IconFlask,
  IconPlugConnected,
  type IconProps,
} from "@tabler/icons-react";
import { type ComponentType, type ReactNode, useState } from "react";
import { useActions } from "../../app/keys";
import { usePreference } from "../../app/preferences";
import { setPushSelection } from "../../app/pushSelection";
import { href, navigate } from "../../app/router";
import { CheckStages, counted, PageBody, PageHeader, ProblemView, ProgressLine } from "../../kit";
import { openOutside } from "../../platform";
import type { Progress } from "../../wire/contract";
import { useAnswer, useCommand, useJob } from "../../wire/hooks";
import { type Ready, usePracticeReady } from "./practiceReady";
import css from "./welcome.module.css";

export default function WelcomePage(): ReactNode {
  const practice = useJob("practice_begin");
  const ready = usePracticeReady();
  const running = practice.state === "running";
  const begin = (): void => void practice.start({});
  useActions([
    { id: "practice", label: "Try it with practice data", group: "Welcome", disabled: running, run: begin },
  ]);
  return (
    <PageBody>
      <PageHeader title="Welcome" />
      <div className={css.welcome}>
        <h2 className={css.title}>Turn security findings into issues, each exactly once.</h2>
        <p className={css.about}>
          Everything stays on this computer: reports are read here, tokens lie in the keychain, and nothing is
          sent before you have seen it.
        </p>
        <div className={css.ways}>
          <section className={css.way} data-main aria-label="Practice">
            <WayHead icon={IconFlask} title="Try it with practice data">
              A practice tracker starts inside Docket, a sample report is imported, and you push it as you
              would push your own. Takes a few seconds; nothing leaves this computer.
            </WayHead>
            {ready !== null && !running ? (
              <Offers ready={ready} onAgain={begin} />
            ) : (
              <Begin running={running} progress={practice.progress} onBegin={begin} jobId={practice.id} />
            )}
            {practice.problem === null ? null : <ProblemView problem={practice.problem} onRetry={begin} />}
            {running && practice.stages.length > 0 ? <CheckStages stages={practice.stages} /> : null}
          </section>
          <section className={css.way} aria-label="Import">
            <WayHead icon={IconFileImport} title="Import a report">
              SARIF, or what the scanner itself writes: it is recognised by what is in it. You can also drop
              files and folders anywhere on this window.
            </WayHead>
            <div>
              <Button onClick={() => navigate(href("imports", { new: "1" }))}>Import a report</Button>
            </div>
          </section>
          <section className={css.way} aria-label="Connect">
            <WayHead icon={IconPlugConnected} title="Connect a tracker">
              Paste any address of it and a token. The test says step by step what works, and what to do about
              what does not.
            </WayHead>
            <div>
              <Button onClick={() => navigate(href("connections", { new: "1" }))}>Connect a tracker</Button>
            </div>
          </section>
        </div>
      </div>
    </PageBody>
  );
}

function WayHead(props: { icon: ComponentType<IconProps>; title: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <h3 className={css.wayTitle}>
        <props.icon size="1.3em" stroke={1.6} aria-hidden="true" />
        {props.title}
      </h3>
      <p className={css.about}>{props.children}</p>
    </div>
  );
}

function Begin(props: {
  running: boolean;
  progress: Progress | null;
  jobId: string | null;
  onBegin: () => void;
}): ReactNode {
  const { running, progress, jobId } = props;
  const cancel = useCommand("job_cancel");
  if (!running) {
    return (
      <div>
        <Button variant="filled" onClick={props.onBegin}>
          Try it with practice data
        </Button>
      </div>
    );
  }
  return (
    <div className={css.running} data-testid="practice-progress">
      {progress === null ? <p className={css.about}>Starting…</p> : <ProgressLine wide progress={progress} />}
      <Button
        disabled={jobId === null || cancel.running}
        onClick={() => jobId !== null && void cancel.run({ id: jobId })}
      >
        Cancel
      </Button>
    </div>
  );
}

function Offers({ ready, onAgain }: { ready: Ready; onAgain: () => void }): ReactNode {
  const [, setApplication] = usePreference("application");
  const [asking, setAsking] = useState(false);
  const query = "status:active";
  const selection = {
    type: "matching" as const,
    query,
    application: ready.application.id,
    except: [],
  };
  const size = useAnswer("finding_count", { selection });
  const number = size.data?.total ?? ready.application.active;
  const look = (): void => {
    setApplication(ready.application.id);
    navigate(href("findings", { q: query }));
  };
  const push = (): void => {
    setApplication(ready.application.id);
    setPushSelection(selection);
    navigate(href("push", { mapping: ready.mapping.id, by: "rule" }));
  };
  return (
    <div data-testid="practice-ready">
      <p className={css.ready} role="status">
        Ready: {counted(number, "finding")} in «{ready.application.name}», and a tracker to push them to.
      </p>
      <div className={css.offers}>
        <Button variant="filled" onClick={look}>
          Look at the {counted(number, "finding")}
        </Button>
        <Button onClick={push}>Push them, grouped</Button>
        <Button
          rightSection={<IconExternalLink size="1em" stroke={1.8} aria-label="opens in the browser" />}
          onClick={() => void openOutside(ready.url)}
        >
          Open {ready.mapping.connection_label}
        </Button>
        {asking ? (
          <>
            <Button color="red" variant="outline" onClick={onAgain}>
              Yes, begin again
            </Button>
            <Button variant="subtle" onClick={() => setAsking(false)}>
              Keep it
            </Button>
          </>
        ) : (
          <Button variant="subtle" onClick={() => setAsking(true)}>
            Begin again…
          </Button>
        )}
      </div>
      {asking ? (
        <p className={css.about} role="alert">
          The practice issues and everything done to the practice findings are thrown away.
        </p>
      ) : null}
    </div>
  );
}
