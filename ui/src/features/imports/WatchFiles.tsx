/** What became of the files of a watched folder, those first that want a person. */
import { Button, Checkbox } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Pages, Pill, ProblemLine, ProblemView, RelativeTime, Skeletons, Table } from "../../kit";
import { type WatchedFile, type WatchedFolder, watchFileLabels } from "../../wire/contract";
import { useAnswer, useCommand, useJob } from "../../wire/hooks";
import { problemPlace } from "./importWords";
import css from "./watch.module.css";
import { FILE_TONES, fileWords } from "./watchWords";

const PAGE = 20;

export function WatchFiles({ folder }: { folder: WatchedFolder }): ReactNode {
  const [offset, setOffset] = useState(0);
  const [all, setAll] = useState(false);
  const list = useAnswer("watch_files", { id: folder.id, all, offset, limit: PAGE }, { keep: true });
  if (list.problem !== null) return <ProblemView problem={list.problem} onRetry={list.refetch} />;
  if (list.data === undefined) return <Skeletons lines={3} />;
  return (
    <div className={css.files}>
      {list.data.files.length === 0 ? (
        <p className={css.faint}>Nothing has landed yet.</p>
      ) : (
        <Table>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">State</th>
              <th scope="col">Into</th>
              <th scope="col">What happened</th>
              <th scope="col">When</th>
            </tr>
          </thead>
          <tbody>
            {list.data.files.map((file) => (
              <File key={file.path} folder={folder} file={file} />
            ))}
          </tbody>
        </Table>
      )}
      <div className={css.filesFoot}>
        <Checkbox
          label="Also files that are no reports"
          checked={all}
          onChange={(event) => {
            setAll(event.currentTarget.checked);
            setOffset(0);
          }}
        />
        <Pages
          label={`Pages of the files of ${folder.folder}`}
          offset={offset}
          size={PAGE}
          total={list.data.total}
          onOffset={setOffset}
        />
      </div>
    </div>
  );
}

function File({ folder, file }: { folder: WatchedFolder; file: WatchedFile }): ReactNode {
  const at = { id: folder.id, path: file.path };
  const retry = useCommand("watch_retry");
  const leave = useCommand("watch_leave_open");
  const close = useJob("watch_close_anyway", `${folder.id}\n${file.path}`);
  const elsewhere = file.problem?.code === "mismatch";
  const place = file.problem === null ? "" : problemPlace(file.problem);
  const problem = retry.problem ?? leave.problem ?? close.problem;
  return (
    <tr data-testid="watched-file">
      <td className={css.file}>{file.path}</td>
      <td className={css.fileState}>
        <Pill tone={FILE_TONES[file.state]}>{watchFileLabels[file.state]}</Pill>
      </td>
      <td className={css.into}>
        {file.application}
        {file.branch === null ? null : <span className={css.branch}>{file.branch}</span>}
      </td>
      <td className={css.happened}>
        {fileWords(file)}
        {file.problem?.hint == null ? null : <span className={css.faint}> {file.problem.hint}</span>}
        {place === "" ? null : <code className={css.place}>{place}</code>}
        {file.state === "asks" ? (
          <span className={css.answers}>
            <Button loading={close.state === "running"} onClick={() => void close.start(at)}>
              {elsewhere ? "It belongs here, import it" : "Close them"}
            </Button>
            <Button variant="subtle" loading={leave.running} onClick={() => void leave.run(at)}>
              {elsewhere ? "Leave it out" : "Leave them open"}
            </Button>
          </span>
        ) : null}
        {file.state === "failed" ? (
          <span className={css.answers}>
            <Button loading={retry.running} onClick={() => void retry.run(at)}>
              Try again
            </Button>
          </span>
        ) : null}
        {problem === null ? null : <ProblemLine problem={problem} />}
      </td>
      <td className={css.time}>
        <RelativeTime at={file.at} />
      </td>
    </tr>
  );
}
