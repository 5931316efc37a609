/** A table that may be wider than its place, and the turning of its pages. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { count } from "./format";
import { Card } from "./page";
import css from "./table.module.css";

/** `children` are the table's head and body; `className` goes to the card around it. */
export function Table(props: { className?: string | undefined; children: ReactNode }): ReactNode {
  return (
    <Card className={`${css.scroll} ${props.className ?? ""}`}>
      <table className={css.table}>{props.children}</table>
    </Card>
  );
}

/** Turns the pages of a list that is sorted newest first. Nothing where one page holds it. */
export function Pages(props: {
  label: string;
  offset: number;
  size: number;
  total: number;
  onOffset: (offset: number) => void;
}): ReactNode {
  const { offset, size, total, onOffset } = props;
  if (total <= size) return null;
  const last = Math.min(total, offset + size);
  return (
    <nav className={css.pages} aria-label={props.label}>
      <Button disabled={offset === 0} onClick={() => onOffset(Math.max(0, offset - size))}>
        Newer
      </Button>
      <span>
        {count(offset + 1)} to {count(last)} of {count(total)}
      </span>
      <Button disabled={last >= total} onClick={() => onOffset(offset + size)}>
        Older
      </Button>
    </nav>
  );
}
