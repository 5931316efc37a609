/** Steps 2 and 3 of a push: every issue as it will be written, then how writing them goes. */
import { Button } from "@mantine/core";
import { type ReactNode, useCallback, useState } from "react";
import { useActions } from "../../app/keys";
import { useRoom } from "../../app/layout";
import { href, navigate } from "../../app/router";
import { useTrackerName } from "../../app/trackers";
import {
  ConfirmButton,
  count,
  counted,
  PageHeader,
  ProblemView,
  type Range,
  Segmented,
  VirtualList,
} from "../../kit";
import type { Plan, StepState } from "../../wire/contract";
import { useAnswer, useCommand } from "../../wire/hooks";
import { ApplyPanel } from "./ApplyPanel";
import { ExportPlan } from "./ExportPlan";
import { IssuePreview } from "./IssuePreview";
import { KeptBack } from "./KeptBack";
import { NamePlan, StalePlan, UndoneWords, UndoPlan } from "./PlanMore";
import { PublicAsk } from "./PublicAsk";
import { PushSteps } from "./PushSteps";
import { type PlanRun, usePlanRun } from "./planRun";
import { useStepsIn } from "./planSteps";
import { applyWords, headline, isFinal, open, planMeta, writes } from "./planWords";
import css from "./push.module.css";
import { StepRow } from "./StepRow";

const ROW = 44;
/** Below this width (unscaled) the header holds only what cannot be done otherwise. */
const ROOMY = 1100;

type Part = "all" | "write" | "skip" | "failed";

/** Which rows of the plan a part shows: writes come first, then skips. What failed is a list of its own. */
export function partRange(plan: Plan, part: Part): Range {
  const all = plan.counts.steps;
  const first = writes(plan.counts);
  if (part === "failed") return { from: 0, to: plan.counts.failed };
  if (part === "write") return { from: 0, to: first };
  return { from: part === "skip" ? first : 0, to: all };
}

export function PlanView({ plan }: { plan: Plan }): ReactNode {
  const run = usePlanRun(plan);
  const mappings = useAnswer("mapping_list", {});
  const tracker = useTrackerName(mappings.data?.mappings.find((one) => one.id === plan.mapping)?.kind);
  const { scale } = useRoom();
  const [wanted, setPart] = useState<Part>("all");
  // Once everything that failed was tried again there is no such list.
  const part = wanted === "failed" && plan.counts.failed === 0 ? "all" : wanted;
  const only = part === "failed" ? "failed" : null;
  const [active, setActive] = useState(0);
  const [range, setRange] = useState<Range>({ from: 0, to: 1 });
  const shown = partRange(plan, part);
  const onRange = useCallback((next: Range) => setRange(next), []);
  const steps = useStepsIn(plan, shown.from + range.from, Math.min(shown.to, shown.from + range.to), only);
  const size = shown.to - shown.from;
  const begun = run.running || run.broken || plan.state !== "ready";
  const choose = (next: Part): void => {
    setPart(next);
    setActive(0);
  };
  return (
    <>
      <PageHeader
        title={plan.name ?? `Push ${counted(plan.counts.findings, "finding")}`}
        crumb={`to ${plan.target} through «${plan.mapping_label}»`}
        actions={<Actions plan={plan} run={run} />}
      />
      <div className={css.room}>
        <div className={css.two}>
          <section className={css.left} aria-label="Steps of the plan">
            <div className={css.leftHead}>
              <PushSteps at={begun ? 3 : 2} />
              <div className={css.numbers}>
                <div className={css.headRow}>
                  <h2 className={css.headline} data-testid="push-headline">
                    {headline(plan.counts)}
                  </h2>
                  <NamePlan key={plan.name} plan={plan} />
                  <ExportPlan plan={plan} />
                </div>
                <UndoneWords plan={plan} />
                {begun ? null : <p className={css.meta}>{planMeta(plan, tracker)}</p>}
              </div>
              {begun ? <ApplyPanel plan={plan} run={run} tracker={tracker} /> : null}
              {run.problem === null ? null : (
                <ProblemView
                  problem={run.problem}
                  actions={run.problem.context.stale === "plan" ? <StalePlan plan={plan} /> : undefined}
                />
              )}
              {run.asksPublic === null ? null : (
                <PublicAsk plan={plan} problem={run.asksPublic} onYes={run.publish} onNo={run.dismiss} />
              )}
              {plan.warnings.map((warning) => (
                <p key={warning} className={css.caution}>
                  {warning}
                </p>
              ))}
              <Parts plan={plan} part={part} onPart={choose} />
            </div>
            {steps.problem === null ? null : <ProblemView problem={steps.problem} onRetry={steps.refetch} />}
            <VirtualList
              label="Steps"
              count={size}
              rowHeight={ROW * scale}
              active={active}
              onActive={setActive}
              onRange={onRange}
            >
              {(index) => <StepRow view={steps.at(shown.from + index)} />}
            </VirtualList>
          </section>
          <section className={css.right} aria-label="Issue">
            <ActiveStep plan={plan} index={shown.from + active} only={only} size={size} tracker={tracker} />
          </section>
        </div>
      </div>
    </>
  );
}

