/** Everybody can read the target: nothing is sent before somebody says yes, each time. */
import { Button, Checkbox } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { count } from "../../kit";
import type { Problem } from "../../wire/contract";
import css from "./push.module.css";

/** «12 new issues and changes to 3». */
export function published(problem: Problem): string {
  const created = Number(problem.context.create ?? 0);
  const changed = Number(problem.context.update ?? 0);
  const parts = [
    created === 0 ? null : `${count(created)} new ${created === 1 ? "issue" : "issues"}`,
    changed === 0 ? null : `changes to ${count(changed)} ${changed === 1 ? "issue" : "issues"}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? "these issues" : parts.join(" and ");
}

export function PublicAsk(props: {
  problem: Problem;
  onYes: (target: string) => void;
  onNo: () => void;
}): ReactNode {
  const { problem } = props;
  const [agreed, setAgreed] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  const target = problem.context.target ?? "";
  return (
    <section className={css.publicAsk} aria-label="Public place" data-testid="public-ask">
      <p role="alert">{problem.message}</p>
      <Checkbox
        ref={box}
        label={`Yes, everybody may read ${published(problem)} in ${target}`}
        checked={agreed}
        onChange={(event) => setAgreed(event.currentTarget.checked)}
      />
      <div className={css.publicActions}>
        <Button color="red" variant="outline" disabled={!agreed} onClick={() => props.onYes(target)}>
          Publish in {target}
        </Button>
        <Button variant="subtle" onClick={props.onNo}>
          Not now
        </Button>
      </div>
    </section>
  );
}
