/**
 * The query bar: coloured terms, completions, history, and the mistake at its place.
 *
 * The text is a plain input; the colours are drawn behind it in the same face. A query is
 * taken over by Enter at once, and by itself a moment after it became readable.
 */
import { IconAlertCircle, IconHistory, IconX } from "@tabler/icons-react";
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { usePreference } from "../../app/preferences";
import { IconButton, Kbd } from "../../kit";
import type { Completion, QueryProblem } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import css from "./query.module.css";
import { completed, remembered, termsOf } from "./queryText";
import { useSettled } from "./rows";

/** A readable query is taken over after this pause in typing, milliseconds. */
const TAKE_AFTER_MS = 350;

/** While someone still writes, a mistake is not held against them, milliseconds. */
const COMPLAIN_AFTER_MS = 900;

interface Option {
  key: string;
  label: string;
  note: string | null;
  take: { text: string; caret: number };
  recent: boolean;
}

function options(text: string, completions: readonly Completion[], history: readonly string[]): Option[] {
  const offered = completions.map((completion) => ({
    key: `c ${completion.insert}`,
    label: completion.label,
    note: completion.note,
    take: completed(text, completion),
    recent: false,
  }));
  if (text.trim() !== "") return offered;
  const recent = history.slice(0, 8).map((query) => ({
    key: `h ${query}`,
    label: query,
    note: null,
    take: { text: query, caret: query.length },
    recent: true,
  }));
  return [...recent, ...offered];
}

function Coloured(props: { text: string; problem: QueryProblem | null }): ReactNode {
  const { text, problem } = props;
  const parts: ReactNode[] = [];
  let at = 0;
  for (const term of termsOf(text)) {
    parts.push(text.slice(at, term.from));
    parts.push(
      <span
        key={term.from}
        className={term.field === null ? css.word : css.term}
        data-negated={term.negated || undefined}
      >
        <span className={css.field}>{text.slice(term.from, term.value)}</span>
        {text.slice(term.value, term.to)}
      </span>,
    );
    at = term.to;
  }
  parts.push(text.slice(at));
  return (
    <>
      {parts}
      {problem === null ? null : (
        <span
          className={css.mistake}
          style={{ left: `${problem.from}ch`, width: `${Math.max(1, problem.to - problem.from)}ch` }}
        />
      )}
    </>
  );
}

