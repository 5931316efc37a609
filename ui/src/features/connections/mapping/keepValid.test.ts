import { describe, expect, it } from "vitest";
import { madeMapping } from "../../../testing/fake/connections";
import { choicesOf as choices } from "../../../testing/fake/targets";
import type { MappingField, TargetFields } from "../../../wire/contract";
import { absent } from "./IssueFields";
import { keepValid } from "./keepValid";
import { fullDraft, mappingRequest } from "./mappingDraft";

function fields(over: Partial<TargetFields>): TargetFields {
  return {
    target: { key: "acme/web", stable_id: null, name: "web", url: null, private: false, closed: null },
    labels: [],
    milestones: [],
    assignees: [],
    may_set_fields: true,
    longer: [],
    fields: [],
    severity: [],
    status: [],
    ...over,
  };
}

const SHOP = fields({
  labels: choices("security", "shop-only"),
  milestones: choices("2.0"),
  assignees: choices("kim", "sam"),
});

describe("what stays valid in another target", () => {
  const draft = fullDraft(
    mappingRequest(
      madeMapping({
        labels: ["security", "shop-only", "typed by hand"],
        assignees: ["kim", "sam"],
        milestone: "2.0",
      }),
    ),
    undefined,
  );

  it("keeps what exists there, and labels that were free text", () => {
    const web = fields({
      labels: choices("security"),
      assignees: choices("Sam"),
      milestones: choices("2.0"),
    });
    const kept = keepValid(draft, SHOP, web);
    expect(kept.draft).toMatchObject({
      labels: ["security", "typed by hand"],
      assignees: ["sam"],
      milestone: "2.0",
    });
    expect(kept.gone).toEqual(["label shop-only", "assignee kim"]);
    expect(absent(kept.draft.labels, web.labels, false), "said to be created on use").toEqual([
      "typed by hand",
    ]);
  });

  it("lets nothing go against a list that goes on, but does against one that is complete", () => {
    const all = fields({ longer: [{ type: "labels" }, { type: "assignees" }, { type: "milestones" }] });
    expect(keepValid(draft, SHOP, all), "none of them is known whole").toEqual({ draft, gone: [] });
    const people = keepValid(draft, SHOP, fields({ longer: [{ type: "assignees" }] }));
    expect(people.draft.assignees, "who is not listed may be there").toEqual(["kim", "sam"]);
    expect(people.gone, "the other lists are whole").toEqual([
      "label security",
      "label shop-only",
      "milestone 2.0",
    ]);
    const labels = keepValid(draft, SHOP, fields({ longer: [{ type: "labels" }] }));
    expect(labels.gone).toEqual(["assignee kim", "assignee sam", "milestone 2.0"]);
    expect(absent(["kim"], [], true), "nor is anything said to be missing there").toEqual([]);
    expect(absent(["kim"], [], false)).toEqual(["kim"]);
  });

  it("lets go the milestone that is not there", () => {
    const kept = keepValid(draft, SHOP, fields({ labels: SHOP.labels, assignees: SHOP.assignees }));
    expect(kept.draft.milestone).toBeNull();
    expect(kept.gone).toEqual(["milestone 2.0"]);
  });

  it("lets go a choice that is not offered, keeps text, and fills in the default of a new field", () => {
    const field = (id: string, over: Partial<MappingField>): MappingField => ({
      id,
      label: id.toUpperCase(),
      kind: "choice",
      help: "",
      required: true,
      choices: [],
      default: null,
      reloads: false,
      ...over,
    });
    const chosen = { ...draft, settings: { a: "1", b: "free", old: "x", foreign: "kept" } };
    const before = fields({
      fields: [field("a", { choices: choices("1") }), field("old", {})],
    });
    const now = fields({
      longer: [{ type: "labels" }, { type: "assignees" }, { type: "milestones" }],
      fields: [
        field("a", { choices: choices("2") }),
        field("b", { kind: "text", choices: choices("other") }),
        field("c", { default: "d" }),
      ],
    });
    const kept = keepValid(chosen, before, now);
    expect(kept.draft.settings).toEqual({ b: "free", c: "d", foreign: "kept" });
    expect(kept.gone).toEqual(["A 1", "OLD x"]);
    const longer = { ...now, longer: [...now.longer, { type: "field" as const, id: "a" }] };
    expect(keepValid(chosen, before, longer).gone, "the choices of A go on").toEqual(["OLD x"]);
  });
});
