/** A button that is only a sign. */
import type { ReactNode } from "react";
import css from "./iconButton.module.css";

export function IconButton(props: {
  /** What it does, for those who listen. */
  label: string;
  title?: string;
  /** Its side in pixels. */
  size: number;
  disabled?: boolean;
  className?: string | undefined;
  onClick: () => void;
  /** The sign, hidden from those who listen. */
  children: ReactNode;
}): ReactNode {
  return (
    <button
      type="button"
      className={`${css.button} ${props.className ?? ""}`}
      style={{ width: props.size, height: props.size }}
      aria-label={props.label}
      title={props.title}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}
