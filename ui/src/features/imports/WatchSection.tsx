/** Watched folders: what is watched, what came of it, what waits for a person. Nothing until one is added. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Card, ConfirmButton, Dot, ProblemLine, ProblemView, RelativeTime, Section } from "../../kit";
import type { WatchedFolder } from "../../wire/contract";
import { useAnswer, useCommand } from "../../wire/hooks";
import { WatchFiles } from "./WatchFiles";
import { WatchForm } from "./WatchForm";
import css from "./watch.module.css";
import { folderCounts, folderState, goesTo } from "./watchWords";

export function WatchSection(): ReactNode {
  const list = useAnswer("watch_list", {});
  const [adding, setAdding] = useState(false);
  const folders = list.data?.folders ?? [];
  return (
    <Section
      title="Watched folders"
      about={
        folders.length === 0
          ? "New reports in a folder can be imported as they land. Nothing is watched yet."
          : "New reports are imported as they land, while Docket is open."
      }
      actions={
        adding ? undefined : (
          <Button variant="subtle" onClick={() => setAdding(true)}>
            Watch a folder…
          </Button>
        )
      }
    >
      {adding ? <WatchForm onClose={() => setAdding(false)} /> : null}
      {list.problem === null ? null : <ProblemView problem={list.problem} onRetry={list.refetch} />}
      {folders.length === 0 ? null : (
        <Card className={css.rows}>
          {folders.map((folder) => (
            <Folder key={folder.id} folder={folder} />
          ))}
        </Card>
      )}
    </Section>
  );
}

function Folder({ folder }: { folder: WatchedFolder }): ReactNode {
  const wants = folder.asks + folder.failed > 0;
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? wants;
  const pause = useCommand("watch_pause");
  const remove = useCommand("watch_remove");
  const state = folderState(folder);
  const problem = pause.problem ?? remove.problem;
  return (
    <div data-testid="watched-folder">
      <div className={css.row}>
        <span className={css.rowMain}>
          <span className={css.rowTitle}>{folder.folder}</span>
          <span className={css.faint}>
            <code>{folder.pattern}</code> → {goesTo(folder)}
          </span>
        </span>
        <span className={css.rowSide}>
          <span className={css.state}>
            <Dot tone={state.tone} /> {state.words}
          </span>
          <span className={css.faint}>
            {folderCounts(folder)}
            {folder.last === null ? null : (
              <>
                {" · last "}
                <RelativeTime at={folder.last} />
              </>
            )}
          </span>
        </span>
        <span className={css.rowActions}>
          <Button
            variant="subtle"
            aria-expanded={open}
            aria-label={`${open ? "Hide files" : "Files"} of ${folder.folder}`}
            onClick={() => setChosen(!open)}
          >
            {open ? "Hide files" : "Files"}
          </Button>
          <Button
            variant="subtle"
            loading={pause.running}
            onClick={() => void pause.run({ id: folder.id, paused: !folder.paused })}
          >
            {folder.paused ? "Resume" : "Pause"}
          </Button>
          <ConfirmButton
            label="Remove"
            question="Stop watching it? What was imported stays."
            confirm="Stop watching"
            keep="Go on"
            running={remove.running}
            onConfirm={() => void remove.run({ id: folder.id })}
          />
        </span>
      </div>
      {folder.problem === null ? null : (
        <div className={css.below}>
          <ProblemLine problem={folder.problem} />
        </div>
      )}
      {problem === null ? null : (
        <div className={css.below}>
          <ProblemLine problem={problem} />
        </div>
      )}
      {open ? <WatchFiles folder={folder} /> : null}
    </div>
  );
}
