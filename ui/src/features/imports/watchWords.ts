/** Watched folders in words. */
import { counted, type Tone } from "../../kit";
import {
  type WatchedFile,
  type WatchedFolder,
  type WatchFileState,
  watchedByLabels,
} from "../../wire/contract";
import { deltaShort } from "./importWords";

export const FILE_TONES: Record<WatchFileState, Tone> = {
  imported: "ok",
  known: "plain",
  asks: "warn",
  failed: "bad",
  other: "plain",
  before: "plain",
};

export interface FolderState {
  words: string;
  tone: "ok" | "warn" | "bad" | "plain";
}

export function folderState(folder: WatchedFolder): FolderState {
  if (folder.paused) return { words: "Paused", tone: "plain" };
  if (folder.problem !== null) return { words: "In trouble", tone: "bad" };
  return { words: watchedByLabels[folder.by], tone: folder.by === "nobody" ? "warn" : "ok" };
}

/** «12 imported · 1 asks you · 2 failed». */
export function folderCounts(folder: WatchedFolder): string {
  const parts = [
    folder.asks > 0 ? `${counted(folder.asks, "report asks", "reports ask")} you` : "",
    folder.failed > 0 ? `${folder.failed} failed` : "",
    folder.imported > 0 ? `${counted(folder.imported, "report")} imported` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "nothing imported yet" : parts.join(" · ");
}

/** Where the reports of a folder go. */
export function goesTo(folder: WatchedFolder): string {
  const application = folder.application_name ?? "the application that the path names";
  const branch = folder.branch ?? (folder.pattern.includes("{branch") ? "the branch that it names" : null);
  return branch === null ? application : `${application}, ${branch}`;
}

/** What happened to a file, in one line. */
export function fileWords(file: WatchedFile): string {
  if (file.problem !== null) return file.problem.message;
  if (file.state === "asks") return `Nothing was closed: ${file.held_back ?? ""}`;
  if (file.state === "known") return "The very same bytes were imported before.";
  if (file.delta !== null)
    return file.held_back === null ? deltaShort(file.delta) : `${deltaShort(file.delta)}. ${file.held_back}`;
  return "";
}

/** How a folder is looked at, as the form offers it. */
export const POLLS: readonly { value: string; label: string }[] = [
  { value: "", label: "As soon as the system tells" },
  { value: "10", label: "Every 10 seconds" },
  { value: "60", label: "Every minute" },
  { value: "300", label: "Every 5 minutes" },
  { value: "3600", label: "Every hour" },
];

export function names(pattern: string, name: "app" | "branch"): boolean {
  const word = name === "app" ? "(app|application)" : "branch";
  return new RegExp(`\\{\\s*${word}(\\*\\*)?\\s*\\}`, "i").test(pattern);
}
