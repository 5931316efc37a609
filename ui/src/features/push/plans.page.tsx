/** Every plan, newest first; each opens at the step where it stands. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { href, navigate } from "../../app/router";
import {
  Card,
  ConfirmButton,
  count,
  counted,
  EmptyState,
  PageBody,
  PageHeader,
  Pill,
  ProblemView,
  RelativeTime,
  Skeletons,
} from "../../kit";
import type { Plan } from "../../wire/contract";
import { useAnswer, useCommand } from "../../wire/hooks";
import { byWords } from "./grouping";
import { headline, isFinal, PLAN_STATES, writes } from "./planWords";
import css from "./push.module.css";

export default function PlansPage(): ReactNode {
  const list = useAnswer("plan_list", {});
  const plans = list.data?.plans ?? [];
  return (
    <PageBody>
      <PageHeader
        title="Plans"
        actions={
          <Button variant="filled" onClick={() => navigate(href("push"))}>
            New push
          </Button>
        }
      />
      {list.problem === null ? null : <ProblemView problem={list.problem} onRetry={list.refetch} />}
      {list.pending ? <Skeletons /> : null}
      {list.data !== undefined && plans.length === 0 ? (
        <EmptyState
          title="No plan yet"
          actions={
            <Button variant="filled" onClick={() => navigate(href("findings"))}>
              Choose findings
            </Button>
          }
        >
          Select findings and press p. A plan says what would be written before anything is sent, and can be
          paused and picked up again.
        </EmptyState>
      ) : null}
      {plans.length === 0 ? null : (
        <Card>
          <ul className={css.planList}>
            {plans.map((plan) => (
              <PlanRow key={plan.id} plan={plan} />
            ))}
          </ul>
        </Card>
      )}
    </PageBody>
  );
}

function PlanRow({ plan }: { plan: Plan }): ReactNode {
  const remove = useCommand("plan_remove");
  const state = PLAN_STATES[plan.state];
  return (
    <li className={css.planRow} data-testid="plan-row">
      <a className={css.planMain} href={`#${href("push", plan.id)}`}>
        <span className={css.planTitle}>
          {plan.name === null ? headline(plan.counts) : `${plan.name}: ${headline(plan.counts)}`}
        </span>
        <span className={css.faint}>
          {plan.selection} ·{" "}
          {plan.undoes === null ? byWords(plan.group_by) : `takes plan ${plan.undoes} back`} · to{" "}
          {plan.target} through «{plan.mapping_label}»
        </span>
      </a>
      <span className={css.planSide}>
        {plan.counts.failed > 0 ? <Pill tone="bad">{counted(plan.counts.failed, "step")} failed</Pill> : null}
        {plan.state === "ready" || writes(plan.counts) === 0 ? null : (
          <span className={css.faint}>
            {count(plan.counts.done)} of {count(writes(plan.counts))}
          </span>
        )}
        <Pill tone={state.tone}>{state.words}</Pill>
        <span className={css.faint}>
          <RelativeTime at={plan.created} />
        </span>
        {plan.state === "applying" ? null : (
          <ConfirmButton
            label={isFinal(plan.state) ? "Forget" : "Discard"}
            question={
              remove.problem?.message ??
              (isFinal(plan.state) ? "Forget this plan? Its issues stay linked." : "Discard this plan?")
            }
            confirm={isFinal(plan.state) ? "Forget it" : "Discard it"}
            running={remove.running}
            onConfirm={() => void remove.run({ id: plan.id })}
          />
        )}
      </span>
      {remove.problem === null ? null : <ProblemView problem={remove.problem} />}
    </li>
  );
}
