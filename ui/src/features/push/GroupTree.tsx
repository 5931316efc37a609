/** The groups with their counts. */
import type { ReactNode } from "react";
import { useRoom } from "../../app/layout";
import { count, SeverityBadge, VirtualList } from "../../kit";
import type { GroupPreview } from "../../wire/contract";
import css from "./push.module.css";

const ROW = 32;

export function GroupTree(props: {
  preview: GroupPreview;
  line: number;
  onLine: (line: number) => void;
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
          return group === undefined ? null : (
            <>
              <SeverityBadge severity={group.severity} />
              <span className={css.rowTitle} title={group.title}>
                {group.title}
              </span>
              <span className={css.rowCount}>{count(group.count)}</span>
            </>
          );
        }}
      </VirtualList>
      {more > 0 ? <p className={css.more}>{count(more)} more groups</p> : null}
    </>
  );
}
