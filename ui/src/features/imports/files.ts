/** Files on their way into the import form, dropped anywhere on the window or picked. */
import { useSyncExternalStore } from "react";

let paths: readonly string[] = [];
const listeners = new Set<() => void>();

export function setFiles(next: readonly string[]): void {
  paths = next;
  for (const listener of listeners) listener();
}

/** Adds files to those that are there, each once. */
export function addFiles(more: readonly string[]): void {
  setFiles([...new Set([...paths, ...more])]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Paths on this computer that are to be imported. */
export function useFiles(): readonly string[] {
  return useSyncExternalStore(subscribe, () => paths);
}

/** The last part of a path, whatever the system's separator. */
export function fileName(path: string): string {
  return (
    path
      .split(/[\\/]/)
      .filter((part) => part !== "")
      .at(-1) ?? path
  );
}
