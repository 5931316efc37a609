/** A list that the tracker searches and gives out page by page: targets, labels, people, areas. */
import { useDebouncedValue } from "@mantine/hooks";
import { useCallback, useEffect, useState } from "react";
import type { Elsewhere } from "../../../kit";
import type { Choice, ChoiceList, Queries, TargetFields } from "../../../wire/contract";
import { type PagedQuery, usePages } from "../../../wire/hooks";
import { goesOn } from "./keepValid";
import type { Asked } from "./targetFields";

const SEARCH_MS = 300;
/** Pages that are gone through by themselves until something fits. */
const PAGES_BY_ITSELF = 20;

/** Under a field whose list was not read to its end. */
export const SEARCH_WORDS = "Type to search all of them.";

/** What one page brings, as far as a list needs to know. */
interface Read<P, T> {
  rows: (page: P) => readonly T[];
  key: (row: T) => string;
  hidden?: (page: P) => string | null;
}

export interface Searched<T> {
  /** Each once. While there is no answer: what is known, to be sifted by what was typed. */
  rows: T[];
  elsewhere: Elsewhere;
}

/** Each once, as it came first. */
function distinct<T>(rows: readonly T[], key: (row: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const row of rows) if (!byKey.has(key(row))) byKey.set(key(row), row);
  return [...byKey.values()];
}

/**
 * Asks only while the list is open, and not with every key. `known` are rows that are there
 * without asking.
 */
export function useSearchedList<N extends PagedQuery, T>(
  name: N,
  question: Omit<Queries[N]["request"], "search" | "page">,
  read: Read<Queries[N]["response"], T>,
  known: readonly T[] = [],
): Searched<T> {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const tell = useCallback((nowOpen: boolean, nowTyped: string): void => {
    setOpen(nowOpen);
    setTyped(nowTyped);
  }, []);
  const wanted = typed.trim();
  const [settled] = useDebouncedValue(wanted, SEARCH_MS);
  const asked = wanted === "" ? "" : settled;
  const request = { ...question, search: asked } as unknown as Omit<Queries[N]["request"], "page">;
  const answer = usePages(name, request, { on: open });
  const pages = answer.pages ?? [];
  const current = wanted === asked;
  const answered = answer.pages !== undefined && !answer.old;
  const { more } = answer;
  const far = answered && current && answer.problem === null && pages.length < PAGES_BY_ITSELF;
  // Where the tracker cannot search, a page may hold nothing that fits although a later one does.
  const goOn =
    open &&
    far &&
    more !== null &&
    !answer.readingMore &&
    pages.every((page) => read.rows(page).length === 0);
  useEffect(() => {
    if (goOn) more?.();
  }, [goOn, more]);
  const rowsRead = pages.flatMap((page) => [...read.rows(page)]);
  return {
    rows: distinct(answered ? rowsRead : [...rowsRead, ...known], read.key),
    elsewhere: {
      tell,
      answers: answered ? asked : null,
      onMore: answered ? answer.more : null,
      readingMore: answer.readingMore || goOn,
      problem: current ? answer.problem : null,
      onRetry: answer.retry,
      hidden: pages.map((page) => read.hidden?.(page) ?? null).findLast((words) => words !== null) ?? null,
    },
  };
}

export interface Offer {
  choices: readonly Choice[];
  /** Only for a list that goes on: the others are here whole. */
  elsewhere: Elsewhere | undefined;
}

/** One of the target's lists: whole as it was read, or searched on the tracker where it goes on. */
export function useOffer(
  asked: Asked,
  list: ChoiceList,
  fields: TargetFields | undefined,
  read: readonly Choice[],
): Offer {
  const searched = useSearchedList(
    "connection_choices",
    { ...asked, list },
    { rows: (page) => page.choices, key: (choice: Choice) => choice.value },
    read,
  );
  return goesOn(fields, list)
    ? { choices: searched.rows, elsewhere: searched.elsewhere }
    : { choices: read, elsewhere: undefined };
}
