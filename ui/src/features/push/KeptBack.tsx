/** What is kept back from the issue of a step, as it stood and as it is sent. */
import type { ReactNode } from "react";
import { counted, ProblemLine, TakenList } from "../../kit";
import type { PlanId, Step } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import css from "./push.module.css";

export function KeptBack({ plan, step }: { plan: PlanId; step: Step }): ReactNode {
  // Whatever was taken out is among the step's warnings.
  const on = step.draft !== null && step.warnings.length > 0;
  const { data, problem } = useAnswer("plan_step_guard", { id: plan, index: step.index }, { on });
  if (problem !== null) return <ProblemLine problem={problem} />;
  if (!on || data === undefined || data.taken.length === 0) return null;
  return (
    <section className={css.kept} aria-label="Kept back" data-testid="kept-back">
      <h3 className={css.keptTitle}>{counted(data.taken.length, "thing")} kept on this computer</h3>
      <TakenList taken={data.taken} />
      <p className={css.meta}>
        Worked out from the findings as they are now. What is looked for is chosen in the mapping.
      </p>
    </section>
  );
}
