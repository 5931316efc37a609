/**
 * The selection on its way from Findings to Push. Kept for the session, so that going back
 * and forth, or reloading, does not lose it.
 */
import { useSyncExternalStore } from "react";
import type { Selection } from "../wire/contract";

const KEY = "docket.push";

function restored(): Selection | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Selection | null;
  } catch {
    return null;
  }
}

let current: Selection | null = restored();
const listeners = new Set<() => void>();

export function setPushSelection(selection: Selection | null): void {
  current = selection;
  try {
    sessionStorage.setItem(KEY, JSON.stringify(selection));
  } catch {
    // Too large to keep over a reload; it stays in memory.
  }
  for (const listener of listeners) listener();
}

export function pushSelection(): Selection | null {
  return current;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What is to be pushed, as chosen on the Findings page; null when nothing was chosen yet. */
export function usePushSelection(): Selection | null {
  return useSyncExternalStore(subscribe, pushSelection);
}
