/**
 * Long text in one line, cut where it tells least: names of files and rules differ at their end.
 * The whole text belongs into the title of the element around it.
 */
import type { ReactNode } from "react";
import css from "./cut.module.css";

/** Fewer parts than this are read at once, wherever the line is cut. */
const RULE_PARTS = 4;

/** A word that leads somewhere: `src/a/b.py`, `a\b`, `java.lang.security.audit.xss`. */
function lastStep(word: string): number {
  const slash = Math.max(word.lastIndexOf("/"), word.lastIndexOf("\\"));
  if (slash > 0) {
    const many = (word.match(/[/\\]/g)?.length ?? 0) > 1;
    return many || /\.\w/.test(word.slice(slash)) ? slash : -1;
  }
  const bare = word.replace(/[.:;,]+$/, "");
  return /^[A-Za-z_]/.test(bare) && bare.split(".").length >= RULE_PARTS ? bare.lastIndexOf(".") : -1;
}

/** The two sides of the place where it is cut: before a path's or a rule's last part. */
export function sides(text: string): [string, string] | null {
  let found: number | null = null;
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    const step = lastStep(word);
    if (step > 0) found = index + step;
  }
  return found === null ? null : [text.slice(0, found), text.slice(found)];
}

/** Cut before the file's or rule's own name, else at its end. */
export function Cut({ text }: { text: string }): ReactNode {
  const both = sides(text);
  if (both === null) return text;
  return (
    <span className={css.cut}>
      <span className={css.before}>{both[0]}</span>
      <span className={css.after}>{both[1]}</span>
    </span>
  );
}

/** Whether it is one name of several parts. */
export function endTells(text: string): boolean {
  return !/\s/.test(text) && /\w[./\\:]+\w/.test(text);
}

/** Cut at its beginning. */
export function Ending({ text }: { text: string }): ReactNode {
  return (
    <span className={css.ending}>
      <bdi>{text}</bdi>
    </span>
  );
}
