/** Made-up checks: of a connection, of a mapping with its items, and what a repair makes of them. */
import type { CheckItem, CheckReport, CheckStage, JobEvent, Jobs, Repair } from "../../wire/contract";
import { type FakeJob, pause, progressOf } from "./talk";

function stage(
  id: string,
  title: string,
  summary: string,
  ms: number,
  more: Partial<CheckStage> = {},
): CheckStage {
  return {
    id,
    title,
    state: "ok",
    summary,
    evidence: null,
    cause: null,
    next: null,
    link: null,
    items: [],
    ms,
    ...more,
  };
}

const GOOD: CheckStage[] = [
  stage("address", "Address", "api.github.com", 0),
  stage("dns", "Name resolution", "140.82.121.6 and 1 more", 18),
  stage("tcp", "Connection", "through proxy.acme.io:3128", 44),
  stage("tls", "Certificate", "issued by Acme TLS Inspection, trusted by acme-root.pem", 61),
  stage("server", "Server", "GitHub, API 2022-11-28; clock differs by 1 s", 132),
  stage("credential", "Token", "accepted as acme-triage; classic; ends 30 Nov 2026", 140),
  stage("scopes", "Scopes", "repo, read:org", 0),
];

const REST: [string, string][] = [
  ["target", "Repository visible"],
  ["write", "May create issues"],
  ["fields", "Labels, milestone, assignees"],
  ["issues", "Issues switched on"],
  ["rate", "Rate limit left"],
];

export const FAILING: CheckStage[] = [
  ...GOOD,
  stage("sso", "Single sign-on", "acme has not been told to trust this token", 151, {
    state: "failed",
    evidence: "403 on GET /repos/acme/shop with X-GitHub-SSO: required",
    cause: "The token works, but acme requires single sign-on and this token is not authorized for it.",
    next: "Authorize the token for acme once; the link below works for an hour. Nothing has to be pasted again.",
    link: ["Authorize on github.com", "https://github.com/orgs/acme/sso?authorization_request=x"],
  }),
  ...REST.map(([id, title]) => stage(id, title, "", 0, { state: "skipped" })),
];

export const PASSING: CheckStage[] = [
  ...GOOD,
  stage("target", "Repository visible", "acme/shop, private", 80),
  stage("write", "May create issues", "write access", 0),
  stage("fields", "Labels, milestone, assignees", "1 label will be created: severity: info", 120, {
    state: "warning",
    cause: "The label «severity: info» does not exist yet.",
    next: "Nothing: it is created with the first issue that needs it.",
  }),
  stage("rate", "Rate limit left", "4,812 of 5,000 this hour", 0),
];

function item(subject: string, summary: string, over: Partial<CheckItem> = {}): CheckItem {
  return { subject, state: "ok", summary, there: [], repair: null, steps: [], ...over };
}

function option(value: string): Repair {
  return { kind: "option", field: "Priority", name: value };
}

/** What the made-up mapping names, held against its target; `made` exists by now. */
function itemsOf(made: readonly Repair[]): CheckItem[] {
  const exists = (repair: Repair): boolean => made.some((one) => one.name === repair.name);
  const all = [
    item("Info → P0", "«P0» is an option of Priority."),
    item("Low → P1", "«P1» is an option of Priority."),
    item("Medium → P2", "«P2» is an option of Priority."),
    item("High → P3", "«P3» is an option of Priority."),
    item("Critical → P4", "Priority has no option «P4».", {
      state: "failed",
      there: ["P0", "P1", "P2", "P3"],
      repair: option("P4"),
    }),
    item("Label severity: info", "There is no label «severity: info»; the first issue would create it.", {
      state: "warning",
      there: ["bug", "security", "severity: critical", "severity: high", "triage"],
      repair: { kind: "label", field: null, name: "severity: info" },
    }),
    item("Milestone 2.0", "There is no open milestone «2.0».", {
      state: "failed",
      there: ["1.9", "2.1"],
      repair: { kind: "milestone", field: null, name: "2.0" },
    }),
    item("Assignee kim", "kim cannot be assigned in acme/shop.", {
      state: "failed",
      there: ["robin", "sam"],
      steps: [
        "Open the settings of acme/shop and choose «Collaborators».",
        "Give kim at least the role «Triage».",
        "Verify again.",
      ],
    }),
    item("Status Done", "«Done» is an option of Status."),
  ];
  return all.map((one) =>
    one.repair !== null && exists(one.repair) ? item(one.subject, "It exists.") : one,
  );
}

