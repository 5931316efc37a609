/** One file of the batch. */
import { Button, Select } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconPlayerStop, IconX } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { bytes, count, counted, Dot, IconButton, Pill, ProblemView, ProgressLine } from "../../kit";
import type { Import, Preview, Problem } from "../../wire/contract";
import { useAnswer, useJob } from "../../wire/hooks";
import {
  type BatchFile,
  type Choices,
  canBeRead,
  changeFile,
  importAgain,
  lookKey,
  lookOf,
  stopLook,
  stopOne,
  toolsOf,
  useBatch,
  type Wire,
} from "./batch";
import { Runs, Warnings } from "./ImportSummary";
import css from "./imports.module.css";
import { changeWords, heldBack, problemPlace } from "./importWords";

export function BatchRow(props: { file: BatchFile; wire: Wire; choices: Choices }): ReactNode {
  const { file, wire } = props;
  const batch = useBatch();
  const course = batch.course;
  const key = lookKey(lookOf(file, props.choices));
  const look = useJob("import_look", key);
  const run = useJob("import_run", file.path);
  const [open, setOpen] = useState(false);
  const begun = course?.begun.includes(file.path) ?? false;
  const done = begun && run.state === "done" ? run.result : null;
  const problem = begun
    ? run.problem
    : (look.problem ?? (canBeRead(file) ? null : (file.seen?.problem ?? null)));
  const facts = done ?? look.result;
  return (
    <>
      <tr data-testid="batch-row" data-left={file.left || undefined}>
        <td>
          <div className={css.batchName}>
            <IconButton
              size={24}
              label={open ? `Less about ${file.name}` : `More about ${file.name}`}
              onClick={() => setOpen(!open)}
            >
              {open ? (
                <IconChevronDown size="1em" aria-hidden="true" />
              ) : (
                <IconChevronRight size="1em" aria-hidden="true" />
              )}
            </IconButton>
            <span className={css.batchWords}>
              <span className={css.fileName} title={file.path}>
                {file.name}
              </span>
              <span className={css.faint}>
                {file.folder === "" ? "" : `${file.folder} · `}
                {bytes(file.bytes)}
              </span>
            </span>
          </div>
        </td>
        <td className={css.what}>
          <What file={file} facts={facts} />
        </td>
        <td className={css.number}>{facts === null ? "" : count(facts.delta.records)}</td>
        <td className={css.change}>
          {file.left ? (
            <span className={css.faint}>left out</span>
          ) : begun ? (
            <Course file={file} wire={wire} choices={props.choices} />
          ) : course !== null ? (
            <span className={css.faint}>waits for its turn</span>
          ) : (
            <Looked file={file} look={look} onCount={() => void look.start(lookOf(file, props.choices))} />
          )}
        </td>
        <td>
          <span className={css.rowAction}>
            {course === null && look.state === "running" && !file.left ? (
              <IconButton size={24} label={`Stop reading ${file.name}`} onClick={() => stopLook(wire, key)}>
                <IconPlayerStop size="1em" aria-hidden="true" />
              </IconButton>
            ) : null}
            {course === null && (canBeRead(file) || file.seen === null) ? (
              <Button
                variant="subtle"
                aria-label={file.left ? `Take ${file.name} in` : `Leave out ${file.name}`}
                onClick={() => changeFile(file.path, { left: !file.left })}
              >
                {file.left ? "Take in" : "Leave out"}
              </Button>
            ) : null}
            {course?.queue.includes(file.path) ? (
              <IconButton
                size={24}
                label={`Do not import ${file.name}`}
                onClick={() => stopOne(wire, file.path)}
              >
                <IconX size="1em" aria-hidden="true" />
              </IconButton>
            ) : null}
          </span>
        </td>
      </tr>
      {open ? (
        <tr className={css.opened}>
          <td colSpan={5}>
            <More file={file} facts={facts} problem={problem} settled={course !== null} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** Tool, version, format. */
function What({ file, facts }: { file: BatchFile; facts: Preview | Import | null }): ReactNode {
  const reports = file.seen?.reports ?? [];
  const labels = [...new Set(reports.map((report) => report.label))];
  const tools = facts === null ? "" : toolsOf(facts.runs);
  const formats = useAnswer("format_list", {}, { on: file.format !== null });
  const own = formats.data?.formats.find((one) => one.id === file.format)?.label;
  if (file.seen === null) return <span className={css.faint}>…</span>;
  if (!canBeRead(file)) return <span className={css.faint}>not recognised</span>;
  const inside = file.seen.inside > 1 ? `${counted(reports.length, "report")} in it · ` : "";
  return (
    <>
      {tools === "" ? null : <span className={css.tool}>{tools}</span>}
      <span className={tools === "" ? undefined : css.faint}>
        {inside}
        {own ?? (labels.length > 2 ? counted(labels.length, "format") : labels.join(", "))}
      </span>
    </>
  );
}

type Look = ReturnType<typeof useJob<"import_look">>;

/** What the look says, before anything is stored. */
function Looked({ file, look, onCount }: { file: BatchFile; look: Look; onCount: () => void }): ReactNode {
  if (file.seen !== null && !canBeRead(file)) {
    return <Failed problem={file.seen.problem} words="No format takes it for its own." />;
  }
  if (look.problem?.code === "cancelled") {
    return (
      <span className={css.inline}>
        <span className={css.faint}>not counted</span>
        <Button variant="subtle" onClick={onCount}>
          Count
        </Button>
      </span>
    );
  }
  if (look.problem !== null) return <Failed problem={look.problem} words="" />;
  if (look.state === "running" && look.progress !== null) {
    return <ProgressLine short progress={look.progress} />;
  }
  if (look.result === null) return <span className={css.faint}>not read yet</span>;
  return <Change facts={look.result} before />;
}

/** How far the import of a file is, and what it did. */
function Course(props: { file: BatchFile; wire: Wire; choices: Choices }): ReactNode {
  const { file, wire } = props;
  const run = useJob("import_run", file.path);
  if (run.state === "running") {
    return run.progress === null ? (
      <span className={css.faint}>Opening…</span>
    ) : (
      <ProgressLine short progress={run.progress} />
    );
  }
  if (run.problem?.code === "cancelled") return <Pill>Stopped, nothing was stored</Pill>;
  if (run.problem !== null) {
    const elsewhere = run.problem.code === "mismatch";
    return (
      <span className={css.asks}>
        <Failed problem={run.problem} words="" />
        {elsewhere ? (
          <Button onClick={() => void importAgain(wire, file, props.choices, { allow_mismatch: true })}>
            It belongs here, import it
          </Button>
        ) : null}
      </span>
    );
  }
  if (run.result === null) return null;
  return (
    <>
      <Change facts={run.result} />
      {heldBack(run.result.runs).map((why) => (
        <span key={why} className={css.asks}>
          <span className={css.held}>
            <Dot tone="warn" />
            <span>Nothing was closed: {why}</span>
          </span>
          <Button onClick={() => void importAgain(wire, file, props.choices, { close_anyway: true })}>
            Close them anyway
          </Button>
        </span>
      ))}
    </>
  );
}

/** New, known, fixed; what would be held back; what could not be read. */
function Change({ facts, before }: { facts: Preview | Import; before?: boolean }): ReactNode {
  const held = before === true && heldBack(facts.runs).length > 0;
  return (
    <>
      <span className={css.inline}>
        {facts.same_as === null ? null : <Pill>the same file as before</Pill>}
        <span>{changeWords(facts.delta)}</span>
      </span>
      {facts.mismatch === null ? null : (
        <span className={css.held}>
          <Dot tone="warn" />
          <span>
            {facts.mismatch.message} <span className={css.faint}>{facts.mismatch.hint}</span>
          </span>
        </span>
      )}
      {held ? (
        <span className={css.held}>
          <Dot tone="warn" />
          <span className={css.faint}>{heldBack(facts.runs).join(" ")}</span>
        </span>
      ) : null}
      {facts.warning_count === 0 ? null : (
        <span className={css.faint}>{counted(facts.warning_count, "warning")}</span>
      )}
    </>
  );
}

/** What went wrong in one line, with its place in the file. */
function Failed({ problem, words }: { problem: Problem | null; words: string }): ReactNode {
  const place = problem === null ? "" : problemPlace(problem);
  return (
    <span className={css.failed}>
      <Dot tone="bad" />
      <span>
        {problem?.message ?? words}
        {place === "" ? null : <code className={css.place}>{place}</code>}
      </span>
    </span>
  );
}

/** Everything about one file. */
function More(props: {
  file: BatchFile;
  facts: Preview | Import | null;
  problem: Problem | null;
  settled: boolean;
}): ReactNode {
  const { file, facts } = props;
  const formats = useAnswer("format_list", {});
  const inside = (file.seen?.reports ?? []).filter((report) => report.entry !== null);
  const others = (file.seen?.inside ?? 0) - inside.length;
  return (
    <div className={css.about}>
      <code className={css.path}>{file.path}</code>
      {props.problem === null ? null : <ProblemView problem={props.problem} />}
      {inside.length === 0 ? null : (
        <ul className={css.runs} aria-label="Reports in the archive">
          {inside.map((report) => (
            <li key={report.entry}>
              {report.entry} <span className={css.faint}>{report.label}</span>
            </li>
          ))}
          {others > 0 ? <li className={css.faint}>and {counted(others, "other file")}</li> : null}
        </ul>
      )}
      {facts === null ? null : (
        <>
          <Runs runs={facts.runs} />
          <Warnings all={facts.warning_count} warnings={facts.warnings} />
        </>
      )}
      {props.settled ? null : (
        <Select
          className={css.format}
          label="Format"
          searchable
          nothingFoundMessage="No such format."
          data={[
            { value: "", label: "As recognised" },
            ...(formats.data?.formats ?? []).map((one) => ({ value: one.id, label: one.label })),
          ]}
          value={file.format ?? ""}
          onChange={(id) => changeFile(file.path, { format: id === "" || id === null ? null : id })}
        />
      )}
    </div>
  );
}
