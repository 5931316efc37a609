/** What the kinds of trackers are called. No page knows a tracker by name. */
import type { TrackerKindCard } from "../wire/contract";
import { useAnswer } from "../wire/hooks";

/** The card of a kind, once known. */
export function useKind(id: string | undefined): TrackerKindCard | undefined {
  const kinds = useAnswer("connection_kinds", {});
  return kinds.data?.kinds.find((kind) => kind.id === id);
}

/** The name on its card; «the tracker» until it is known. */
export function useTrackerName(kind: string | undefined): string {
  return useKind(kind)?.name ?? "the tracker";
}
