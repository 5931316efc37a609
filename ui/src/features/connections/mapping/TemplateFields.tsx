/** A title and a text of one's own, tried at once on a real finding or group. */
import { Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useRef, useState } from "react";
import type { Fault, Template } from "../../../wire/contract";
import { useAnswer } from "../../../wire/hooks";
import page from "../edit.module.css";
import css from "./mapping.module.css";
import type { FullDraft } from "./mappingDraft";
import { Preview } from "./Preview";
import { OFFERED, placeOf, SUBJECTS, type Subject, withName } from "./templateText";

type Part = keyof Template;

/** While somebody types, nothing is tried. */
const TYPING_MS = 250;

export function TemplateFields(props: {
  full: FullDraft;
  errors: Record<string, string>;
  onChange: (template: Template) => void;
}): ReactNode {
  const { full, errors, onChange } = props;
  const { template } = full;
  const title = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLTextAreaElement>(null);
  const [last, setLast] = useState<Part>("title");
  const [subject, setSubject] = useState<Subject>("one");
  const [skip, setSkip] = useState(0);
  const [wish] = useDebouncedValue(
    { template, connection: full.connection, target: full.target, guard: full.guard },
    TYPING_MS,
  );
  const application = full.applications[0] ?? null;
  const tried = useAnswer(
    "template_try",
    {
      template: wish.template,
      connection: wish.connection ?? "",
      target: wish.target,
      application: application ?? "",
      group_by: [...SUBJECTS[subject].keys],
      skip,
      guard: wish.guard,
    },
    { on: application !== null && wish.connection !== null && wish.target !== "", keep: true },
  );
  const faults = tried.data?.faults ?? [];
  const set = (part: Part, text: string): void => onChange({ ...template, [part]: text });
  const select = (part: Part, from: number, to: number): void => {
    const input = part === "title" ? title.current : body.current;
    requestAnimationFrame(() => {
      input?.focus();
      input?.setSelectionRange(from, to);
    });
  };
  const insert = (name: string): void => {
    const input = last === "title" ? title.current : body.current;
    const from = input?.selectionStart ?? template[last].length;
    const put = withName(template[last], name, from, input?.selectionEnd ?? from);
    set(last, put.text);
    select(last, put.caret, put.caret);
  };
  const wrong = (part: Part): ReactNode => (
    <Faults
      faults={faults.filter((fault) => fault.part === part)}
      onShow={(fault) => select(part, ...placeOf(template[part], fault))}
    />
  );
  return (
    <>
      <div>
        <TextInput
          ref={title}
          label="Title"
          placeholder="Docket's own title"
          spellCheck={false}
          value={template.title}
          error={errors.template_title}
          onFocus={() => setLast("title")}
          onChange={(event) => set("title", event.currentTarget.value)}
        />
        {wrong("title")}
      </div>
      <div>
        <Textarea
          ref={body}
          label="Text"
          description="Markdown. {{ default }} is Docket's own text; leave the field empty for nothing else."
          placeholder="Docket's own text"
          size="sm"
          rows={8}
          resize="vertical"
          spellCheck={false}
          classNames={{ input: css.source ?? "" }}
          value={template.body}
          error={errors.template_body}
          onFocus={() => setLast("body")}
          onChange={(event) => set("body", event.currentTarget.value)}
        />
        {wrong("body")}
      </div>
      <Names part={last} onInsert={insert} />
      <Preview
        full={full}
        tried={tried}
        subject={subject}
        onSubject={(next) => {
          setSubject(next);
          setSkip(0);
        }}
        onNext={() => setSkip((tried.data?.issue?.at ?? 0) + 1)}
      />
    </>
  );
}

/** What is wrong, each leading to its place. */
function Faults(props: { faults: readonly Fault[]; onShow: (fault: Fault) => void }): ReactNode {
  return (
    <ul className={css.faults} aria-live="polite">
      {props.faults.map((fault) => (
        <li key={`${fault.line}:${fault.column}:${fault.message}`}>
          <button type="button" className={css.place} onClick={() => props.onShow(fault)}>
            Line {fault.line}, column {fault.column}
          </button>{" "}
          {fault.message} {fault.hint}
        </li>
      ))}
    </ul>
  );
}

/** The names that can be put in where the caret is, and the whole reference on demand. */
function Names(props: { part: Part; onInsert: (name: string) => void }): ReactNode {
  const [all, setAll] = useState(false);
  const known = useAnswer("template_names", {});
  const says = new Map(known.data?.names.map((one) => [one.name, one.says]));
  const offered: readonly string[] = OFFERED[props.part];
  const text = props.part === "body";
  const every = [...says.keys()].filter((name) => text || !(name === "default" || name.startsWith("docket")));
  const names = all ? every.filter((name) => name !== "docket") : offered;
  return (
    <div>
      <div className={page.label}>Put into the {text ? "text" : "title"}</div>
      <div className={css.words}>
        {names.map((name) => (
          <button
            key={name}
            type="button"
            className={css.word}
            title={says.get(name) ?? ""}
            aria-label={`${name}: ${says.get(name) ?? ""}`}
            onClick={() => props.onInsert(name)}
          >
            {name}
          </button>
        ))}
        <button type="button" className={css.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Fewer" : "All names"}
        </button>
      </div>
    </div>
  );
}