/** A verification with everything that can be said about an item. */
export function verifying(made: readonly Repair[]): CheckStage[] {
  const items = itemsOf(made);
  const wrong = items.filter((one) => one.state === "failed").length;
  return [
    ...GOOD,
    stage("target", "Repository visible", "acme/shop, private", 80),
    stage("write", "May create issues", "write access", 0),
    stage(
      "fields",
      "Fields, labels, people",
      wrong === 0 ? "everything exists" : `${wrong} of 9 are missing`,
      210,
      {
        state: wrong === 0 ? "ok" : "failed",
        evidence: wrong === 0 ? null : "GET /repos/acme/shop/labels, /milestones, /assignees/kim",
        next: wrong === 0 ? null : "Choose what exists, or create what is missing.",
        items,
      },
    ),
    stage("rate", "Rate limit left", "4,812 of 5,000 this hour", 0),
  ];
}

export function reportOf(stages: CheckStage[]): CheckReport {
  const failed = stages.find((one) => one.state === "failed");
  return {
    at: new Date().toISOString(),
    stages,
    ok: failed === undefined,
    summary: failed?.summary ?? "Everything works.",
    token_ends: "2026-11-30T00:00:00Z",
    text: stages.map((one) => `${one.state} ${one.title}: ${one.summary}`).join("\n"),
  };
}

/** The stages one after the other, each with its own time. */
async function tellAll(stages: CheckStage[], job: string, onEvent: (event: JobEvent) => void): Promise<void> {
  let seq = 0;
  const tell = (one: CheckStage): void => {
    seq += 1;
    onEvent({ job, seq, news: { type: "stage", stage: one } });
  };
  for (const one of stages) {
    if (one.state !== "skipped") {
      tell({
        ...one,
        state: "running",
        summary: "",
        evidence: null,
        cause: null,
        next: null,
        link: null,
        ms: 0,
      });
      await pause(one.ms);
    }
    tell(one);
  }
}

export function checking(stages: () => CheckStage[], job: string): FakeJob {
  return async (_, onEvent) => {
    const all = stages();
    await tellAll(all, job, onEvent);
    return reportOf(all);
  };
}

/** Makes what was agreed to; a milestone is refused, so that a failure can be seen too. */
export function repairing(): { made: Repair[]; job: FakeJob } {
  const made: Repair[] = [];
  const run = async (request: Jobs["mapping_repair"]["request"], onEvent: (event: JobEvent) => void) => {
    const done: string[] = [];
    const failed = [];
    const total = request.repairs.length;
    for (const [at, repair] of request.repairs.entries()) {
      const words = `Making the ${repair.kind} «${repair.name}»`;
      onEvent({
        job: "repair",
        seq: at,
        news: { type: "progress", progress: progressOf(words, at, total, "things") },
      });
      await pause(400);
      if (repair.kind === "milestone") {
        failed.push({
          code: "forbidden" as const,
          message: `This account may not create the milestone «${repair.name}».`,
          hint: "Ask somebody with write access to create it, then verify again.",
          context: { status: "403" },
          retry_at: null,
          trace_id: null,
        });
      } else {
        made.push(repair);
        done.push(`The ${repair.kind} «${repair.name}» was created.`);
      }
    }
    const stages = verifying(made);
    await tellAll(stages, "repair", onEvent);
    return { done, failed, report: reportOf(stages) };
  };
  return { made, job: run as FakeJob };
}

export const passingReport = (): CheckReport => reportOf(PASSING);
