/** What to import, into which application: preview first, or at once. */
import { Button, Select, TextInput } from "@mantine/core";
import { IconFile, IconFileImport, IconX } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useApplication } from "../../app/ApplicationSwitcher";
import { useActions } from "../../app/keys";
import { counted, IconButton, ProblemLine, Section } from "../../kit";
import { platform } from "../../platform";
import type { ApplicationId, ImportRun } from "../../wire/contract";
import { useAnswer, useCommand, useJobRuns } from "../../wire/hooks";
import { fileName, isTable, setFiles, useFiles } from "./files";
import { ImportOutcome } from "./ImportOutcome";
import css from "./imports.module.css";
import { noteOrder } from "./orders";

const NEW = "\u0000new";

interface Draft {
  application: ApplicationId | null;
  newName: string;
  format: string | null;
  branch: string;
  columns: string;
}

export function ImportForm(props: { onClose: () => void }): ReactNode {
  const files = useFiles();
  const inView = useApplication();
  const applications = useAnswer("application_list", {});
  const known = applications.data?.applications ?? [];
  const [only] = known;
  const [draft, setDraft] = useState<Draft>({
    application: null,
    newName: "",
    format: null,
    branch: "",
    columns: "",
  });
  const add = useCommand("application_add");
  const runs = useJobRuns();
  const [tried, setTried] = useState(false);
  const fallback = inView ?? (known.length === 1 ? only?.id : undefined) ?? (known.length === 0 ? NEW : null);
  const chosen = draft.application ?? fallback;
  const fresh = chosen === NEW;
  const missing = chosen === null || (fresh && draft.newName.trim() === "");

  /** The application's id; makes it first when it is new. */
  const application = async (): Promise<ApplicationId | null> => {
    setTried(true);
    if (missing) return null;
    if (!fresh) return chosen;
    const made = await add.run({ name: draft.newName.trim() });
    if (made !== null) setDraft({ ...draft, application: made.id, newName: "" });
    return made?.id ?? null;
  };
  const run = async (dry: boolean): Promise<void> => {
    // Enter may be held down, and a preview must not take the place of an import that goes on.
    if (add.running || files.some((path) => runs.get("import_run", path).state === "running")) return;
    const id = await application();
    if (id === null) return;
    // One after the other: the store has one writer, and the order is the person's.
    for (const path of files) {
      const order = orderOf(path, id, draft, dry);
      noteOrder(order);
      await runs.start("import_run", path, order);
    }
  };
  const pick = async (folder: boolean): Promise<void> => {
    const path = await platform().pickFile({ title: folder ? "Folder with reports" : "Report", folder });
    if (path !== null && !files.includes(path)) setFiles([...files, path]);
  };
  const ready = files.length > 0;
  useActions([
    {
      id: "import-preview",
      label: "Preview the import",
      group: "Imports",
      disabled: !ready,
      run: () => void run(true),
    },
    {
      id: "import-now",
      label: "Import now",
      group: "Imports",
      keys: ["mod+enter"],
      whileTyping: true,
      disabled: !ready,
      run: () => void run(false),
    },
  ]);
  return (
    <Section
      title="Import a report"
      actions={
        <Button variant="subtle" onClick={props.onClose}>
          Close
        </Button>
      }
    >
      <DropZone files={files} onPick={(folder) => void pick(folder)} />
      {ready ? (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            void run(true);
          }}
        >
          <Fields draft={draft} chosen={chosen} tried={tried && missing} onChange={setDraft} />
          {add.problem === null ? null : <ProblemLine problem={add.problem} />}
          <div className={css.actions}>
            <Button type="submit" variant="filled" loading={add.running}>
              Preview
            </Button>
            <Button loading={add.running} onClick={() => void run(false)}>
              Import now
            </Button>
            <span className={css.faint}>
              The preview says what would change in {counted(files.length, "report")}, and changes nothing
              {fresh ? " but that the application is added" : ""}.
            </span>
          </div>
        </form>
      ) : null}
      {files.map((path) => (
        <ImportOutcome key={path} path={path} />
      ))}
    </Section>
  );
}

function orderOf(path: string, application: ApplicationId, draft: Draft, dry: boolean): ImportRun {
  return {
    path,
    application,
    format: draft.format,
    branch: draft.branch.trim() === "" ? null : draft.branch.trim(),
    dry_run: dry,
    close_anyway: false,
    columns: isTable(path, draft.format) && draft.columns.trim() !== "" ? draft.columns.trim() : null,
  };
}

function DropZone(props: { files: readonly string[]; onPick: (folder: boolean) => void }): ReactNode {
  const { files, onPick } = props;
  const formats = useAnswer("format_list", {});
  const known = formats.data?.formats.length ?? 0;
  return (
    <div className={css.zone} data-testid="drop-zone">
      {files.length === 0 ? (
        <>
          <IconFileImport size="1.8em" stroke={1.5} aria-hidden="true" />
          <p>Drop a report here, or anywhere on the window</p>
          {known === 0 ? null : (
            <p className={css.faint}>
              Any of {counted(known, "format")}, recognised by what is in it; also packed as .gz or .zip
            </p>
          )}
        </>
      ) : (
        <ul className={css.files}>
          {files.map((path) => (
            <li key={path}>
              <IconFile size="1.2em" stroke={1.6} aria-hidden="true" />
              <span className={css.fileName} title={path}>
                {fileName(path)}
              </span>
              <IconButton
                size={22}
                label={`Leave out ${fileName(path)}`}
                onClick={() => setFiles(files.filter((one) => one !== path))}
              >
                <IconX size="1em" aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <div className={css.zoneActions}>
        <Button onClick={() => onPick(false)}>{files.length === 0 ? "Choose a file…" : "Add a file…"}</Button>
        <Button variant="subtle" onClick={() => onPick(true)}>
          Choose a folder…
        </Button>
      </div>
    </div>
  );
}

function Fields(props: {
  draft: Draft;
  chosen: ApplicationId | null;
  tried: boolean;
  onChange: (draft: Draft) => void;
}): ReactNode {
  const { draft, chosen, onChange } = props;
  const files = useFiles();
  const applications = useAnswer("application_list", {});
  const formats = useAnswer("format_list", {});
  const format = formats.data?.formats.find((one) => one.id === draft.format);
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
        placeholder="As the report says"
        value={draft.branch}
        onChange={(event) => onChange({ ...draft, branch: event.currentTarget.value })}
      />
      <Select
        label="Format"
        description={format === undefined ? undefined : `${format.about} ${format.versions}.`}
        searchable
        nothingFoundMessage="No such format."
        data={[
          { value: "", label: "Recognise it" },
          ...(formats.data?.formats ?? []).map((one) => ({ value: one.id, label: one.label })),
        ]}
        value={draft.format ?? ""}
        onChange={(id) => onChange({ ...draft, format: id === "" ? null : id })}
      />
      {files.some((path) => isTable(path, draft.format)) ? (
        <TextInput
          label="Columns"
          description="Only where the table's headings differ from Docket's: theirs after the equals sign."
          placeholder="title=Summary,severity=Risk,file=Path"
          spellCheck={false}
          value={draft.columns}
          onChange={(event) => onChange({ ...draft, columns: event.currentTarget.value })}
        />
      ) : null}
    </div>
  );
}
