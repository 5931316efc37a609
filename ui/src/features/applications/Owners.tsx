/** The rules of a CODEOWNERS file, tried on the findings that are there while one writes. */
import { Button, FileButton, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useRef, useState } from "react";
import { href } from "../../app/router";
import { ChangeProgress, count, counted, notifyDone, ProblemView, Skeletons, useChange } from "../../kit";
import type { ApplicationId, Ownership } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import css from "./applications.module.css";

/** While somebody types, nothing is tried. */
const TYPING_MS = 250;
const SHOWN = 8;

const EXAMPLE =
  "# who owns what, the last line that fits counts\n*        @acme/everybody\n/db/     @acme/data\n*.tsx    @acme/web";

export function Owners({ application }: { application: ApplicationId }): ReactNode {
  const stored = useAnswer("owners_show", { id: application });
  const save = useChange("owners_save");
  const [text, setText] = useState<string | null>(null);
  const [unread, setUnread] = useState<string | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const [wish] = useDebouncedValue(text, TYPING_MS);
  const tried = useAnswer(
    "owners_try",
    { id: application, text: wish ?? "" },
    { on: wish !== null, keep: true },
  );
  if (stored.data === undefined) {
    return stored.problem === null ? (
      <Skeletons />
    ) : (
      <ProblemView problem={stored.problem} onRetry={stored.refetch} />
    );
  }
  const written = text ?? stored.data.text;
  const changed = text !== null && text !== stored.data.text;
  const told = text === null ? stored.data : (tried.data ?? stored.data);
  const read = async (file: File | null): Promise<void> => {
    if (file === null) return;
    try {
      setText(await textOf(file));
      setUnread(null);
    } catch {
      setUnread(`${file.name} cannot be read. Is it still there?`);
    }
  };
  const keep = async (): Promise<void> => {
    if (text === null) return;
    const done = await save.run({ id: application, text });
    if (done === null) return;
    setText(null);
    notifyDone(`Saved. ${counted(done.count, "finding")} got another owner.`);
  };
  const showLine = (line: number): void => {
    const lines = written.split("\n");
    const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    area.current?.focus();
    area.current?.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
  };
  return (
    <div className={css.owners}>
      <div className={css.rules}>
        <Textarea
          ref={area}
          label="Rules"
          description="As in a CODEOWNERS file of GitHub or GitLab. Paths are those of the findings."
          placeholder={EXAMPLE}
          rows={14}
          resize="vertical"
          spellCheck={false}
          classNames={{ input: css.source ?? "" }}
          value={written}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {told === undefined ? null : (
          <ul className={css.mistakes} aria-live="polite">
            {told.mistakes.map((mistake) => (
              <li key={`${mistake.line}:${mistake.message}`}>
                <button type="button" className={css.place} onClick={() => showLine(mistake.line)}>
                  Line {mistake.line}
                </button>{" "}
                is left out: {mistake.message}
              </li>
            ))}
          </ul>
        )}
        {unread === null ? null : <p role="alert">{unread}</p>}
        {save.problem === null ? null : <ProblemView problem={save.problem} />}
        <ChangeProgress change={save} />
        <div className={css.buttons}>
          <Button variant="filled" disabled={!changed} loading={save.running} onClick={() => void keep()}>
            Save the rules
          </Button>
          <Button variant="subtle" disabled={!changed} onClick={() => setText(null)}>
            Discard
          </Button>
          <FileButton onChange={(file) => void read(file)}>
            {(props) => <Button {...props}>Read a CODEOWNERS file…</Button>}
          </FileButton>
        </div>
      </div>
      {tried.problem !== null && text !== null ? (
        <ProblemView problem={tried.problem} onRetry={tried.refetch} />
      ) : told === undefined ? (
        <Skeletons />
      ) : (
        <Outcome told={told} saved={!changed} />
      )}
    </div>
  );
}

function textOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsText(file);
  });
}

/** What the rules come to. */
function Outcome({ told, saved }: { told: Ownership; saved: boolean }): ReactNode {
  const total = told.owned + told.without;
  const files = told.files_without.slice(0, SHOWN);
  return (
    <section className={css.outcome} aria-label="What the rules come to" aria-live="polite">
      <h3>
        {total === 0
          ? "No active finding has a file"
          : `${count(told.owned)} of ${counted(total, "active finding")} with a file have an owner`}
      </h3>
      <ul className={css.counts}>
        {told.owners.map((one) => (
          <li key={one.owner}>
            {saved ? (
              <a href={`#${href("findings", { q: `owner:"${one.owner}"` })}`}>{one.owner}</a>
            ) : (
              <span>{one.owner}</span>
            )}
            <span className={css.faint}>{count(one.findings)}</span>
          </li>
        ))}
      </ul>
      {told.of > told.owners.length ? (
        <p className={css.faint}>and {counted(told.of - told.owners.length, "more owner")}</p>
      ) : null}
      {told.without === 0 ? null : (
        <>
          <h3>Nobody owns {counted(told.without, "finding")}</h3>
          <ul className={css.files}>
            {files.map((file) => (
              <li key={file}>{file}</li>
            ))}
          </ul>
          {told.files_without.length > files.length ? <p className={css.faint}>and further files</p> : null}
        </>
      )}
      {told.no_file === 0 ? null : (
        <p className={css.faint}>
          {counted(told.no_file, "active finding")} without a file (a package, an address): without an owner.
        </p>
      )}
    </section>
  );
}
