/** What the made-up trackers offer in their targets. */
import type {
  Choice,
  MappingField,
  Queries,
  Repair,
  Target,
  TargetFields,
  ValueField,
} from "../../wire/contract";
import { ACME, BOARDS, CARD } from "./kinds";
import { AREA, AT_ONCE, listOf } from "./longLists";

type Request = Queries["connection_fields"]["request"];

export function choicesOf(...values: (string | [string, string])[]): Choice[] {
  return values.map((one) =>
    typeof one === "string"
      ? { value: one, label: one, note: null }
      : { value: one[0], label: one[0], note: one[1] },
  );
}

function target(key: string, over: Partial<Target> = {}): Target {
  return { key, stable_id: key, name: key, url: null, private: false, closed: null, ...over };
}

const REPOSITORIES = ["shop", "web", "billing", "archive"].map((name) =>
  target(`acme/${name}`, {
    name,
    url: `https://github.com/acme/${name}`,
    private: name === "billing",
    closed: name === "archive" ? "archived" : null,
  }),
);
const PAGE = 50;
const PROJECTS = Array.from({ length: 3200 }, (_, index) => target(`team/project-${index + 1}`));
const WORKSPACES = [
  target("research"),
  target("platform"),
  target("a-workspace-with-a-name-that-is-longer-than-any-form-is-wide-and-goes-on"),
];

const HIDDEN =
  "2 organisations are hidden until this token is authorised for their single sign-on: initech, umbrella.";

export function targetsOf(kind: string, search: string, page: string | null) {
  const all = kind === ACME.id ? PROJECTS : kind === BOARDS.id ? WORKSPACES : REPOSITORIES;
  const found = all.filter((one) => one.key.includes(search));
  const from = page === null ? 0 : Number(page);
  return {
    targets: found.slice(from, from + PAGE),
    next: from + PAGE < found.length ? String(from + PAGE) : null,
    hidden: kind === CARD.id ? HIDDEN : null,
  };
}

function valueField(id: string, over: Partial<ValueField> = {}): ValueField {
  return { id, label: id, note: "", values: [], open: false, fitting: {}, ...over };
}

function basic(request: Request): TargetFields {
  const [first = target(request.target)] = REPOSITORIES;
  return {
    target: REPOSITORIES.find((one) => one.key === request.target) ?? first,
    labels: choicesOf(
      "bug",
      ["security", "Found by a scanner"],
      "severity: critical",
      "severity: high",
      "triage",
    ),
    milestones: request.target.endsWith("web") ? [] : choicesOf(["2.0", "due 14 Dec"], "2.1"),
    assignees: request.target.endsWith("web") ? choicesOf("robin") : choicesOf("kim", "robin", "sam"),
    may_set_fields: true,
    longer: [],
    fields: [],
    severity: [
      valueField("Priority", {
        note: "single select of the board",
        values: choicesOf("P0", "P1", "P2", "P3"),
      }),
      valueField("Effort", { note: "single select of the board", values: choicesOf("S", "M", "L") }),
    ],
    status: [
      valueField("Status", {
        note: "column of the board",
        values: choicesOf("Todo", "In Progress", "Done"),
      }),
    ],
  };
}

function acme(request: Request): TargetFields {
  return {
    ...basic(request),
    target: target(request.target),
    labels: listOf({ type: "labels" }).slice(0, AT_ONCE),
    assignees: listOf({ type: "assignees" }).slice(0, AT_ONCE),
    milestones: [],
    longer: [{ type: "labels" }, { type: "assignees" }, AREA],
    fields: [
      mappingField({
        id: AREA.id,
        label: "Area",
        kind: "choice",
        help: "Which part of the product it belongs to.",
        choices: listOf(AREA).slice(0, AT_ONCE),
      }),
    ],
    severity: [
      valueField("urgency", {
        label: "Urgency",
        note: "a label, made by using it",
        values: choicesOf("1", "2", "3"),
        open: true,
      }),
    ],
    status: [valueField("State", { values: choicesOf("open", "closed") })],
  };
}

const BOARD_TYPES: Record<string, string[]> = { web: ["Bug", "Task"], firmware: ["Defect", "Task"] };
const TYPE_STATES: Record<string, string[]> = {
  Bug: ["New", "In Progress", "Done"],
  Defect: ["Reported", "Done"],
  Task: ["In Progress", "Done"],
};

function mappingField(over: Partial<MappingField> & Pick<MappingField, "id" | "label">): MappingField {
  return {
    kind: "text",
    help: "",
    required: false,
    choices: [],
    default: null,
    reloads: false,
    ...over,
  };
}

/** Board decides the types, the type decides the states and which fields there are. */
function boards(request: Request): TargetFields {
  const boardNames = request.target === "platform" ? ["firmware"] : ["web", "firmware"];
  const { board = "", type = "" } = request.settings;
  const types = BOARD_TYPES[board] ?? [];
  const isFault = type === "Bug" || type === "Defect";
  const fields: MappingField[] = [
    mappingField({
      id: "board",
      label: "Board",
      kind: "choice",
      required: true,
      reloads: true,
      choices: choicesOf(...boardNames),
    }),
    mappingField({
      id: "type",
      label: "Type",
      kind: "choice",
      required: true,
      reloads: true,
      choices: choicesOf(...types),
      default: types[0] ?? null,
      help: board === "" ? "Depends on the board." : "",
    }),
  ];
  if (isFault) {
    fields.push(
      mappingField({
        id: "team",
        label: "Responsible team",
        kind: "choice",
        required: true,
        choices: choicesOf(["blue", "web and apps"], ["green", "firmware"]),
        help: `Every ${type.toLowerCase()} of this board needs one.`,
      }),
    );
  }
  fields.push(
    mappingField({
      id: "area",
      label: "Area",
      choices: choicesOf("Checkout", "Checkout/Payment", "Search"),
      help: "One that exists, or a new one.",
    }),
    mappingField({ id: "weight", label: "Weight", kind: "number", help: "From 0 to 9." }),
    mappingField({ id: "due", label: "Due", kind: "date" }),
    mappingField({
      id: "confidential",
      label: "Confidential",
      kind: "switch",
      help: "Only members of the workspace see the issues.",
    }),
  );
  return {
    ...basic(request),
    target: WORKSPACES.find((one) => one.key === request.target) ?? target(request.target),
    fields,
    status: [
      valueField("Status", { note: `states of ${type}`, values: choicesOf(...(TYPE_STATES[type] ?? [])) }),
    ],
  };
}

export function fieldsOf(kind: string, request: Request, made: readonly Repair[]): TargetFields {
  if (kind === ACME.id) return acme(request);
  if (kind === BOARDS.id) return boards(request);
  const plain = basic(request);
  const hasProject = (request.settings.project ?? "") !== "";
  // Issues have no such fields; a project has.
  const fields = hasProject ? plain : { ...plain, severity: [], status: [] };
  const names = (one: Repair["kind"]): Choice[] =>
    choicesOf(...made.filter((repair) => repair.kind === one).map((repair) => repair.name));
  return {
    ...fields,
    fields: [
      mappingField({
        id: "project",
        label: "Project",
        kind: "choice",
        reloads: true,
        choices: choicesOf(["1", "Security board"], ["7", "Roadmap"]),
        help: "Every issue is put on it, with priority and status.",
      }),
    ],
    labels: [...fields.labels, ...names("label")],
    severity: fields.severity.map((field) =>
      field.id === "Priority" ? { ...field, values: [...field.values, ...names("option")] } : field,
    ),
  };
}
