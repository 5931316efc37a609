/** Reports that were dropped or chosen: what each is and would change, then all of them at once. */
import { Button, Select, TextInput } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useApplication } from "../../app/ApplicationSwitcher";
import { useActions } from "../../app/keys";
import { counted, ProblemLine, ProblemView, Section } from "../../kit";
import { platform } from "../../platform";
import type { ApplicationId } from "../../wire/contract";
import { useAnswer, useCalls, useCommand, useJobRuns } from "../../wire/hooks";
import { BatchList } from "./BatchList";
import { BatchSummary } from "./BatchSummary";
import {
  type Choices,
  clearBatch,
  gather,
  importAll,
  isTableFile,
  isWanted,
  stopAll,
  takeFiles,
  useBatch,
  type Wire,
  wantLooks,
} from "./batch";
import { setFiles, useFiles } from "./files";
import css from "./imports.module.css";
import { useCalm } from "./useCalm";

const NEW = "\u0000new";

interface Draft {
  application: ApplicationId | null;
  newName: string;
  branch: string;
  columns: string;
}

export function ImportForm(props: { onClose: () => void }): ReactNode {
  const given = useFiles();
  const batch = useBatch();
  const calls = useCalls();
  const runs = useJobRuns();
  const wire = useMemo<Wire>(() => ({ calls, runs }), [calls, runs]);
  const inView = useApplication();
  const applications = useAnswer("application_list", {});
  const known = applications.data?.applications ?? [];
  const [only] = known;
  const [draft, setDraft] = useState<Draft>({ application: null, newName: "", branch: "", columns: "" });
  const add = useCommand("application_add");
  const [tried, setTried] = useState(false);
  const fallback = inView ?? (known.length === 1 ? only?.id : undefined) ?? (known.length === 0 ? NEW : null);
  const chosen = draft.application ?? fallback;
  const fresh = chosen === NEW;
  const missing = chosen === null || (fresh && draft.newName.trim() === "");
  const course = batch.course;
  const importing = course !== null && course.queue.length > 0;
  const finished = course !== null && course.queue.length === 0;
  const wanted = batch.files.filter(isWanted);
  const wantedPaths = wanted.map((file) => `${file.path}\n${file.format}`).join("\n\n");

  const settled = useCalm({ branch: draft.branch, columns: draft.columns });
  const choices = useMemo<Choices>(
    () => ({ application: fresh || chosen === null ? null : chosen, ...settled }),
    [fresh, chosen, settled],
  );
  useEffect(() => void gather(wire, given), [wire, given]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is wanted is told by its paths.
  useEffect(() => {
    if (course === null && applications.data !== undefined) wantLooks(wire, wanted, choices);
  }, [wire, wantedPaths, choices, course === null, applications.data === undefined]);

  const begin = async (): Promise<void> => {
    setTried(true);
    if (missing || importing || add.running || wanted.length === 0) return;
    let application = chosen;
    if (fresh) {
      const made = await add.run({ name: draft.newName.trim() });
      if (made === null) return;
      application = made.id;
      setDraft({ ...draft, application, newName: "" });
    }
    const last = { branch: draft.branch, columns: draft.columns };
    await importAll(wire, wanted, { application, ...last }, application);
  };
  const close = (): void => {
    clearBatch();
    props.onClose();
  };
  useActions([
    {
      id: "import-now",
      label: "Import the reports",
      group: "Imports",
      keys: ["mod+enter"],
      whileTyping: true,
      disabled: wanted.length === 0 || importing || finished,
      run: () => void begin(),
    },
  ]);
  return (
    <Section
      title="Import reports"
      actions={
        importing ? undefined : (
          <Button variant="subtle" onClick={close}>
            Close
          </Button>
        )
      }
    >
      <DropZone small={batch.files.length > 0} busy={importing} />
      {batch.problem === null ? null : <ProblemView problem={batch.problem} />}
      {batch.gathering ? <p className={css.faint}>Looking for reports…</p> : null}
      {batch.files.length === 0 ? null : (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            void begin();
          }}
        >
          {course === null ? (
            <Fields
              draft={draft}
              chosen={chosen}
              tried={tried && missing}
              tables={wanted.some(isTableFile)}
              onChange={setDraft}
            />
          ) : null}
          {add.problem === null ? null : <ProblemLine problem={add.problem} />}
          {finished ? (
            <BatchSummary onDone={close} />
          ) : (
            <div className={css.actions}>
              {importing ? (
                <>
                  <span className={css.faint} role="status">
                    {counted(course.queue.length, "report")} to go. What is imported stays.
                  </span>
                  {/* Not where «Import» was: a double click must not stop what it began. */}
                  <Button onClick={() => stopAll(wire)}>Stop</Button>
                </>
              ) : (
                <>
                  <Button type="submit" variant="filled" loading={add.running} disabled={wanted.length === 0}>
                    {wanted.length === 0 ? "Import" : `Import ${counted(wanted.length, "report")}`}
                  </Button>
                  <span className={css.faint}>
                    Nothing is stored yet
                    {fresh ? ", and the application is added only with the import" : ""}.
                  </span>
                </>
              )}
            </div>
          )}
          <BatchList wire={wire} choices={choices} />
        </form>
      )}
    </Section>
  );
}

