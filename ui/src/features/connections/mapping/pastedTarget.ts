/** A new mapping's target, as far as the address of its connection names one. */
import { useEffect, useRef } from "react";
import type { Connection, ConnectionId } from "../../../wire/contract";
import { useAnswer } from "../../../wire/hooks";
import type { Kept } from "../EditPage";
import type { MappingDraft } from "./mappingDraft";

/**
 * Fills in the target that was pasted with the connection's address, once for each connection
 * that is chosen and only where nothing was entered: it is an offer. An address that names no
 * target, or cannot be understood any more, offers nothing; the connection's own page says so.
 */
export function usePastedTarget(
  fresh: boolean,
  { draft, change }: Pick<Kept<MappingDraft, unknown>, "draft" | "change">,
  connections: readonly Connection[],
): void {
  const connection = connections.find((one) => one.id === draft.connection);
  const offered = useRef<ConnectionId | null>(null);
  const answer = useAnswer(
    "connection_understand",
    { kind: connection?.kind ?? "", location: connection?.location ?? "" },
    { on: fresh && connection !== undefined },
  );
  const target = answer.data?.target;
  useEffect(() => {
    if (!fresh || target === undefined || offered.current === draft.connection) return;
    offered.current = draft.connection;
    if (target !== null && draft.target === "") change({ ...draft, target });
  }, [fresh, target, draft, change]);
}
