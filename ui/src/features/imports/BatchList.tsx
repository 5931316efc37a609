/** One row for each file: what it is, what it holds, what it would change, what became of it. */
import { Button, VisuallyHidden } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { count, counted, Table } from "../../kit";
import { BatchRow } from "./BatchRow";
import { type BatchFile, type Choices, isBystander, useBatch, type Wire } from "./batch";
import css from "./imports.module.css";

/** Rows that are drawn at first, and how many come with each press. */
const STEP = 100;

export function BatchList(props: { wire: Wire; choices: Choices }): ReactNode {
  const batch = useBatch();
  const [shown, setShown] = useState(STEP);
  const course = batch.course;
  const reports = batch.files.filter((file) => !isBystander(file));
  const bystanders = batch.files.filter(isBystander);
  // While it is imported only what is imported counts.
  const rows = course === null ? reports : reports.filter((file) => isIn(file, course));
  return (
    <>
      <Table className={css.batch}>
        <thead>
          <tr>
            <th scope="col">Report</th>
            <th scope="col">What it is</th>
            <th scope="col" className={css.number}>
              Findings
            </th>
            <th scope="col">{course === null ? "What would change" : "What changed"}</th>
            <th scope="col">
              <VisuallyHidden>Actions</VisuallyHidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((file) => (
            <BatchRow key={file.path} file={file} wire={props.wire} choices={props.choices} />
          ))}
        </tbody>
      </Table>
      {rows.length > shown ? (
        <div>
          <Button variant="subtle" onClick={() => setShown(shown + STEP)}>
            Show {count(Math.min(STEP, rows.length - shown))} more of {count(rows.length)}
          </Button>
        </div>
      ) : null}
      {course === null ? <Others bystanders={bystanders} /> : null}
    </>
  );
}

function isIn(file: BatchFile, course: { queue: readonly string[]; begun: readonly string[] }): boolean {
  return course.queue.includes(file.path) || course.begun.includes(file.path);
}

/** Files of a folder that are no reports, and what was passed over: said, not in the way. */
function Others(props: { bystanders: readonly BatchFile[] }): ReactNode {
  const batch = useBatch();
  const parts = [
    props.bystanders.length === 0 ? "" : `${counted(props.bystanders.length, "other file")} left alone`,
    batch.passedCount === 0 ? "" : `${count(batch.passedCount)} hidden, linked or unreadable, passed over`,
  ].filter((part) => part !== "");
  if (parts.length === 0) return null;
  return (
    <details className={css.more} data-testid="batch-others">
      <summary>{parts.join(" · ")}</summary>
      <ul className={css.warnings}>
        {props.bystanders.slice(0, STEP).map((file) => (
          <li key={file.path}>
            {file.path}
            <span className={css.place}>{file.seen?.problem?.message ?? "not a report"}</span>
          </li>
        ))}
        {batch.passed.map((one) => (
          <li key={one.path}>
            {one.path}
            <span className={css.place}>{one.why}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
