/** A folder to be watched: which of its files, where they go, and what that means for those there now. */
import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useApplication } from "../../app/ApplicationSwitcher";
import { Card, count, counted, Pill, ProblemLine, Table } from "../../kit";
import { platform } from "../../platform";
import type { ApplicationId, Problem, WatchAdd, WatchTried } from "../../wire/contract";
import { useAnswer, useCommand } from "../../wire/hooks";
import { useCalm } from "./useCalm";
import css from "./watch.module.css";
import { names, POLLS } from "./watchWords";

interface Draft {
  folder: string;
  pattern: string;
  application: ApplicationId | null;
  branch: string;
  addApplications: boolean;
  poll: string;
  takeExisting: boolean;
}

const EMPTY: Draft = {
  folder: "",
  pattern: "{app}/{branch}/*.sarif",
  application: null,
  branch: "",
  addApplications: true,
  poll: "",
  takeExisting: true,
};

function requestOf(draft: Draft, inView: ApplicationId | null): WatchAdd {
  const named = names(draft.pattern, "app");
  const branch = draft.branch.trim();
  return {
    folder: draft.folder.trim(),
    pattern: draft.pattern.trim(),
    application: named ? null : (draft.application ?? inView),
    branch: names(draft.pattern, "branch") || branch === "" ? null : branch,
    add_applications: named && draft.addApplications,
    poll_seconds: draft.poll === "" ? null : Number(draft.poll),
    take_existing: draft.takeExisting,
  };
}

export function WatchForm({ onClose }: { onClose: () => void }): ReactNode {
  const [draft, setDraft] = useState(EMPTY);
  const inView = useApplication();
  const request = requestOf(draft, inView);
  const calm = useCalm(request);
  const ready = request.folder !== "" && request.pattern !== "";
  const tried = useAnswer("watch_try", calm, { on: calm.folder !== "" && calm.pattern !== "", keep: true });
  const add = useCommand("watch_add");
  const problem = add.problem ?? (ready ? tried.problem : null);
  const at = (field: string): string | undefined =>
    problem?.context.field === field ? problem.message : undefined;
  const submit = async (): Promise<void> => {
    if (ready && (await add.run(request)) !== null) onClose();
  };
  const change = (next: Partial<Draft>): void => {
    add.reset();
    setDraft({ ...draft, ...next });
  };
  return (
    <Card className={css.form}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Fields draft={draft} inView={inView} at={at} onChange={change} />
        {problem === null || isAtField(problem) ? null : <ProblemLine problem={problem} />}
        {ready && tried.data !== undefined && tried.problem === null ? (
          <Trial tried={tried.data} old={tried.old} />
        ) : null}
        {tried.data !== undefined && tried.data.matched > 0 ? (
          <Checkbox
            label={`Import the ${counted(tried.data.matched, "file")} that ${tried.data.matched === 1 ? "is" : "are"} there now`}
            checked={draft.takeExisting}
            onChange={(event) => change({ takeExisting: event.currentTarget.checked })}
          />
        ) : null}
        <div className={css.actions}>
          <Button type="submit" variant="filled" disabled={!ready} loading={add.running}>
            Watch this folder
          </Button>
          <Button variant="subtle" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Card>
  );
}

const FIELDS = ["folder", "pattern", "application", "branch", "poll_seconds"];

function isAtField(problem: Problem): boolean {
  return FIELDS.includes(problem.context.field ?? "");
}

function Fields(props: {
  draft: Draft;
  inView: ApplicationId | null;
  at: (field: string) => string | undefined;
  onChange: (next: Partial<Draft>) => void;
}): ReactNode {
  const { draft, at, onChange } = props;
  const applications = useAnswer("application_list", {});
  const named = names(draft.pattern, "app");
  const branchNamed = names(draft.pattern, "branch");
  const pick = async (): Promise<void> => {
    const folder = await platform().pickFile({ title: "Folder to watch", folder: true });
    if (folder !== null) onChange({ folder });
  };
  return (
    <div className={css.fields}>
      <div className={css.folder}>
        <TextInput
          label="Folder"
          withAsterisk
          placeholder="/home/kim/scans"
          spellCheck={false}
          value={draft.folder}
          error={at("folder")}
          onChange={(event) => onChange({ folder: event.currentTarget.value })}
        />
        <Button onClick={() => void pick()}>Choose…</Button>
      </div>
      <TextInput
        className={css.pattern}
        label="Which files, and where they go"
        description="* is any name, ** any folders; {app} and {branch} take the application and the branch from the path."
        spellCheck={false}
        value={draft.pattern}
        error={at("pattern")}
        onChange={(event) => onChange({ pattern: event.currentTarget.value })}
      />
      {named ? (
        <Checkbox
          className={css.check}
          label="Add applications that do not exist yet"
          checked={draft.addApplications}
          onChange={(event) => onChange({ addApplications: event.currentTarget.checked })}
        />
      ) : (
        <Select
          label="Application"
          withAsterisk
          placeholder="Choose"
          data={(applications.data?.applications ?? []).map((one) => ({ value: one.id, label: one.name }))}
          value={draft.application ?? props.inView}
          error={at("application")}
          onChange={(application) => onChange({ application })}
        />
      )}
      {branchNamed ? null : (
        <TextInput
          label="Branch"
          placeholder="As each report says"
          value={draft.branch}
          error={at("branch")}
          onChange={(event) => onChange({ branch: event.currentTarget.value })}
        />
      )}
      <Select
        label="Look"
        description="Network folders often tell nothing: look now and then."
        data={[...POLLS]}
        allowDeselect={false}
        value={draft.poll}
        error={at("poll_seconds")}
        onChange={(poll) => onChange({ poll: poll ?? "" })}
      />
    </div>
  );
}

/** Files of a trial that are shown. */
const SHOWN = 8;

/** Which of the files that are there would go where. */
function Trial({ tried, old }: { tried: WatchTried; old: boolean }): ReactNode {
  const rest = tried.matched - Math.min(SHOWN, tried.files.length);
  const alone = tried.left_alone > 0 ? `${counted(tried.left_alone, "file")} left alone` : "";
  const examples = tried.others.slice(0, 3).join(", ");
  return (
    <div className={css.trial} data-old={old || undefined} data-testid="watch-trial">
      {tried.matched === 0 ? (
        <p className={css.faint}>
          No file that is there now fits the pattern. {alone === "" ? "" : `${alone}: ${examples}`}
        </p>
      ) : (
        <>
          <Table>
            <thead>
              <tr>
                <th scope="col">There now</th>
                <th scope="col">Application</th>
                <th scope="col">Branch</th>
              </tr>
            </thead>
            <tbody>
              {tried.files.slice(0, SHOWN).map((file) => (
                <tr key={file.path}>
                  <td className={css.file}>{file.path}</td>
                  <td>
                    {file.application} {file.is_new ? <Pill tone="accent">new</Pill> : null}
                  </td>
                  <td>{file.branch ?? <span className={css.faint}>as the report says</span>}</td>
                </tr>
              ))}
            </tbody>
          </Table>
          <p className={css.faint}>
            {[
              rest > 0 ? `and ${count(rest)} more` : "",
              alone === "" ? "" : `${alone}${examples === "" ? "" : `: ${examples}`}`,
            ]
              .filter((part) => part !== "")
              .join(" · ")}
          </p>
        </>
      )}
    </div>
  );
}
