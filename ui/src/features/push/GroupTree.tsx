/** The groups with their counts, found by typing. Findings can be dropped on a group. */
import { Button, TextInput } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useRoom } from "../../app/layout";
import { Cut, count, counted, Pill, ProblemLine, SeverityBadge, VirtualList } from "../../kit";
import { actionLabels, type FindingId, type GroupBy, type GroupLine } from "../../wire/contract";
import { handWords } from "./grouping";
import { type Groups, NAMED } from "./groupList";
import css from "./push.module.css";

const ROW = 32;
/** Fewer groups than this are found by looking. */
const FEW = 8;
/** What dragged findings are called on the clipboard of the drag. */
export const DRAGGED = "application/x-docket-findings";

export function GroupTree(props: {
  groups: Groups;
  by: GroupBy;
  line: number;
  onLine: (line: number) => void;
  onDrop: (findings: FindingId[], group: GroupLine) => void;
}): ReactNode {
  const { line, onLine } = props;
  const { known, missing, reading, problem, more } = props.groups;
  const { scale } = useRoom();
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const lines = known.flatMap(({ title }, at) => (title.toLowerCase().includes(wanted) ? at : []));
  return (
    <>
      {known.length <= FEW ? null : (
        <div className={css.findGroup}>
          <TextInput
            size="xs"
            aria-label="Find a group"
            placeholder="Find a group"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {wanted === "" ? null : (
            <p className={css.faint} aria-live="polite">
              {counted(lines.length, "group")}
              {missing === 0 ? "" : ` among the first ${count(known.length)}`}
            </p>
          )}
        </div>
      )}
      <VirtualList
        label="Groups"
        count={lines.length}
        rowHeight={ROW * scale}
        active={lines.indexOf(line)}
        onActive={(at) => onLine(lines[at] ?? line)}
      >
        {(index) => {
          const group = known[lines[index] ?? -1];
          return group === undefined ? null : (
            <Row group={group} byHand={handWords(props.by, group)} onDrop={props.onDrop} />
          );
        }}
      </VirtualList>
      {missing === 0 ? null : (
        <div className={css.more}>
          {problem === null ? null : <ProblemLine problem={problem} />}
          <Button size="xs" variant="subtle" loading={reading} onClick={more}>
            {missing > NAMED
              ? `Show the next ${count(NAMED)} of ${count(missing)} more groups`
              : `Show ${counted(missing, "more group")}`}
          </Button>
        </div>
      )}
    </>
  );
}

function Row({
  group,
  byHand,
  onDrop,
}: {
  group: GroupLine;
  /** What a person decided about it; none: nothing. */
  byHand: string | null;
  onDrop: (findings: FindingId[], group: GroupLine) => void;
}): ReactNode {
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only takes what is dropped; keys have «Move to…».
    <div
      className={css.dropRow}
      data-over={over || undefined}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const dropped = event.dataTransfer.getData(DRAGGED);
        if (dropped !== "") onDrop(dropped.split(","), group);
      }}
    >
      <SeverityBadge severity={group.severity} />
      <span className={css.rowTitle} title={group.title}>
        <Cut text={group.title} />
      </span>
      {byHand === null ? null : (
        <span className={css.byHand} role="img" aria-label={byHand} title={byHand}>
          <IconPencil size="1.1em" stroke={1.8} aria-hidden="true" />
        </span>
      )}
      {group.action === "create" ? null : (
        <Pill>
          {actionLabels[group.action]}
          {group.issue === null ? "" : ` #${group.issue.number}`}
        </Pill>
      )}
      <span className={css.rowCount}>{count(group.count)}</span>
    </div>
  );
}
