/** Addresses of the window: `#/page/segment?name=value`. The back button works. */
import { useMemo, useSyncExternalStore } from "react";

export interface Route {
  /** First segment, the page. */
  page: string;
  /** Further segments, decoded. */
  rest: readonly string[];
  params: URLSearchParams;
  /** The whole address without `#`. */
  path: string;
}

export function parseRoute(path: string): Route {
  const cut = path.indexOf("?");
  const before = cut < 0 ? path : path.slice(0, cut);
  const [page = "", ...rest] = before
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  return { page, rest, params: new URLSearchParams(cut < 0 ? "" : path.slice(cut + 1)), path };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `href("plans", "12", { tab: "steps" })` → `/plans/12?tab=steps`. */
export function href(page: string, ...more: (string | Record<string, string | null | undefined>)[]): string {
  const segments = [page];
  const params = new URLSearchParams();
  for (const part of more) {
    if (typeof part === "string") segments.push(part);
    else for (const [name, value] of Object.entries(part)) if (value != null) params.set(name, value);
  }
  const tail = params.toString();
  return `/${segments.map(encodeURIComponent).join("/")}${tail === "" ? "" : `?${tail}`}`;
}

function currentPath(): string {
  return window.location.hash.replace(/^#/, "");
}

const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener("hashchange", tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener("hashchange", tell);
  };
}

/** Goes to an address made by `href`. `replace` leaves no entry in the history. */
export function navigate(path: string, options: { replace?: boolean } = {}): void {
  if (path === currentPath()) return;
  if (options.replace) {
    window.history.replaceState(null, "", `#${path}`);
    tell();
  } else {
    window.location.hash = path;
  }
}

export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, currentPath);
  return useMemo(() => parseRoute(path), [path]);
}
