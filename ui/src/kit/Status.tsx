/** A finding's status with its reason: word and sign. */
import { IconCircle, IconCircleCheck, IconCircleX, IconEye, IconShieldCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { type Reason, reasonLabels, type Status, statusLabels } from "../wire/contract";
import css from "./status.module.css";

export const STATUSES: readonly Status[] = ["active", "risk_accepted", "false_positive", "closed"];

/** The reasons that a person may give under a status («Resolved» is only a scan's to say). */
export const REASONS: Record<Status, readonly Reason[]> = {
  active: ["in_review"],
  closed: ["mitigated", "duplicate", "out_of_scope"],
  false_positive: ["not_affected"],
  risk_accepted: [],
};

const ICONS: Record<Status, typeof IconCircle> = {
  active: IconCircle,
  closed: IconCircleCheck,
  false_positive: IconCircleX,
  risk_accepted: IconShieldCheck,
};

export function statusWords(status: Status, reason: Reason | null): string {
  return reason === null ? statusLabels[status] : `${statusLabels[status]} · ${reasonLabels[reason]}`;
}

export function StatusBadge(props: {
  status: Status;
  reason?: Reason | null;
  short?: boolean;
  icon?: boolean;
}): ReactNode {
  const reason = props.reason ?? null;
  const Icon = reason === "in_review" ? IconEye : ICONS[props.status];
  const words = statusWords(props.status, reason);
  if (props.icon) {
    return (
      <span className={css.status} role="img" aria-label={words} title={words}>
        <Icon size="1.1em" stroke={1.8} aria-hidden="true" />
      </span>
    );
  }
  return (
    <span className={css.status} title={words}>
      <Icon size="1.1em" stroke={1.8} aria-hidden="true" />
      {props.short && reason !== null ? reasonLabels[reason] : words}
    </span>
  );
}
