/** Small parts within a line: keys, pills, dots, times, cautions. */
import { VisuallyHidden } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { ago, fullMoment } from "./format";
import { keyWords } from "./keyWords";
import css from "./small.module.css";

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

/** A sign for the eyes, and its words for those who listen. */
export function Sign({ sign, words }: { sign: string; words: string }): ReactNode {
  return (
    <>
      <span aria-hidden="true">{sign}</span>
      <VisuallyHidden>{words}: </VisuallyHidden>
    </>
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

/** Something to know, in a line with its sign. */
export function Caution({ children }: { children: ReactNode }): ReactNode {
  return (
    <div className={css.caution}>
      <Dot tone="warn" /> <span>{children}</span>
    </div>
  );
}
