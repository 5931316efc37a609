/** A few choices side by side. */
import type { ReactNode } from "react";
import css from "./segmented.module.css";

/** One of a few choices, side by side; arrow keys move as in any radio group. */
export function Segmented<T extends string>(props: {
  label: string;
  value: T;
  options: readonly { value: T; label: ReactNode }[];
  onChange: (value: T) => void;
}): ReactNode {
  return (
    <div className={css.segmented} role="radiogroup" aria-label={props.label}>
      {props.options.map((option) => (
        <label key={option.value} className={css.segment}>
          <input
            type="radio"
            name={props.label}
            value={option.value}
            checked={option.value === props.value}
            onChange={() => props.onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}
