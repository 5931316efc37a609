/** Small parts: keys, pills, dots, times, empty states, sections. */
import { type ReactNode, useEffect, useState } from "react";
import { ago, fullMoment } from "./format";
import { keyWords } from "./keyWords";
import css from "./kit.module.css";

/** Keys as people read them. `keys` as in the key map: `mod+k`, `g f`. */
export function Kbd({ keys, filled }: { keys: string; filled?: boolean }): ReactNode {
  return <kbd className={`${css.kbd} ${filled ? css.filledKbd : ""}`}>{keyWords(keys)}</kbd>;
}

export type Tone = "plain" | "ok" | "warn" | "bad" | "accent";

export function Pill({ tone = "plain", children }: { tone?: Tone; children: ReactNode }): ReactNode {
  return (
    <span className={css.pill} data-tone={tone}>
      {children}
    </span>
  );
}

/** A state sign beside words that say the same (shape differs as well as colour). */
export function Dot({ tone }: { tone: "ok" | "warn" | "bad" | "plain" }): ReactNode {
  return <span className={css.dot} data-tone={tone} aria-hidden="true" />;
}

const MINUTE_MS = 60_000;

/** The present moment, renewed each minute. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function RelativeTime({ at }: { at: string }): ReactNode {
  const now = useNow();
  return (
    <time dateTime={at} title={fullMoment(at)}>
      {ago(at, now)}
    </time>
  );
}

export function EmptyState(props: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}): ReactNode {
  return (
    <div className={css.empty}>
      {props.icon === undefined ? null : (
        <div className={css.emptyIcon} aria-hidden="true">
          {props.icon}
        </div>
      )}
      <h2>{props.title}</h2>
      {props.children === undefined ? null : <p>{props.children}</p>}
      {props.actions === undefined ? null : <div className={css.emptyActions}>{props.actions}</div>}
    </div>
  );
}

/** A scrolling page with the usual margins. */
export function PageBody({ children, wide }: { children: ReactNode; wide?: boolean }): ReactNode {
  return (
    <div className={css.page}>
      <div className={wide ? undefined : css.pageInner}>{children}</div>
    </div>
  );
}

export function Section(props: {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <section className={css.section} aria-label={props.title}>
      <div className={css.sectionHead}>
        <h2>{props.title}</h2>
        {props.about === undefined ? null : <p>{props.about}</p>}
        <span className={css.headSpace} />
        {props.actions}
      </div>
      {props.children}
    </section>
  );
}

export function Card({
  children,
  className,
}: {
  children: ReactNode;
  className?: string | undefined;
}): ReactNode {
  return <div className={`${css.card} ${className ?? ""}`}>{children}</div>;
}

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

/** Something to know, in a line with its sign. */
export function Caution({ children }: { children: ReactNode }): ReactNode {
  return (
    <div className={css.caution}>
      <Dot tone="warn" /> <span>{children}</span>
    </div>
  );
}
