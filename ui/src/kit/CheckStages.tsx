/** A connection test as it runs: one line a check, the first failing one opened with what to do. */
import { Button } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { openOutside, webAddress } from "../platform";
import type { CheckStage, CheckState } from "../wire/contract";
import { CheckItems, type ItemRepair, MARKS } from "./CheckItems";
import { count } from "./format";
import { Sign } from "./small";
import css from "./stages.module.css";

/** «1 of 13 checks failed». */
export function checkHeadline(stages: readonly CheckStage[], running: boolean): string {
  const of = (state: CheckState): number => stages.filter((stage) => stage.state === state).length;
  const failed = of("failed");
  if (running) {
    const over = stages.length - of("running");
    return over === 0 ? "Testing…" : `Testing… ${over} ${over === 1 ? "check" : "checks"} done`;
  }
  if (failed > 0) return `${failed} of ${stages.length} checks failed`;
  const warnings = of("warning");
  const passed = stages.length - of("skipped");
  const all = passed === 1 ? "The one check passed" : `All ${passed} checks passed`;
  return warnings === 0 ? all : `${all}, ${warnings} with a warning`;
}

/** «2.1 s in all.» */
export function checkDuration(stages: readonly CheckStage[]): string {
  const ms = stages.reduce((sum, stage) => sum + stage.ms, 0);
  return ms < 1000 ? `${ms} ms in all.` : `${(ms / 1000).toFixed(1)} s in all.`;
}

/** What a check that was not run says. */
function skippedWords(stage: CheckStage, failed: CheckStage | undefined): string {
  if (stage.summary !== "") return stage.summary;
  return failed === undefined ? "does not apply" : `waits for «${failed.title}»`;
}

export function CheckStages(props: {
  stages: readonly CheckStage[];
  repair?: ItemRepair | undefined;
}): ReactNode {
  const { stages, repair } = props;
  const firstFailed = stages.find((stage) => stage.state === "failed");
  return (
    <ol className={css.stages} aria-label="Checks">
      {stages.map((stage) => (
        <li key={stage.id} className={css.stage} data-state={stage.state} data-testid={`check-${stage.id}`}>
          <span className={css.mark}>
            <Sign {...MARKS[stage.state]} />
          </span>
          <span className={css.title}>{stage.title}</span>
          <span className={css.summary}>
            {stage.state === "skipped" ? skippedWords(stage, firstFailed) : summaryOf(stage)}
          </span>
          <span className={css.time}>
            {stage.state === "skipped" || stage.state === "running" ? "" : `${count(stage.ms)} ms`}
          </span>
          {stage === firstFailed ? <Why stage={stage} /> : null}
          {stage !== firstFailed && (stage.state === "failed" || stage.state === "warning") ? (
            <Note stage={stage} />
          ) : null}
          {stage.items.length === 0 || stage.state === "running" ? null : (
            <CheckItems stage={stage} repair={repair} />
          )}
        </li>
      ))}
    </ol>
  );
}

/** The items below say one by one what the stage says as a whole. */
function isSaidBelow(stage: CheckStage): boolean {
  return stage.items.some((item) => item.state !== "ok" && stage.cause?.includes(item.summary));
}

function summaryOf(stage: CheckStage): string {
  if (!isSaidBelow(stage)) return stage.summary;
  const wrong = stage.items.filter((item) => item.state !== "ok").length;
  return `${count(wrong)} of ${count(stage.items.length)} need a look`;
}

/** The cause, unless the items below say it one by one. */
function causeOf(stage: CheckStage): string | null {
  return isSaidBelow(stage) ? null : stage.cause;
}

function Why({ stage }: { stage: CheckStage }): ReactNode {
  const cause = causeOf(stage);
  if (cause === null && stage.evidence === null && stage.next === null && stage.link === null) return null;
  return (
    <div className={css.why}>
      {cause === null ? null : <b>{cause}</b>}
      {stage.evidence === null && stage.next === null ? null : (
        <dl>
          {stage.evidence === null ? null : (
            <>
              <dt>Seen</dt>
              <dd>{stage.evidence}</dd>
            </>
          )}
          {stage.next === null ? null : (
            <>
              <dt>Do</dt>
              <dd>{stage.next}</dd>
            </>
          )}
        </dl>
      )}
      <StageLink stage={stage} primary />
    </div>
  );
}

function Note({ stage }: { stage: CheckStage }): ReactNode {
  const words = [causeOf(stage), stage.next].filter((part) => part !== null).join(" ");
  if (words === "" && stage.link === null) return null;
  return (
    <div className={css.note}>
      {words} <StageLink stage={stage} />
    </div>
  );
}

function StageLink({ stage, primary }: { stage: CheckStage; primary?: boolean }): ReactNode {
  if (stage.link === null || webAddress(stage.link[1]) === null) return null;
  const [label, address] = stage.link;
  return (
    <Button
      variant={primary ? "filled" : "default"}
      rightSection={<IconExternalLink size="1em" stroke={1.8} aria-label="opens in the browser" />}
      onClick={() => void openOutside(address)}
    >
      {label}
    </Button>
  );
}
