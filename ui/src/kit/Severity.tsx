/** A severity: word, sign and colour together, never colour alone. */
import type { ReactNode } from "react";
import { type Severity, severityLabels } from "../wire/contract";
import css from "./severity.module.css";

export const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low", "info", "unknown"];

const GLYPHS: Record<Severity, string> = {
  critical: "▲▲",
  high: "▲",
  medium: "■",
  low: "▼",
  info: "●",
  unknown: "?",
};

export function SeverityBadge({ severity }: { severity: Severity }): ReactNode {
  return (
    <span className={`${css.severity} ${css[severity]}`}>
      <span className={css.glyph} aria-hidden="true">
        {GLYPHS[severity]}
      </span>
      {severityLabels[severity]}
    </span>
  );
}
