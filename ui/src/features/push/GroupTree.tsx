/** The groups with their counts. Findings can be dropped on a group. */
import { type ReactNode, useState } from "react";
import { useRoom } from "../../app/layout";
import { Cut, count, Pill, SeverityBadge, VirtualList } from "../../kit";
import { actionLabels, type FindingId, type GroupLine, type GroupPreview } from "../../wire/contract";
import css from "./push.module.css";

const ROW = 32;
/** What dragged findings are called on the clipboard of the drag. */
export const DRAGGED = "application/x-docket-findings";

export function GroupTree(props: {
  preview: GroupPreview;
  line: number;
  onLine: (line: number) => void;
  onDrop: (findings: FindingId[], group: GroupLine) => void;
}): ReactNode {
  const { preview, line, onLine } = props;
  const { scale } = useRoom();
  const more = preview.groups - preview.first.length;
  return (
    <>
      <VirtualList
        label="Groups"
        count={preview.first.length}
        rowHeight={ROW * scale}
        active={line}
        onActive={onLine}
      >
        {(index) => {
          const group = preview.first[index];
          return group === undefined ? null : <Row group={group} onDrop={props.onDrop} />;
        }}
      </VirtualList>
      {more > 0 ? <p className={css.more}>{count(more)} more groups</p> : null}
    </>
  );
}

function Row({
  group,
  onDrop,
}: {
  group: GroupLine;
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
