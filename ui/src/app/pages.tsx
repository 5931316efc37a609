/**
 * The pages and where they live: one line a page. A page is a module with a default export
 * that draws it; it is loaded when it is first opened.
 */
import {
  type Icon,
  IconChecklist,
  IconFileImport,
  IconListSearch,
  IconPlugConnected,
  IconSettings,
  IconTicket,
} from "@tabler/icons-react";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { Counts } from "../wire/contract";

type PageModule = { default: ComponentType };

const modules = import.meta.glob<PageModule>("../features/*/*.page.tsx");

function page(path: string): LazyExoticComponent<ComponentType> {
  const load = modules[`../features/${path}.page.tsx`];
  if (load === undefined) throw new Error(`There is no page ui/src/features/${path}.page.tsx.`);
  return lazy(load);
}

/** Every address of the window and the module that draws it (`folder/file` without `.page.tsx`). */
export const PAGE_FILES = {
  findings: "findings/findings",
  plans: "push/plans",
  push: "push/push",
  issues: "issues/issues",
  imports: "imports/imports",
  connections: "connections/connections",
  applications: "applications/applications",
  settings: "settings/settings",
  welcome: "welcome/welcome",
} as const;

export type PageName = keyof typeof PAGE_FILES;

const loaded = new Map<PageName, LazyExoticComponent<ComponentType>>();

export function isPage(name: string): name is PageName {
  return name in PAGE_FILES;
}

export function pageOf(name: PageName): LazyExoticComponent<ComponentType> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const fresh = page(PAGE_FILES[name]);
  loaded.set(name, fresh);
  return fresh;
}

export interface RailEntry {
  page: PageName;
  label: string;
  icon: Icon;
  keys: string;
  /** Which count stands beside it. */
  count: keyof Counts | null;
}

export const RAIL: readonly RailEntry[] = [
  { page: "findings", label: "Findings", icon: IconListSearch, keys: "g f", count: "findings" },
  { page: "plans", label: "Plans", icon: IconChecklist, keys: "g p", count: "plans" },
  { page: "issues", label: "Issues", icon: IconTicket, keys: "g i", count: "issues" },
  { page: "imports", label: "Imports", icon: IconFileImport, keys: "g m", count: null },
  { page: "connections", label: "Connections", icon: IconPlugConnected, keys: "g c", count: null },
];

export const SETTINGS: RailEntry = {
  page: "settings",
  label: "Settings",
  icon: IconSettings,
  keys: "g s",
  count: null,
};
