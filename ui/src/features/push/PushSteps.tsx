/** Where one is between choosing and done. */
import type { ReactNode } from "react";
import css from "./push.module.css";

const STEPS = ["Group", "Preview", "Apply"] as const;

export function PushSteps({ at }: { at: 1 | 2 | 3 }): ReactNode {
  return (
    <ol className={css.steps} aria-label="Steps of a push">
      {STEPS.map((name, index) => (
        <li
          key={name}
          aria-current={index + 1 === at ? "step" : undefined}
          data-past={index + 1 < at || undefined}
        >
          <span className={css.stepNumber} aria-hidden="true">
            {index + 1 < at ? "✓" : index + 1}
          </span>
          {name}
        </li>
      ))}
    </ol>
  );
}
