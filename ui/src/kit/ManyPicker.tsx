/**
 * Several of a list, found by typing: the sibling of `Picker`, with the same lists and the same
 * keys. What is chosen leaves the list, which stays open for the next; Backspace takes back the last.
 */
import { Combobox, Pill, PillsInput, useCombobox } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import {
  type Elsewhere,
  exactly,
  listed,
  type PickerChoice,
  PickerDropdown,
  useHighlight,
  useTold,
} from "./pickerList";

export interface ManyPickerProps {
  label: string;
  description?: ReactNode;
  /** While nothing is chosen. */
  placeholder?: string;
  value: readonly string[];
  choices: readonly PickerChoice[];
  /** Anything may be entered, several at once with commas; the choices are suggestions. */
  free?: boolean;
  /** Instead of the list when nothing fits. */
  nothing?: string;
  /** The list is searched elsewhere: what is typed is told there and not sifted here. */
  elsewhere?: Elsewhere | undefined;
  onChange: (value: string[]) => void;
}

function includes(values: readonly string[], value: string): boolean {
  return values.some((one) => one.toLowerCase() === value.toLowerCase());
}

export function ManyPicker(props: ManyPickerProps): ReactNode {
  const { value, choices, free = false } = props;
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  /** What was chosen: the next search may not bring it again. */
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setTyped(null);
    },
  });
  const elsewhere = useTold(props.elsewhere, combobox.dropdownOpened, typed);
  const wish = (typed ?? "").trim();
  const open = choices.filter((choice) => !includes(value, choice.value));
  const list = listed(open, typed, elsewhere);
  const highlight = useHighlight(combobox, list, typed, elsewhere, !free);
  const add = (values: readonly string[]): void => {
    const all = [...value];
    for (const one of values) if (one !== "" && !includes(all, one)) all.push(one);
    if (all.length > value.length) props.onChange(all);
  };
  const meant = exactly(choices, wish);
  /** What was typed counts if it can be meant. */
  const takeTyped = (): void => {
    const taken = wish === "" ? undefined : (meant?.value ?? (free ? wish : undefined));
    if (taken === undefined) return;
    if (meant !== undefined) setNames(new Map(names).set(meant.value, meant.label));
    add([taken]);
    setTyped(null);
  };
  const choose = (option: string): void => {
    if (highlight.further(option)) return;
    const choice = choices.find((one) => one.value === option);
    if (choice === undefined) {
      takeTyped();
      return;
    }
    setNames(new Map(names).set(choice.value, choice.label));
    if (wish === "") highlight.stay();
    else combobox.resetSelectedOption();
    add([choice.value]);
    setTyped(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Backspace" && (typed ?? "") === "" && value.length > 0) {
      props.onChange(value.slice(0, -1));
    }
    if (event.key !== "Enter" || !combobox.dropdownOpened) return;
    // Enter chooses here; it does not send the form.
    event.preventDefault();
    if (combobox.getSelectedOptionIndex() < 0) takeTyped();
  };
  const onType = (text: string): void => {
    combobox.openDropdown();
    if (free && text.includes(",")) {
      add(text.split(",").map((one) => one.trim()));
      setTyped(null);
    } else {
      setTyped(text);
    }
  };
  const nameOf = (one: string): string =>
    choices.find((choice) => choice.value === one)?.label ?? names.get(one) ?? one;
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={choose}
      withinPortal
      keepMounted={false}
      preventPositionChangeWhenVisible={false}
    >
      <Combobox.DropdownTarget>
        <PillsInput
          id={id}
          label={props.label}
          description={props.description}
          size="sm"
          rightSection={<Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.openDropdown()}
        >
          <Pill.Group>
            {value.map((one) => (
              <Pill
                key={one}
                withRemoveButton
                onRemove={() => props.onChange(value.filter((other) => other !== one))}
              >
                {nameOf(one)}
              </Pill>
            ))}
            <Combobox.EventsTarget withExpandedAttribute>
              <PillsInput.Field
                id={id}
                placeholder={value.length === 0 ? props.placeholder : undefined}
                spellCheck={false}
                autoComplete="off"
                value={typed ?? ""}
                onBlur={() => {
                  takeTyped();
                  combobox.closeDropdown();
                }}
                onKeyDown={onKeyDown}
                onChange={(event) => onType(event.currentTarget.value)}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <PickerDropdown
        label={props.label}
        list={list}
        asTyped={free && wish !== "" && meant === undefined && !includes(value, wish) ? wish : null}
        nothing={props.nothing}
        elsewhere={elsewhere}
      />
    </Combobox>
  );
}
