/** What the window needs from the system around it. */
import type { Transport } from "../wire/transport";

export type DropEvent = { type: "over" } | { type: "leave" } | { type: "drop"; paths: string[] };

export interface PickFile {
  title: string;
  /** A folder instead of a file. */
  folder?: boolean;
  /** File endings without the dot. */
  extensions?: readonly string[];
}

export interface SaveFile {
  title: string;
  /** What it is called unless the person says otherwise, with its ending. */
  name: string;
}

export interface Platform {
  kind: "desktop" | "browser";
  transport: Transport;
  readPreferences(): Promise<Record<string, unknown>>;
  writePreference(key: string, value: unknown): Promise<void>;
  /** Opens an http(s) address in the person's browser. */
  openOutside(url: string): Promise<void>;
  /** Asks for a path on this computer; `null` when the person cancels or paths do not exist here. */
  pickFile(wish: PickFile): Promise<string | null>;
  /** Asks for several files; empty when the person cancels. */
  pickFiles(wish: { title: string }): Promise<string[]>;
  /** Asks where a new file shall lie; `null` when the person cancels. Nothing is written. */
  saveFile(wish: SaveFile): Promise<string | null>;
  onFileDrop(listener: (event: DropEvent) => void): () => void;
}
