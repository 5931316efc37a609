/**
 * One of a list, found by typing: the list may be long, may come in pages from elsewhere, and
 * may allow what is not in it. It opens by click, by the down arrow or by typing, never by
 * merely passing through with Tab.
 */
import { CloseButton, Combobox, InputBase, useCombobox } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import {
  type Elsewhere,
  exactly,
  listed,
  type PickerChoice,
  PickerDropdown,
  TYPED,
  useHighlight,
  useTold,
} from "./pickerList";

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
  disabled?: boolean;
  /** The list is searched elsewhere: what is typed is told there and not sifted here. */
  elsewhere?: Elsewhere | undefined;
  onChange: (value: string) => void;
}

export function Picker(props: PickerProps): ReactNode {
  const { value, choices, free = false } = props;
  const [typed, setTyped] = useState<string | null>(null);
  /** What was chosen last: the next search may not bring it again. */
  const [last, setLast] = useState<PickerChoice | null>(null);
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setTyped(null);
    },
  });
  const elsewhere = useTold(props.elsewhere, combobox.dropdownOpened, typed);
  const wish = (typed ?? "").trim();
  const list = listed(choices, typed, elsewhere);
  const highlight = useHighlight(combobox, list, typed, elsewhere, elsewhere === undefined || !free);
  const meant = exactly(choices, wish);
  const take = (chosen: string): void => {
    setLast(choices.find((one) => one.value === chosen) ?? null);
    props.onChange(chosen);
  };
  const choose = (option: string): void => {
    if (highlight.further(option)) return;
    take(option === TYPED ? wish : option);
    combobox.closeDropdown();
  };
  /** What was typed counts when the field is left, if it can be meant. */
  const leave = (): void => {
    if (typed !== null && (wish !== "" || props.clear !== undefined)) {
      const left = wish === "" ? "" : (meant?.value ?? (free ? wish : value));
      if (left !== value) take(left);
    }
    combobox.closeDropdown();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !combobox.dropdownOpened || event.nativeEvent.isComposing) return;
    // Enter chooses here; it does not send the form.
    event.preventDefault();
    // What was typed is not thrown away while its answer is on the way.
    const waits = elsewhere?.answered === false && !free && wish !== "";
    if (combobox.getSelectedOptionIndex() < 0 && !waits) leave();
  };
  const known =
    value === "" ? undefined : (exactly(choices, value) ?? (last?.value === value ? last : undefined));
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={choose}
      withinPortal
      keepMounted={false}
      preventPositionChangeWhenVisible={false}
    >
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
            combobox.openDropdown();
          }}
        />
      </Combobox.Target>
      <PickerDropdown
        label={props.label}
        list={list}
        chosen={known}
        asTyped={free && wish !== "" && meant === undefined ? wish : null}
        nothing={props.nothing}
        elsewhere={elsewhere}
      />
    </Combobox>
  );
}
