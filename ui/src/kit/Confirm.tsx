/** A button that asks once, in its place, before it does something that cannot be taken back. */
import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import css from "./confirm.module.css";

export function ConfirmButton(props: {
  /** On the button. */
  label: string;
  /** The question, with what will happen. */
  question: string;
  /** The word that does it. */
  confirm: string;
  /** The word that does not. */
  keep?: string;
  onConfirm: () => void;
  disabled?: boolean;
  running?: boolean;
}): ReactNode {
  const [asking, setAsking] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const origin = useRef<HTMLButtonElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    // The safe answer has the focus; afterwards it returns to where it was.
    if (asking) keep.current?.focus();
    else if (asked.current) origin.current?.focus();
    asked.current = asking;
  }, [asking]);
  if (!asking) {
    return (
      <Button
        ref={origin}
        variant="subtle"
        disabled={props.disabled ?? false}
        loading={props.running ?? false}
        onClick={() => setAsking(true)}
      >
        {props.label}
      </Button>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only takes Escape from the buttons within.
    <span
      className={css.confirm}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        setAsking(false);
      }}
    >
      <span role="alert">{props.question}</span>
      <Button
        color="red"
        variant="outline"
        onClick={() => {
          setAsking(false);
          props.onConfirm();
        }}
      >
        {props.confirm}
      </Button>
      <Button ref={keep} variant="subtle" onClick={() => setAsking(false)}>
        {props.keep ?? "Keep it"}
      </Button>
    </span>
  );
}
