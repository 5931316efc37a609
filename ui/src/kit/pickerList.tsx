/**
 * The open list of a picker: what fits, how to get at more of it, and why something is missing.
 *
 * Invariant: Enter never chooses anything else than what is highlighted, also when the list
 * changes under the person's hands.
 */
import { Combobox, type ComboboxStore } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import type { Choice, Problem } from "../wire/contract";
import { count } from "./format";
import { ProblemLine } from "./ProblemView";
import css from "./picker.module.css";

const MORE = "\u0000more";
const AGAIN = "\u0000again";
export const TYPED = "\u0000typed";
/** More lines than this are found by typing, not by scrolling. */
const SHOWN = 100;
/** Pixels that the open list is high at most. */
const TALL = 300;

export interface PickerChoice extends Choice {
  /** Signs beside it («private»). */
  signs?: ReactNode;
}

/** A list that is searched elsewhere and comes in pages. */
export interface Elsewhere {
  /** Told whether the list is open and what is typed in it. */
  tell: (open: boolean, typed: string) => void;
  /** The search that the choices answer; null while they only are what is known without asking. */
  answers: string | null;
  /** Asks for the next page; null at the end. */
  onMore: (() => void) | null;
  readingMore: boolean;
  problem: Problem | null;
  onRetry: () => void;
  /** What is missing from the list and why. */
  hidden: string | null;
}

/** A list from elsewhere that was told what is typed now. */
interface Told extends Elsewhere {
  /** The choices answer what is typed. Before, what is known is sifted here meanwhile. */
  answered: boolean;
}

/** Keeps elsewhere told, also when the list turns out to be there only after it was opened. */
export function useTold(
  elsewhere: Elsewhere | undefined,
  open: boolean,
  typed: string | null,
): Told | undefined {
  const tell = elsewhere?.tell;
  useEffect(() => tell?.(open, typed ?? ""), [tell, open, typed]);
  return elsewhere && { ...elsewhere, answered: elsewhere.answers === (typed ?? "").trim() };
}

function fits(choice: PickerChoice, wanted: string): boolean {
  return (
    choice.label.toLowerCase().includes(wanted) ||
    choice.value.toLowerCase().includes(wanted) ||
    (choice.note ?? "").toLowerCase().includes(wanted)
  );
}

/** The choice that is meant by its value or its label, in whatever case. */
export function exactly(choices: readonly PickerChoice[], typed: string): PickerChoice | undefined {
  const wanted = typed.trim().toLowerCase();
  return (
    choices.find((choice) => choice.value.toLowerCase() === wanted) ??
    choices.find((choice) => choice.label.toLowerCase() === wanted)
  );
}

export interface Listed {
  shown: readonly PickerChoice[];
  /** How many more fit. */
  rest: number;
}

/** What is listed of the choices when `typed` was typed (null: nothing yet). */
export function listed(
  choices: readonly PickerChoice[],
  typed: string | null,
  elsewhere: Told | undefined,
): Listed {
  if (elsewhere?.answered === true) return { shown: choices, rest: 0 };
  const wanted = (typed ?? "").trim().toLowerCase();
  const found = typed === null ? choices : choices.filter((one) => fits(one, wanted));
  // How many there are elsewhere is not known here.
  return { shown: found.slice(0, SHOWN), rest: elsewhere ? 0 : Math.max(0, found.length - SHOWN) };
}

/** Asks elsewhere if the option stands for that; false when it is a choice. */
function asked(option: string, elsewhere: Elsewhere | undefined): boolean {
  if (option === MORE && elsewhere?.readingMore === false) elsewhere.onMore?.();
  if (option === AGAIN) elsewhere?.onRetry();
  return option === MORE || option === AGAIN;
}

/**
 * Keeps the highlight where it belongs while the list changes. `eager`: the first that fits what
 * was typed is highlighted, once there is an answer.
 */
