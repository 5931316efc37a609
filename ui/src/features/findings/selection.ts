/**
 * What is selected: some findings by id, or everything that a query matches minus exceptions.
 *
 * Invariant: a selection of everything belongs to one query and application; it never
 * silently starts to mean other findings (the page drops it when either changes).
 */
import { counted } from "../../kit/format";
import type { ApplicationId, FindingId, Selection } from "../../wire/contract";

export type Chosen =
  | { type: "ids"; ids: ReadonlySet<FindingId> }
  | { type: "matching"; query: string; application: ApplicationId | null; except: ReadonlySet<FindingId> };

export const NONE: Chosen = { type: "ids", ids: new Set() };

export function everything(query: string, application: ApplicationId | null): Chosen {
  return { type: "matching", query, application, except: new Set() };
}

export function has(chosen: Chosen, id: FindingId): boolean {
  return chosen.type === "ids" ? chosen.ids.has(id) : !chosen.except.has(id);
}

/** The selection with these findings in it, or out of it. */
export function put(chosen: Chosen, ids: Iterable<FindingId>, selected: boolean): Chosen {
  const set = new Set(chosen.type === "ids" ? chosen.ids : chosen.except);
  const adds = chosen.type === "ids" ? selected : !selected;
  for (const id of ids) {
    if (adds) set.add(id);
    else set.delete(id);
  }
  return chosen.type === "ids" ? { type: "ids", ids: set } : { ...chosen, except: set };
}

export function toggle(chosen: Chosen, id: FindingId): Chosen {
  return put(chosen, [id], !has(chosen, id));
}

/** How many findings are selected, given how many the query matches. */
export function size(chosen: Chosen, total: number): number {
  return chosen.type === "ids" ? chosen.ids.size : Math.max(0, total - chosen.except.size);
}

export function isEmpty(chosen: Chosen, total: number): boolean {
  return size(chosen, total) === 0;
}

/** None, some or all of what the query matches: the state of the box in the header. */
export function extent(chosen: Chosen, total: number): "none" | "some" | "all" {
  const number = size(chosen, total);
  if (number === 0) return "none";
  return number >= total ? "all" : "some";
}

export function toWire(chosen: Chosen): Selection {
  if (chosen.type === "ids") return { type: "ids", ids: [...chosen.ids] };
  return {
    type: "matching",
    query: chosen.query,
    application: chosen.application,
    except: [...chosen.except],
  };
}

/** «137 findings selected», and of which kind the selection is. */
export function words(chosen: Chosen, total: number): { count: string; scope: string } {
  const number = size(chosen, total);
  const said = `${counted(number, "finding")} selected`;
  if (chosen.type === "ids") return { count: said, scope: "" };
  const left = chosen.except.size;
  return {
    count: said,
    scope:
      left === 0
        ? "everything that matches"
        : `everything that matches, except ${left.toLocaleString("en-US")}`,
  };
}
