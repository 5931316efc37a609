/**
 * One of a list, found by typing: the list may be long, may come in pages from elsewhere, and
 * may allow what is not in it. It opens by click, by the down arrow or by typing, never by
 * merely passing through with Tab.
 */
import { CloseButton, Combobox, InputBase, useCombobox } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useEffect, useState } from "react";
import type { Choice, Problem } from "../wire/contract";
import { count } from "./format";
import { ProblemLine } from "./ProblemView";
import css from "./picker.module.css";

const MORE = "\u0000more";
const TYPED = "\u0000typed";
/** More lines than this are found by typing, not by scrolling. */
const SHOWN = 100;

export interface PickerChoice extends Choice {
  /** Signs beside it («private»). */
  signs?: ReactNode;
}

export interface PickerProps {
  /** Above the field; with `hiddenLabel` only for those who cannot see where it stands. */
  label: string;
  hiddenLabel?: boolean;
  description?: ReactNode;
  error?: string | undefined;
  required?: boolean;
  placeholder?: string | undefined;
  value: string;
  choices: readonly PickerChoice[];
  /** Anything may be entered; the choices are suggestions. */
  free?: boolean;
  /** Can be emptied; the word on the button that does it. */
  clear?: string | undefined;
  /** Instead of the list when nothing fits. */
  nothing?: string;
  problem?: Problem | null;
  disabled?: boolean;
  /** The list is searched elsewhere: what is typed is told there and not sifted here. */
  onSearch?: (typed: string) => void;
  /** Asks for the next page. */
  onMore?: (() => void) | null;
  onOpen?: (open: boolean) => void;
  onChange: (value: string) => void;
}

function fits(choice: PickerChoice, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  return (
    choice.label.toLowerCase().includes(wanted) ||
    choice.value.toLowerCase().includes(wanted) ||
    (choice.note ?? "").toLowerCase().includes(wanted)
  );
}

function exactly(choices: readonly PickerChoice[], typed: string): PickerChoice | undefined {
  const wanted = typed.trim().toLowerCase();
  return (
    choices.find((choice) => choice.value.toLowerCase() === wanted) ??
    choices.find((choice) => choice.label.toLowerCase() === wanted)
  );
}

export function Picker(props: PickerProps): ReactNode {
  const { value, choices, free = false } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const combobox = useCombobox({
    onDropdownOpen: () => props.onOpen?.(true),
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setTyped(null);
      props.onSearch?.("");
      props.onOpen?.(false);
    },
  });
  const { selectFirstOption, updateSelectedOptionIndex } = combobox;
  const sifted = props.onSearch === undefined;
  useEffect(() => {
    if (typed === null) return;
    // What a server has not answered yet must not be chosen by a quick Enter.
    if (sifted && typed.trim() !== "") selectFirstOption();
    else updateSelectedOptionIndex();
  }, [typed, sifted, selectFirstOption, updateSelectedOptionIndex]);
  const wish = (typed ?? "").trim();
  const found = typed === null || !sifted ? choices : choices.filter((one) => fits(one, typed));
  const shown = found.slice(0, sifted ? SHOWN : found.length);
  const listed = exactly(choices, wish);
  const choose = (option: string): void => {
    if (option === MORE) {
      props.onMore?.();
      return;
    }
    props.onChange(option === TYPED ? wish : option);
    combobox.closeDropdown();
  };
  /** What was typed counts when the field is left, if it can be meant. */
  const leave = (): void => {
    if (typed !== null && (wish !== "" || props.clear !== undefined)) {
      const meant = wish === "" ? "" : (listed?.value ?? (free ? wish : value));
      if (meant !== value) props.onChange(meant);
    }
    combobox.closeDropdown();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !combobox.dropdownOpened || event.nativeEvent.isComposing) return;
    // Enter chooses here; it does not send the form.
    event.preventDefault();
    if (combobox.getSelectedOptionIndex() < 0) leave();
  };
  const known = value === "" ? undefined : exactly(choices, value);
  return (
    <Combobox store={combobox} onOptionSubmit={choose} withinPortal keepMounted={false}>
      <Combobox.Target withExpandedAttribute>
        <InputBase
          {...(props.hiddenLabel ? { "aria-label": props.label } : { label: props.label })}
          description={props.description}
          withAsterisk={props.required ?? false}
          error={props.error}
          placeholder={props.placeholder}
          disabled={props.disabled ?? false}
          spellCheck={false}
          autoComplete="off"
          value={typed ?? known?.label ?? value}
          rightSection={
            props.clear !== undefined && value !== "" ? (
              <CloseButton
                size="xs"
                tabIndex={-1}
                aria-label={props.clear}
                title={props.clear}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => {
                  setTyped(null);
                  props.onChange("");
                }}
              />
            ) : (
              <Combobox.Chevron />
            )
          }
          rightSectionPointerEvents={props.clear !== undefined && value !== "" ? "all" : "none"}
          onClick={() => combobox.openDropdown()}
          onBlur={leave}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            props.onSearch?.(event.currentTarget.value);
            combobox.openDropdown();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={300} className={css.options ?? ""} aria-label={props.label}>
          {shown.map((choice) => (
            <Combobox.Option key={choice.value} value={choice.value} active={choice === known}>
              <ChoiceLine choice={choice} />
            </Combobox.Option>
          ))}
          {props.onMore == null ? null : <Combobox.Option value={MORE}>More…</Combobox.Option>}
          {free && wish !== "" && listed === undefined ? (
            <Combobox.Option value={TYPED}>Use «{wish}» as typed</Combobox.Option>
          ) : null}
          {found.length === 0 && props.problem == null && !(free && wish !== "") ? (
            <Combobox.Empty>{props.nothing ?? "Nothing of that name is there."}</Combobox.Empty>
          ) : null}
        </Combobox.Options>
        {found.length > shown.length ? (
          <Combobox.Footer>
            <span className={css.faint}>
              and {count(found.length - shown.length)} more; type a part of the name
            </span>
          </Combobox.Footer>
        ) : null}
        {props.problem == null ? null : (
          <Combobox.Footer>
            <ProblemLine problem={props.problem} />
          </Combobox.Footer>
        )}
      </Combobox.Dropdown>
    </Combobox>
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
