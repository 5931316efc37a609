/** What is shown while something is awaited: nothing at first, then skeletons; progress for jobs. */
import { type ReactNode, useEffect, useState } from "react";
import type { Progress } from "../wire/contract";
import { count, moment, span } from "./format";
import css from "./waiting.module.css";

/** Shorter waits show nothing at all. */
export const QUIET_MS = 200;

/** True once `waiting` has lasted for `QUIET_MS`. */
export function useLongWait(waiting: boolean): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!waiting) {
      setLong(false);
      return undefined;
    }
    const timer = setTimeout(() => setLong(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [waiting]);
  return waiting && long;
}

const WIDTHS = ["62%", "84%", "47%", "71%", "55%", "78%"];

/** Grey lines in place of content, only after a noticeable wait. */
export function Skeletons({ lines = 6, label = "Loading" }: { lines?: number; label?: string }): ReactNode {
  const long = useLongWait(true);
  if (!long) return null;
  return (
    <div className={css.skeletons} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike.
        <span key={line} className={css.skeleton} style={{ width: WIDTHS[line % WIDTHS.length] }} />
      ))}
    </div>
  );
}

/** The numbers of a progress in words: «62 % · 18,400 findings/s · 3 s left». */
export function progressWords(progress: Progress): string {
  const parts: string[] = [];
  const waits = progress.waiting_for !== null;
  if (progress.total !== null && progress.total > 0) {
    const share = Math.min(100, Math.floor((progress.done / progress.total) * 100));
    parts.push(
      progress.unit === "bytes"
        ? `${share} %`
        : `${count(progress.done)} of ${count(progress.total)} ${progress.unit}`,
    );
  } else if (progress.done > 0 && progress.unit !== "bytes")
    parts.push(`${count(progress.done)} ${progress.unit}`);
  // While it waits, how fast it went means nothing.
  if (!waits && progress.rate !== null && progress.rate > 0 && progress.unit !== "bytes") {
    // Tenths only where they tell something.
    const parted = progress.rate < 10 ? 10 : 1;
    parts.push(`${count(Math.round(progress.rate * parted) / parted)}/s`);
  }
  if (progress.remaining_ms !== null) parts.push(`${span(Math.max(progress.remaining_ms, 1000))} left`);
  if (waits) {
    const until = progress.waiting_until === null ? "" : ` until ${moment(progress.waiting_until)}`;
    parts.push(`waiting${until}: ${progress.waiting_for}`);
  }
  return parts.join(" · ");
}

/** One line, or with `wide` a block: what is done, how far, how fast, how long still. */
export function ProgressLine(props: { progress: Progress; wide?: boolean; short?: boolean }): ReactNode {
  const { progress, wide } = props;
  const share =
    progress.total === null || progress.total === 0 ? null : Math.min(1, progress.done / progress.total);
  return (
    <div className={wide ? css.wide : css.progress}>
      <span className={css.text} title={progress.text}>
        {progress.text}
      </span>
      <span
        className={css.bar}
        role="progressbar"
        aria-label={progress.text}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(share === null ? { "data-unknown": true } : { "aria-valuenow": Math.round(share * 100) })}
      >
        <span style={share === null ? undefined : { width: `${share * 100}%` }} />
      </span>
      {props.short && share !== null ? (
        <span className={css.numbers}>{Math.floor(share * 100)} %</span>
      ) : (
        <span className={css.numbers}>{progressWords(progress)}</span>
      )}
    </div>
  );
}
