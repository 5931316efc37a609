/** What was last asked for each report, so that a preview can be followed by the import itself. */
import { useSyncExternalStore } from "react";
import type { ImportRun } from "../../wire/contract";

const orders = new Map<string, ImportRun>();
const listeners = new Set<() => void>();

export function noteOrder(order: ImportRun): void {
  orders.set(order.path, order);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useOrder(path: string): ImportRun | null {
  return useSyncExternalStore(subscribe, () => orders.get(path) ?? null);
}