function DropZone(props: { small: boolean; busy: boolean }): ReactNode {
  const formats = useAnswer("format_list", {});
  const known = formats.data?.formats.length ?? 0;
  const given = useFiles();
  const pickFiles = async (): Promise<void> => takeFiles(await platform().pickFiles({ title: "Reports" }));
  const pickFolder = async (): Promise<void> => {
    const path = await platform().pickFile({ title: "Folder with reports", folder: true });
    if (path !== null) takeFiles([path]);
  };
  return (
    <div className={css.zone} data-small={props.small || undefined} data-testid="drop-zone">
      {props.small ? (
        <p className={css.faint}>
          {given.length === 1 ? given[0] : "Drop more reports, folders or archives."}
        </p>
      ) : (
        <>
          <IconFileImport size="1.8em" stroke={1.5} aria-hidden="true" />
          <p>Drop reports here, or anywhere on the window: files, folders, archives</p>
          {known === 0 ? null : (
            <p className={css.faint}>
              Any of {counted(known, "format")}, recognised by what is in it; also packed as .gz or .zip
            </p>
          )}
        </>
      )}
      <div className={css.zoneActions}>
        <Button disabled={props.busy} onClick={() => void pickFiles()}>
          {props.small ? "Add files…" : "Choose files…"}
        </Button>
        <Button variant="subtle" disabled={props.busy} onClick={() => void pickFolder()}>
          {props.small ? "Add a folder…" : "Choose a folder…"}
        </Button>
        {props.small && !props.busy ? (
          <Button
            variant="subtle"
            onClick={() => {
              clearBatch();
              setFiles([]);
            }}
          >
            Start over
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function Fields(props: {
  draft: Draft;
  chosen: ApplicationId | null;
  tried: boolean;
  tables: boolean;
  onChange: (draft: Draft) => void;
}): ReactNode {
  const { draft, chosen, onChange } = props;
  const applications = useAnswer("application_list", {});
  return (
    <div className={css.fields}>
      <Select
        label="Application"
        withAsterisk
        placeholder="Choose"
        data={[
          ...(applications.data?.applications ?? []).map((one) => ({ value: one.id, label: one.name })),
          { value: NEW, label: "A new application…" },
        ]}
        value={chosen}
        error={props.tried && chosen === null ? "Choose an application." : undefined}
        onChange={(application) => onChange({ ...draft, application })}
      />
      {chosen === NEW ? (
        <TextInput
          label="Name of the new application"
          withAsterisk
          placeholder="shop-backend"
          value={draft.newName}
          error={props.tried ? "Give it a name." : undefined}
          onChange={(event) => onChange({ ...draft, newName: event.currentTarget.value })}
        />
      ) : null}
      <TextInput
        label="Branch"
        placeholder="As each report says"
        value={draft.branch}
        onChange={(event) => onChange({ ...draft, branch: event.currentTarget.value })}
      />
      {props.tables ? (
        <TextInput
          label="Columns"
          description="Only where a table's headings differ from Docket's: theirs after the equals sign."
          placeholder="title=Summary,severity=Risk,file=Path"
          spellCheck={false}
          value={draft.columns}
          onChange={(event) => onChange({ ...draft, columns: event.currentTarget.value })}
        />
      ) : null}
    </div>
  );
}
