/** Reads what the target offers, and again when something it depends on changes. */
import { useEffect, useRef, useState } from "react";
import type { TargetFields } from "../../../wire/contract";
import { useAnswer } from "../../../wire/hooks";
import { keepValid, withDefaults } from "./keepValid";
import type { FullDraft, MappingDraft } from "./mappingDraft";
import { fitted, SEVERITY_ROWS, STATUS_ROWS } from "./valueMaps";

/** What was asked of the tracker. */
export interface Asked {
  connection: string;
  target: string;
  settings: Record<string, string>;
}

/** The request changes with the target and with the fields that others depend on, not with every key. */
function useAsked(draft: FullDraft, reloading: readonly string[]): Asked {
  const now: Asked = {
    connection: draft.connection ?? "",
    target: draft.target,
    settings: draft.settings,
  };
  const [asked, setAsked] = useState(now);
  const same =
    asked.connection === now.connection &&
    asked.target === now.target &&
    reloading.every((id) => (asked.settings[id] ?? "") === (now.settings[id] ?? ""));
  if (same) return asked;
  setAsked(now);
  return now;
}

export interface Offered {
  fields: TargetFields | undefined;
  /** The question that `fields` answer, or will. */
  asked: Asked;
  /** Nothing of this target was read yet. */
  pending: boolean;
  /** What is shown is being read again. */
  again: boolean;
  problem: ReturnType<typeof useAnswer>["problem"];
  refetch: () => void;
  /** What was let go with the last change, in words. */
  gone: string[];
}

/** A new mapping as it fits this target: its fields' defaults, and values that exist there. */
function beginning(draft: FullDraft, offered: TargetFields): FullDraft {
  return {
    ...draft,
    settings: withDefaults(draft.settings, offered.fields),
    severity: fitted(draft.severity, SEVERITY_ROWS, offered.severity),
    status: fitted(draft.status, STATUS_ROWS, offered.status),
  };
}

export function useTargetFields(draft: FullDraft, onChange: (draft: MappingDraft) => void): Offered {
  const [seen, setSeen] = useState<{ connection: string; reloading: readonly string[] } | null>(null);
  const asked = useAsked(draft, seen?.reloading ?? []);
  const on = draft.connection !== null && draft.target !== "";
  const answer = useAnswer("connection_fields", asked, { on, keep: true });
  const [gone, setGone] = useState<string[]>([]);
  /** The last change was made here, not by the person: what it lets go adds to what was said. */
  const own = useRef(false);
  const before = useRef<{ asked: Asked; fields: TargetFields } | null>(null);
  const data = answer.old ? undefined : answer.data;
  useEffect(() => {
    if (data === undefined || before.current?.fields === data) return;
    const last = before.current;
    before.current = { asked, fields: data };
    const reloading = data.fields.filter((field) => field.reloads).map((field) => field.id);
    setSeen({ connection: asked.connection, reloading });
    // The same question once more (a refresh): nothing was changed by the person.
    if (last !== null && last.asked === asked) return;
    if (last === null) {
      // What is not valid in the stored mapping is the verification's to say.
      const begun = draft.id === null ? beginning(draft, data) : draft;
      if (JSON.stringify(begun) !== JSON.stringify(draft)) onChange(begun);
      return;
    }
    const valid = keepValid(draft, last.fields, data);
    const kept = draft.id === null ? { ...valid, draft: beginning(valid.draft, data) } : valid;
    const adds = own.current;
    setGone((said) => (adds ? [...said, ...kept.gone] : kept.gone));
    own.current = reloading.some((id) => kept.draft.settings[id] !== draft.settings[id]);
    if (JSON.stringify(kept.draft) !== JSON.stringify(draft)) onChange(kept.draft);
  }, [data, asked, draft, onChange]);
  // While another target is read, its predecessor's offer stands; another tracker's never does.
  const foreign = answer.old && seen?.connection !== asked.connection;
  const fields = on && !foreign ? answer.data : undefined;
  return {
    fields,
    asked,
    pending: on && fields === undefined && answer.problem === null,
    again: answer.old,
    problem: on ? answer.problem : null,
    refetch: answer.refetch,
    gone: on ? gone : [],
  };
}
