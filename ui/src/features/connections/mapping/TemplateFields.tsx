/** A title and a heading of one's own, with placeholders, shown at once on a real finding. */
import { Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import type { Template } from "../../../wire/contract";
import page from "../edit.module.css";
import css from "./mapping.module.css";
import type { FullDraft } from "./mappingDraft";
import { Preview } from "./Preview";
import { PLACEHOLDER_WORDS, PLACEHOLDERS, type Placeholder, patternProblem } from "./templateText";

type Part = keyof Template;

export function TemplateFields(props: {
  full: FullDraft;
  errors: Record<string, string>;
  onChange: (template: Template) => void;
}): ReactNode {
  const { full, errors, onChange } = props;
  const { template } = full;
  const title = useRef<HTMLInputElement>(null);
  const heading = useRef<HTMLTextAreaElement>(null);
  const last = useRef<Part>("title");
  const set = (part: Part, text: string): void => onChange({ ...template, [part]: text });
  /** Puts a placeholder where the caret was, and the caret behind it. */
  const insert = (word: Placeholder): void => {
    const part = last.current;
    const input = part === "title" ? title.current : heading.current;
    const text = template[part];
    const from = input?.selectionStart ?? text.length;
    const to = input?.selectionEnd ?? from;
    const put = `{${word}}`;
    set(part, text.slice(0, from) + put + text.slice(to));
    requestAnimationFrame(() => {
      input?.focus();
      input?.setSelectionRange(from + put.length, from + put.length);
    });
  };
  return (
    <>
      <TextInput
        ref={title}
        label="Title"
        placeholder="Docket's own title"
        spellCheck={false}
        value={template.title}
        error={patternProblem(template.title) ?? errors.template_title}
        onFocus={() => {
          last.current = "title";
        }}
        onChange={(event) => set("title", event.currentTarget.value)}
      />
      <Textarea
        ref={heading}
        label="Heading"
        description="Markdown, at the head of Docket's part of the text."
        placeholder="Nothing"
        size="sm"
        rows={3}
        resize="vertical"
        value={template.heading}
        error={patternProblem(template.heading) ?? errors.template_heading}
        onFocus={() => {
          last.current = "heading";
        }}
        onChange={(event) => set("heading", event.currentTarget.value)}
      />
      <div>
        <div className={page.label}>Put in</div>
        <div className={css.words}>
          {PLACEHOLDER_WORDS.map((word) => (
            <button
              key={word}
              type="button"
              className={css.word}
              title={PLACEHOLDERS[word]}
              aria-label={`{${word}}: ${PLACEHOLDERS[word]}`}
              onClick={() => insert(word)}
            >
              {`{${word}}`}
            </button>
          ))}
        </div>
      </div>
      <Preview full={full} />
    </>
  );
}
