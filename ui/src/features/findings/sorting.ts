/** Sorting by clicks on the header: one key, or several with shift. */
import type { Sort } from "../../wire/contract";
import type { Column } from "./columns";

export function clicked(sort: readonly Sort[], column: Column, shift: boolean): Sort[] {
  const key = column.sort;
  if (key === null) return [...sort];
  const first = column.descendingFirst ?? false;
  const known = sort.find((one) => one.key === key);
  if (!shift) {
    const turn = known !== undefined && sort.length === 1;
    return [{ key, descending: turn ? !known.descending : first }];
  }
  if (known === undefined) return [...sort, { key, descending: first }];
  // The second shift-click turns it round, the third takes it away.
  if (known.descending === first)
    return sort.map((one) => (one === known ? { key, descending: !first } : one));
  return sort.filter((one) => one !== known);
}
