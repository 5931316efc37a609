/** The groups of a preview beyond those that it names at once, read when somebody wants them. */
import { useEffect, useEffectEvent, useState } from "react";
import type { Calls } from "../../wire/call";
import type { GroupLine, GroupPreview, GroupPreviewRequest, Problem } from "../../wire/contract";
import { useCalls } from "../../wire/hooks";
import { toProblem } from "../../wire/transport";
import { leaveOutGroup } from "./grouping";

/** How many a preview names at once. */
export const NAMED = 300;

interface Further {
  /** What they belong to: another grouping begins anew. */
  of: GroupPreview;
  groups: readonly GroupLine[];
  /** The engine named no other. */
  end: boolean;
  problem: Problem | null;
}

/**
 * The groups behind `known`: a preview names the first of what is not left out, so it is asked
 * about everything but those. Nothing of that is kept.
 */
async function behind(
  calls: Calls,
  request: GroupPreviewRequest,
  known: readonly GroupLine[],
): Promise<GroupLine[]> {
  const group_by = known.reduce((by, group) => leaveOutGroup(by, group.name), request.group_by);
  const answer = await calls.query("group_preview", { ...request, group_by });
  const names = new Set(known.map((group) => group.name));
  const issues = new Set(
    known.flatMap(({ issue }) => (issue === null ? [] : `${issue.target}#${issue.number}`)),
  );
  // Groups of one issue are one group; without the others a part of it would seem to be another.
  return answer.first.filter(
    ({ name, issue }) =>
      !names.has(name) && (issue === null || !issues.has(`${issue.target}#${issue.number}`)),
  );
}

export interface Groups {
  /** Those that are known by now. */
  known: readonly GroupLine[];
  /** How many there are that are not. */
  missing: number;
  reading: boolean;
  problem: Problem | null;
  /** Reads the next ones; they are read anew after each change. */
  more: () => void;
}

/** `preview` is the answer to `request`; none while it belongs to an earlier one. */
export function useGroups(
  preview: GroupPreview | undefined,
  request: GroupPreviewRequest,
  old: boolean,
): Groups {
  const calls = useCalls();
  const [read, setRead] = useState<Further | null>(null);
  const [wanted, setWanted] = useState(0);
  const further = read !== null && read.of === preview ? read : null;
  const groups = further?.groups ?? [];
  const known = preview === undefined ? [] : [...preview.first, ...groups];
  const missing = further?.end === true ? 0 : Math.max(0, (preview?.groups ?? 0) - known.length);
  const problem = further?.problem ?? null;
  const reading = !old && missing > 0 && problem === null && groups.length < wanted;
  const ask = useEffectEvent((all: readonly GroupLine[]) => behind(calls, request, all));
  useEffect(() => {
    if (!reading || preview === undefined) return undefined;
    const before = further?.groups ?? [];
    let left = false;
    const put = (next: Omit<Further, "of">): void => {
      if (!left) setRead({ of: preview, ...next });
    };
    ask([...preview.first, ...before])
      .then((next) => put({ groups: [...before, ...next], end: next.length === 0, problem: null }))
      .catch((thrown) => put({ groups: before, end: false, problem: toProblem(thrown) }));
    return () => {
      left = true;
    };
  }, [reading, preview, further]);
  const more = (): void => {
    setWanted(groups.length + 1);
    if (further !== null && problem !== null) setRead({ ...further, problem: null });
  };
  return { known, missing, reading, problem, more };
}
