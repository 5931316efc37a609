/** Files on their way into the import form, dropped anywhere on the window or picked. */
import { useSyncExternalStore } from "react";

let paths: readonly string[] = [];
const listeners = new Set<() => void>();

export function setFiles(next: readonly string[]): void {
  paths = next;
  for (const listener of listeners) listener();
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

/** True when the form should ask for a column mapping. */
export function isTable(path: string, format: string | null): boolean {
  if (format !== null) return format === "csv";
  return /\.(csv|tsv)(\.gz)?$/i.test(path);
}