/** Which steps to look at, where there is more than one kind. */
function Parts(props: { plan: Plan; part: Part; onPart: (part: Part) => void }): ReactNode {
  const { counts } = props.plan;
  const written = writes(counts);
  const kinds: { value: Part; label: string }[] = [];
  if (counts.skip > 0 && written > 0) {
    kinds.push({ value: "write", label: `Issues ${count(written)}` });
    kinds.push({ value: "skip", label: `Skipped ${count(counts.skip)}` });
  }
  if (counts.failed > 0 && counts.failed < counts.steps) {
    kinds.push({ value: "failed", label: `Failed ${count(counts.failed)}` });
  }
  if (kinds.length === 0) return null;
  return (
    <Segmented<Part>
      label="Show steps"
      value={props.part}
      options={[{ value: "all", label: `All ${count(counts.steps)}` }, ...kinds]}
      onChange={props.onPart}
    />
  );
}

/** Its own reading: the active step may lie outside of the rows in view. */
function ActiveStep(props: {
  plan: Plan;
  index: number;
  only: StepState | null;
  size: number;
  tracker: string;
}): ReactNode {
  const { plan, index } = props;
  const steps = useStepsIn(plan, index, index + 1, props.only);
  const view = steps.at(index);
  if (props.size === 0 || view === undefined) return null;
  return (
    <>
      <IssuePreview key={view.step.index} plan={plan} view={view} tracker={props.tracker} />
      <KeptBack plan={plan.id} step={view.step} />
    </>
  );
}

function Actions({ plan, run }: { plan: Plan; run: PlanRun }): ReactNode {
  const remove = useCommand("plan_remove");
  const room = useRoom();
  const left = open(plan.counts);
  const startable = !run.running && !isFinal(plan.state) && left > 0;
  const label =
    plan.state === "ready" && !run.broken ? applyWords(plan.counts) : `Go on with ${counted(left, "issue")}`;
  useActions([
    {
      id: "plan-apply",
      label,
      group: "Push",
      keys: ["mod+enter"],
      disabled: !startable,
      run: run.start,
    },
    { id: "plan-pause", label: "Pause the push", group: "Push", disabled: !run.running, run: run.pause },
    {
      id: "plan-retry",
      label: "Retry what failed",
      group: "Push",
      disabled: run.running || plan.counts.failed === 0,
      run: () => void run.retry(),
    },
  ]);
  if (run.running) {
    return (
      <>
        <ConfirmButton
          label="Cancel"
          question="Stop for good? Issues that exist stay."
          confirm="Stop the push"
          keep="Go on"
          running={run.stopping}
          onConfirm={run.cancel}
        />
        <Button disabled={run.stopping} onClick={run.pause}>
          Pause
        </Button>
      </>
    );
  }
  const discard = async (): Promise<void> => {
    if ((await remove.run({ id: plan.id })) !== null) navigate(href("plans"));
  };
  return (
    <>
      {remove.problem === null ? null : <span role="alert">{remove.problem.message}</span>}
      {plan.state === "ready" && !run.broken ? (
        <>
          <ConfirmButton
            label="Discard"
            question="Discard this plan?"
            confirm="Discard it"
            running={remove.running}
            onConfirm={() => void discard()}
          />
          {room.width < ROOMY ? null : (
            <Button variant="subtle" onClick={() => navigate(href("plans"))}>
              Keep for later
            </Button>
          )}
        </>
      ) : null}
      {plan.counts.done > 0 && plan.undoes === null ? (
        <UndoPlan plan={plan} steps={null} label="Take back…" />
      ) : null}
      {plan.counts.failed > 0 ? (
        <Button variant={left > 0 ? "default" : "filled"} onClick={() => void run.retry()}>
          Retry {count(plan.counts.failed)} failed
        </Button>
      ) : null}
      {isFinal(plan.state) ? (
        <Button onClick={() => navigate(href("issues"))}>All issues</Button>
      ) : (
        <Button variant="filled" disabled={!startable} onClick={run.start}>
          {label}
        </Button>
      )}
    </>
  );
}