export function QueryBar(props: {
  query: string;
  onQuery: (query: string) => void;
  /** Leaves the bar (Esc, Enter). */
  onLeave: () => void;
  inputRef: RefObject<HTMLInputElement | null>;
}): ReactNode {
  const { query, onQuery, onLeave, inputRef } = props;
  const [text, setText] = useState(query);
  const [caret, setCaret] = useState(query.length);
  const [focused, setFocused] = useState(false);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [tried, setTried] = useState(false);
  const [entered, setEntered] = useState(false);
  const [scroll, setScroll] = useState(0);
  const [history, setHistory] = usePreference("queryHistory");
  const applied = useRef(query);
  const list = useId();

  // A query that came from elsewhere (a facet, a view) replaces what stands here.
  useEffect(() => {
    if (query === applied.current) return;
    applied.current = query;
    setText(query);
    setTried(false);
  }, [query]);

  const check = useAnswer("query_check", { text, caret }, { keep: true });
  const fresh = check.data !== undefined && !check.old;
  const problem = fresh ? (check.data?.problem ?? null) : null;
  const offered = options(text, fresh ? (check.data?.completions ?? []) : [], history);
  const calm = useSettled(text, COMPLAIN_AFTER_MS) === text;
  const complain = problem !== null && (!focused || tried || (calm && offered.length === 0));
  const showing = open && focused && offered.length > 0;

  const take = (next: string): void => {
    applied.current = next;
    onQuery(next);
  };
  const keep = (): void => setHistory(remembered(history, text));
  const settled = useSettled(text, TAKE_AFTER_MS);
  const ready = fresh && problem === null && settled === text;
  // biome-ignore lint/correctness/useExhaustiveDependencies: taken over when the text is ready, not when the parent redraws.
  useEffect(() => {
    if (ready && text !== applied.current) take(text);
  }, [ready, text]);

  // Enter waits for the check of what was written last: an unreadable query is never taken over.
  const judged = fresh || check.problem !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once for each Enter, when its text was checked.
  useEffect(() => {
    if (!entered || !judged) return;
    setEntered(false);
    if (problem !== null) return;
    if (text !== applied.current) take(text);
    keep();
    onLeave();
  }, [entered, judged]);

  // Before anything else can be typed: a frame later, quick typing would land before the caret.
  const caretWanted = useRef<number | null>(null);
  useLayoutEffect(() => {
    const at = caretWanted.current;
    if (at === null) return;
    caretWanted.current = null;
    inputRef.current?.setSelectionRange(at, at);
  });
  const write = (next: string, at: number): void => {
    setText(next);
    setCaret(at);
    setActive(-1);
    setTried(false);
    caretWanted.current = at;
  };
  const choose = (option: Option): void => {
    write(option.take.text, option.take.caret);
    setOpen(!option.recent);
    inputRef.current?.focus();
    if (option.recent) take(option.take.text);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const chosen = showing ? offered[active] : undefined;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!showing) setOpen(true);
      else {
        const step = event.key === "ArrowDown" ? 1 : -1;
        const count = offered.length + 1;
        setActive(((active + 1 + step + count) % count) - 1);
      }
    } else if (event.key === "Tab" && showing && !event.shiftKey) {
      const first = chosen ?? offered[0];
      if (first === undefined || first.recent) return;
      event.preventDefault();
      choose(first);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (chosen !== undefined) choose(chosen);
      else {
        setTried(true);
        setOpen(false);
        setEntered(true);
      }
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (showing) setOpen(false);
      else onLeave();
    }
  };

  return (
    <search className={css.bar} data-bad={complain || undefined}>
      <div className={css.field0}>
        <div className={css.backdrop} aria-hidden="true" style={{ transform: `translateX(${-scroll}px)` }}>
          <Coloured text={text} problem={complain ? problem : null} />
        </div>
        <input
          ref={inputRef}
          className={css.input}
          role="combobox"
          aria-label="Query"
          aria-expanded={showing}
          aria-controls={list}
          aria-autocomplete="list"
          aria-invalid={complain}
          aria-describedby={complain ? `${list}-problem` : undefined}
          aria-activedescendant={showing && active >= 0 ? `${list}-${active}` : undefined}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          placeholder="Filter: severity:high tool:semgrep path:src/**"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setCaret(event.target.selectionStart ?? event.target.value.length);
            setActive(-1);
            setTried(false);
            setEntered(false);
            setOpen(true);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
          onFocus={() => setFocused(true)}
          onBlur={() => {
            setFocused(false);
            setOpen(false);
            if (problem === null) keep();
          }}
          onClick={() => setOpen(true)}
          onKeyDown={onKeyDown}
        />
      </div>
      {text === "" ? null : (
        <IconButton
          size={20}
          label="Clear the query"
          onClick={() => {
            write("", 0);
            take("");
            inputRef.current?.focus();
          }}
        >
          <IconX size="1.05em" aria-hidden="true" />
        </IconButton>
      )}
      <Kbd keys="/" />
      {complain && problem !== null ? (
        <div className={css.problem} role="alert" id={`${list}-problem`}>
          <IconAlertCircle size="1.15em" stroke={1.8} aria-hidden="true" />
          <span>{problem.message}</span>
        </div>
      ) : null}
      <div
        className={css.list}
        id={list}
        role="listbox"
        aria-label="Completions"
        hidden={!showing || complain}
      >
        {offered.map((option, at) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above moves through the list by key.
          <div
            key={option.key}
            id={`${list}-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === active}
            className={css.option}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(option)}
          >
            {option.recent ? <IconHistory size="1.1em" stroke={1.6} aria-label="recent" /> : null}
            <span className={css.optionLabel}>{option.label}</span>
            {option.note === null ? null : <span className={css.note}>{option.note}</span>}
          </div>
        ))}
      </div>
    </search>
  );
}
