/** Everybody can read the target: nothing is sent before somebody says yes, each time. */
import { Button, Checkbox } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { count } from "../../kit";
import type { Action, Plan, Problem, StepView } from "../../wire/contract";
import { useAllSteps } from "./planSteps";
import css from "./push.module.css";

/** What is still to be published: of a plan that was begun, the rest. */
export function ahead(steps: readonly StepView[]): Record<"create" | "update", number> {
  const left = steps.filter(({ step }) => !["done", "failed", "skipped"].includes(step.state));
  const of = (action: Action): number => left.filter(({ step }) => step.action === action).length;
  return { create: of("create"), update: of("update") };
}

/** «12 new issues and changes to 3». */
export function published(created: number, changed: number): string {
  const parts = [
    created === 0 ? null : `${count(created)} new ${created === 1 ? "issue" : "issues"}`,
    changed === 0 ? null : `changes to ${count(changed)} ${changed === 1 ? "issue" : "issues"}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? "these issues" : parts.join(" and ");
}

export function PublicAsk(props: {
  plan: Plan;
  problem: Problem;
  onYes: (target: string) => void;
  onNo: () => void;
}): ReactNode {
  const { plan, problem } = props;
  const [agreed, setAgreed] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  // The problem counts the whole plan; what is there already was agreed to before.
  const begun = plan.counts.done + plan.counts.failed > 0;
  const steps = useAllSteps(plan, begun);
  const whole = { create: Number(problem.context.create ?? 0), update: Number(problem.context.update ?? 0) };
  const left = begun && steps.length === plan.counts.steps ? ahead(steps) : whole;
  const what = published(left.create, left.update);
  const target = problem.context.target ?? "";
  return (
    <section className={css.publicAsk} aria-label="Public place" data-testid="public-ask">
      <p role="alert">{problem.message}</p>
      <Checkbox
        ref={box}
        label={`Yes, everybody may read ${what} in ${target}`}
        checked={agreed}
        onChange={(event) => setAgreed(event.currentTarget.checked)}
      />
      <div className={css.publicActions}>
        <Button color="red" variant="outline" disabled={!agreed} onClick={() => props.onYes(target)}>
          Publish in {target}
        </Button>
        <Button variant="subtle" onClick={props.onNo}>
          Not now
        </Button>
      </div>
    </section>
  );
}
