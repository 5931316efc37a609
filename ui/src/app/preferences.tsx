/**
 * What the window remembers about how a person likes it: theme, density, text size,
 * columns, filters, open panes. Never product data.
 */
import { createContext, type ReactNode, useCallback, useContext, useMemo, useSyncExternalStore } from "react";
import type { ApplicationId, GroupKey, Sort } from "../wire/contract";

export type ThemeChoice = "system" | "light" | "dark";
export type Density = "comfortable" | "compact";

export interface PinnedView {
  id: string;
  name: string;
  query: string;
}

export interface Preferences {
  theme: ThemeChoice;
  density: Density;
  /** 1 to 2. */
  textScale: number;
  /** Last address of the window (`/findings?q=…`). */
  route: string;
  /** Application shown, or null for all. */
  application: ApplicationId | null;
  /** The query that was last looked at. */
  findingQuery: string;
  /** Recent queries, newest first. */
  queryHistory: string[];
  pinned: PinnedView[];
  findingColumns: { order: string[]; hidden: string[]; widths: Record<string, number> };
  findingSort: Sort[];
  facetsOpen: boolean;
  detailOpen: boolean;
  /** Unscaled pixels. */
  detailWidth: number;
  railFolded: boolean;
  /** Mapping of the last push. */
  pushMapping: string | null;
  /** Keys of the last push. */
  pushGroupBy: GroupKey[];
}

export const DEFAULTS: Preferences = {
  theme: "system",
  density: "comfortable",
  textScale: 1,
  route: "/findings",
  application: null,
  findingQuery: "status:active",
  queryHistory: [],
  pinned: [
    {
      id: "critical-unlinked",
      name: "Critical, not linked",
      query: "severity:critical status:active linked:no",
    },
    { id: "new-this-week", name: "New this week", query: "status:active seen:<7d" },
  ],
  findingColumns: { order: [], hidden: ["rule", "application", "tool", "status", "last_seen"], widths: {} },
  findingSort: [{ key: "severity", descending: true }],
  facetsOpen: true,
  detailOpen: true,
  detailWidth: 356,
  railFolded: false,
  pushMapping: null,
  pushGroupBy: ["rule"],
};

export interface PreferenceStore {
  get<K extends keyof Preferences>(key: K): Preferences[K];
  set<K extends keyof Preferences>(key: K, value: Preferences[K]): void;
  subscribe(listener: () => void): () => void;
}

/** True when a stored value has the shape of the default (an older or damaged file may not). */
function fits(value: unknown, like: unknown): boolean {
  if (like === null) return value === null || typeof value === "string";
  if (Array.isArray(like)) return Array.isArray(value);
  if (typeof like !== "object") return typeof value === typeof like;
  if (typeof value !== "object" || value === null) return false;
  const given = value as Record<string, unknown>;
  return Object.entries(like).every(([key, inner]) => fits(given[key], inner));
}

export function createPreferences(
  stored: Record<string, unknown>,
  write: (key: string, value: unknown) => void,
): PreferenceStore {
  const values: Preferences = { ...DEFAULTS };
  for (const key of Object.keys(DEFAULTS) as (keyof Preferences)[]) {
    if (key in stored && fits(stored[key], DEFAULTS[key])) Object.assign(values, { [key]: stored[key] });
  }
  const listeners = new Set<() => void>();
  return {
    get: (key) => values[key],
    set(key, value) {
      values[key] = value;
      write(key, value);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const PreferencesContext = createContext<PreferenceStore | null>(null);

export function PreferencesProvider(props: { store: PreferenceStore; children: ReactNode }): ReactNode {
  return <PreferencesContext value={props.store}>{props.children}</PreferencesContext>;
}

export function usePreferenceStore(): PreferenceStore {
  const store = useContext(PreferencesContext);
  if (store === null) throw new Error("usePreference needs a PreferencesProvider above it.");
  return store;
}

/** One remembered value and the way to change it. */
export function usePreference<K extends keyof Preferences>(
  key: K,
): [Preferences[K], (value: Preferences[K]) => void] {
  const store = usePreferenceStore();
  const value = useSyncExternalStore(store.subscribe, () => store.get(key));
  const set = useCallback((next: Preferences[K]) => store.set(key, next), [store, key]);
  return useMemo(() => [value, set], [value, set]);
}