export function useHighlight(
  combobox: ComboboxStore,
  list: Listed,
  typed: string | null,
  elsewhere: Told | undefined,
  eager: boolean,
) {
  const { selectFirstOption, selectOption, updateSelectedOptionIndex } = combobox;
  const { getSelectedOptionIndex, resetSelectedOption } = combobox;
  /** Where the highlight goes when the list has changed. */
  const goal = useRef<number | null>(null);
  const seen = useRef("");
  const ready = elsewhere?.answered !== false;
  // Lines that are no choices count too: when one goes, another stands at its place.
  const lines = `${elsewhere?.onMore != null} ${elsewhere?.problem != null}`;
  const state = `${ready} ${lines}\n${list.shown.map((one) => one.value).join("\n")}`;
  const searching = typed !== null && typed.trim() !== "";
  useEffect(() => {
    if (typed === null) return;
    goal.current = null;
    // What a server has not answered yet must not be chosen by a quick Enter.
    if (eager && ready && searching) selectFirstOption();
    else resetSelectedOption();
  }, [typed, eager, ready, searching, selectFirstOption, resetSelectedOption]);
  useEffect(() => {
    if (seen.current === state) return;
    seen.current = state;
    if (goal.current !== null) selectOption(goal.current);
    else if (eager && ready && searching && getSelectedOptionIndex() < 0) selectFirstOption();
    else updateSelectedOptionIndex();
    goal.current = null;
  }, [
    state,
    eager,
    ready,
    searching,
    selectOption,
    selectFirstOption,
    getSelectedOptionIndex,
    updateSelectedOptionIndex,
  ]);
  return {
    /** Handles «More…» and «Try again»; false when the option is a choice. */
    further: (option: string): boolean => {
      // The first of the new ones takes the place of «More…».
      if (option === MORE) goal.current = list.shown.length;
      return asked(option, elsewhere);
    },
    /** The highlighted one leaves the list: its neighbour takes its place. */
    stay: (): void => {
      const at = getSelectedOptionIndex();
      goal.current = at < 0 ? null : at;
    },
  };
}

export function PickerDropdown(props: {
  label: string;
  list: Listed;
  chosen?: PickerChoice | undefined;
  /** What was typed and may be taken as it is; null when it may not. */
  asTyped: string | null;
  nothing: string | undefined;
  elsewhere: Told | undefined;
}): ReactNode {
  const { list, asTyped, elsewhere } = props;
  const problem = elsewhere?.problem ?? null;
  const none = list.shown.length === 0;
  const waiting = elsewhere?.answered === false && problem === null;
  const more = elsewhere !== undefined && elsewhere.onMore !== null && problem === null && !waiting;
  const empty = none && !waiting && problem === null && (asTyped === null || more);
  const found = more ? "Nothing of that name so far." : (props.nothing ?? "Nothing of that name is there.");
  const words = empty ? found : null;
  return (
    <Combobox.Dropdown>
      {/* What is still being read keeps the room that it will need: the list does not jump from side to side. */}
      <Combobox.Options
        mah={TALL}
        mih={none && waiting ? TALL : 0}
        className={css.options ?? ""}
        aria-label={props.label}
      >
        {list.shown.map((choice) => (
          <Combobox.Option key={choice.value} value={choice.value} active={choice === props.chosen}>
            <ChoiceLine choice={choice} />
          </Combobox.Option>
        ))}
        {more ? (
          <Combobox.Option value={MORE}>
            {elsewhere.readingMore ? "Reading…" : none ? "Look further…" : "More…"}
          </Combobox.Option>
        ) : null}
        {problem === null ? null : <Combobox.Option value={AGAIN}>Try again</Combobox.Option>}
        {asTyped === null ? null : <Combobox.Option value={TYPED}>Use «{asTyped}» as typed</Combobox.Option>}
      </Combobox.Options>
      {problem === null ? null : (
        <Combobox.Footer>
          <ProblemLine problem={problem} />
        </Combobox.Footer>
      )}
      {/* A live region has to be there before it speaks; in the list only options may stand. */}
      <div className={css.foot} aria-live="polite">
        {waiting ? <span>Reading…</span> : null}
        {words === null ? null : <span>{words}</span>}
        {list.rest > 0 ? <span>and {count(list.rest)} more; type a part of the name</span> : null}
        {elsewhere === undefined || elsewhere.hidden === null ? null : <span>{elsewhere.hidden}</span>}
      </div>
    </Combobox.Dropdown>
  );
}

export function ChoiceLine({ choice }: { choice: PickerChoice }): ReactNode {
  return (
    <span className={css.option}>
      <span>{choice.label}</span>
      {choice.signs}
      {choice.note === null || choice.note === "" ? null : <span className={css.faint}>{choice.note}</span>}
    </span>
  );
}
