/**
 * Key presses → actions. One registry feeds the keys, the `?` overlay and the command
 * palette, so that nothing can be done by key that is not also listed.
 *
 * A chord is `j`, `shift+j`, `mod+k` (Ctrl, on a Mac Cmd), `?`; a sequence is chords
 * separated by a space: `g f`.
 */

import { isMac } from "../kit/keyWords";

export interface Action {
  /** Unique; a later registration with the same id wins while it lives. */
  id: string;
  /** What it does, in words, for the palette and the overlay. */
  label: string;
  /** Heading it is listed under. */
  group: string;
  /** Ways to press it; the first is shown. */
  keys?: readonly string[];
  run: () => void;
  /** Not offered at the moment. */
  disabled?: boolean;
  /** Pressed also while typing in a field (needs a modifier to make sense). */
  whileTyping?: boolean;
  /** Pressed only inside elements of this selector, or while nothing has the focus. */
  within?: string;
  /** Kept out of the palette (movement keys and the like). */
  hidden?: boolean;
}

export interface Registry {
  /** Adds actions; returns the way to remove them. */
  add(actions: readonly Action[]): () => void;
  /** What can be done now, newest registration first for equal ids. */
  list(): readonly Action[];
  subscribe(listener: () => void): () => void;
}

export function createRegistry(): Registry {
  const sets: (readonly Action[])[] = [];
  const listeners = new Set<() => void>();
  let cache: readonly Action[] | null = null;
  const changed = (): void => {
    cache = null;
    for (const listener of listeners) listener();
  };
  return {
    add(actions) {
      sets.unshift(actions);
      changed();
      return () => {
        sets.splice(sets.indexOf(actions), 1);
        changed();
      };
    },
    list() {
      if (cache !== null) return cache;
      const seen = new Map<string, Action>();
      for (const set of sets) for (const action of set) if (!seen.has(action.id)) seen.set(action.id, action);
      cache = [...seen.values()];
      return cache;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The chord of a key press; null for a lone modifier. */
export function chordOf(press: Press, mac = isMac): string | null {
  if (["Shift", "Control", "Alt", "Meta", "CapsLock", "Dead", "Unidentified"].includes(press.key))
    return null;
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  const printable = press.key.length === 1 && press.key !== " ";
  // A printed sign already says whether shift was needed for it (`?`), a letter does not.
  const letter = printable && press.key.toLowerCase() !== press.key.toUpperCase();
  const key = press.key === " " ? "space" : press.key.toLowerCase();
  const shift = press.shiftKey && (!printable || letter);
  return `${mod ? "mod+" : ""}${other ? "meta+" : ""}${press.altKey ? "alt+" : ""}${shift ? "shift+" : ""}${key}`;
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  if (!(target instanceof HTMLInputElement)) return false;
  return !["checkbox", "radio", "button", "submit", "reset", "range", "file"].includes(target.type);
}

/** True inside a menu, a dialog or a list that uses keys itself (a page's own list does not). */
export function isBusyElsewhere(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('[role="dialog"],[role="menu"],[role="listbox"]:not([data-page-list])') !== null
  );
}

/** A button or link takes Enter and Space for itself. */
function pressesItself(target: EventTarget | null, chord: string): boolean {
  return (
    (chord === "enter" || chord === "space") &&
    target instanceof Element &&
    target.closest('button,a[href],input,[role="button"],[role="checkbox"],[role="tab"],summary') !== null
  );
}

function isWithin(target: EventTarget | null, action: Action): boolean {
  if (action.within === undefined || !(target instanceof Element)) return true;
  return target === document.body || target.id === "main" || target.closest(action.within) !== null;
}

/**
 * How long a sequence may pause between two chords, milliseconds. From press to press: how late a
 * busy window comes to read them does not count.
 */
const PAUSE_MS = 1200;

/** Turns presses into actions; keeps the begun sequence. */
export function createKeyReader(registry: Registry) {
  let begun: string[] = [];
  let last = 0;
  return (event: KeyboardEvent): boolean => {
    if (event.defaultPrevented || event.isComposing) return false;
    const chord = chordOf(event);
    if (chord === null) return false;
    const typing = isTyping(event.target);
    if (isBusyElsewhere(event.target) || pressesItself(event.target, chord)) {
      begun = [];
      return false;
    }
    if (event.timeStamp - last > PAUSE_MS) begun = [];
    last = event.timeStamp;
    const usable = registry
      .list()
      .filter(
        (action) => !action.disabled && (!typing || action.whileTyping) && isWithin(event.target, action),
      );
    for (const attempt of begun.length > 0 ? [[...begun, chord], [chord]] : [[chord]]) {
      const pressed = attempt.join(" ");
      const hit = usable.find((action) => action.keys?.includes(pressed));
      if (hit !== undefined) {
        begun = [];
        event.preventDefault();
        hit.run();
        return true;
      }
      if (usable.some((action) => action.keys?.some((keys) => keys.startsWith(`${pressed} `)))) {
        begun = attempt;
        event.preventDefault();
        return true;
      }
    }
    begun = [];
    return false;
  };
}
