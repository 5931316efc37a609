/** Made-up plans, and applying them. */
import type {
  Commands,
  GroupPreview,
  IssueLink,
  JobEvent,
  Jobs,
  Plan,
  PlanCounts,
  PlanMake,
  Queries,
  Severity,
  Step,
  StepView,
  Taken,
} from "../../wire/contract";
import { type FakeJob, pause, progressOf } from "./talk";

const TITLES = [
  "SQL injection in shop-backend",
  "User-controlled paths are opened without a base check when an attachment of an order is downloaded through the old multipart route",
  "Hard-coded credentials",
  "openssl 3.0.11 in image base",
  "JWT is decoded without verifying its signature",
  "Shell command is built from request data",
  "TLS certificate validation is switched off",
  "Server-side request to a user-supplied address",
  "XML parser resolves external entities",
  "Open redirect after login",
  "Debug mode is on in production settings",
  "Cookie is set without Secure",
];
const COUNTS = [31, 27, 19, 14, 9, 8, 7, 6, 5, 4, 4, 3];

const BODY = `A path from the request is opened as it is. Someone can read files outside the upload folder, for example configuration and keys.

| | Severity | Where | Status |
| --- | --- | --- | --- |
| 1 | High | \`src/files/download.py:52\` | open |
| 2 | High | \`src/files/preview.py:29\` | open |
| 3 | High | \`src/files/zip.py:118\` | open |

- [ ] \`src/files/download.py:52\`
- [x] \`src/files/avatar.py:46\`

<details>
<summary>23 more places</summary>

- [ ] \`src/files/upload.py:12\`
- [ ] \`src/files/thumbs.py:71\`

</details>

#### How to fix
Resolve the path and check that it stays under the base folder before opening it. See [CWE-22](https://cwe.mitre.org/data/definitions/22.html).

<img src=x onerror=alert(1)> stays text.

<!-- docket:v1 key=0123456789abcdef0123456789abcdef -->`;

export function madeStep(index: number, over: Partial<Step> = {}): Step {
  const title = TITLES[index % TITLES.length] ?? "";
  const size = COUNTS[index % COUNTS.length] ?? 1;
  const severity: Severity = index < 3 ? "critical" : index < 7 ? "high" : "medium";
  return {
    index,
    group: {
      values: [title],
      applications: [],
      template: null,
      title,
      findings: Array.from({ length: size }, (_, at) => `${index}-${at}`),
      severity,
    },
    action: "create",
    why: "no issue carries this group yet",
    warnings: index === 1 ? ["2 internal host names will be replaced."] : [],
    draft: {
      title: `${title} (${size} places)`,
      body: BODY,
      follow_ups: [],
      labels: ["security", `severity: ${severity}`],
      assignees: ["backend-team"],
      milestone: "2026.12",
      marker: "0123456789abcdef0123456789abcdef",
      severity: { field: "Priority", value: index < 3 ? "P4" : "P3" },
      status: { field: "Status", value: "In Progress" },
      reason: null,
      file: null,
    },
    marker: "0123456789abcdef0123456789abcdef",
    issue: null,
    attach: null,
    leaves: [],
    state: "planned",
    dropped: [],
    problem: null,
    sent_at: null,
    ended_at: null,
    ...over,
  };
}

export function madeView(step: Step): StepView {
  return {
    step,
    members: step.group.findings.slice(0, 5).map((id, at) => ({
      id,
      severity: step.group.severity,
      title: step.group.title,
      place: `src/files/place${at}.py:${at + 10}`,
    })),
  };
}

export function countsOf(steps: readonly Step[]): PlanCounts {
  const of = (test: (step: Step) => boolean): number => steps.filter(test).length;
  const skipped = steps.filter((step) => step.action === "skip");
  const size = (list: readonly Step[]): number =>
    list.reduce((sum, step) => sum + step.group.findings.length, 0);
  return {
    findings: size(steps),
    steps: steps.length,
    create: of((step) => step.action === "create"),
    update: of((step) => step.action === "update"),
    attach: of((step) => step.action === "attach"),
    adopt: of((step) => step.action === "adopt"),
    close: of((step) => step.action === "close"),
    reopen: of((step) => step.action === "reopen"),
    skip: skipped.length,
    skipped_findings: size(skipped),
    done: of((step) => step.state === "done"),
    failed: of((step) => step.state === "failed"),
    uncertain: of((step) => step.state === "uncertain"),
  };
}

export function madePlan(steps: readonly Step[], over: Partial<Plan> = {}): Plan {
  return {
    id: "7",
    mapping: "1",
    mapping_label: "Shop on GitHub",
    target: "acme/shop",
    name: null,
    undoes: null,
    group_by: { keys: ["rule"], depth: null, query: null, most: null, held: "stay", edits: [] },
    selection: "severity:high status:active in shop-backend",
    state: "ready",
    elsewhere: false,
    counts: countsOf(steps),
    warnings: [],
    estimate_ms: 14_400,
    created: "2026-11-21T10:50:00Z",
    started: null,
    ended: null,
    ...over,
  };
}

export const TAKEN: Taken = {
  class: "host",
  rule: "internal host name",
  place: "snippet",
  lead: "fetch(",
  found: "https://build.acme.corp",
  put: "[internal-host]",
  tail: ":8443/run)",
  times: 2,
};

const SKIP = madeStep(0, {
  action: "skip",
  why: "already in acme/shop#12",
  state: "skipped",
  draft: null,
  issue: {
    target: "acme/shop",
    number: "12",
    stable_id: null,
    url: "https://github.com/acme/shop/issues/12",
  },
});

function stepsFor(count: number): Step[] {
  const writes = Array.from({ length: count }, (_, index) => madeStep(index));
  const update = madeStep(count, { action: "update", why: "4 findings are new in it", issue: SKIP.issue });
  return [...writes, update, { ...SKIP, index: count + 1 }];
}

interface Stored {
  plan: Plan;
  steps: Step[];
}

export function pushAnswers(empty: boolean) {
  const stored = new Map<string, Stored>();
  const issues: IssueLink[] = [];
  const stops = new Map<string, "paused" | "cancelled">();
  const put = (id: string, steps: Step[], over: Partial<Plan>): void => {
    stored.set(id, { steps, plan: madePlan(steps, { id, ...over }) });
  };
  if (!empty) {
    put("7", stepsFor(12), {});
    put("6", stepsFor(2000), { created: "2026-11-20T10:50:00Z", estimate_ms: 15_000_000 });
    put("5", failedSteps(), { state: "partly", created: "2026-11-19T10:50:00Z" });
    put("4", stepsFor(6), { state: "applying", created: "2026-11-18T10:50:00Z" });
  }
  const of = (id: string): Stored => {
    const found = stored.get(id);
    if (found === undefined)
      throw { code: "not_found", message: "There is no such plan.", hint: null, context: {} };
    return found;
  };
  const recount = (one: Stored, over: Partial<Plan> = {}): Plan => {
    one.plan = { ...one.plan, ...over, counts: countsOf(one.steps) };
    return one.plan;
  };
  const answers = {
    group_preview: (request: Queries["group_preview"]["request"]): GroupPreview => {
      const { keys, edits } = request.group_by;
      const shape = (keys.length === 0 ? 12 : Math.max(1, 13 - keys.length)) - edits.length;
      const first: GroupPreview["first"] = Array.from({ length: shape }, (_, index) => ({
        name: String(index).padStart(32, "0"),
        action: "create",
        issue: null,
        title: TITLES[index % TITLES.length] ?? "",
        count: COUNTS[index % COUNTS.length] ?? 1,
        severity: madeStep(index).group.severity,
        members: ["src/orders/search.py:88", "src/orders/export.py:41", "src/customers/list.py:203"].map(
          (place, at) => ({
            id: String(index * 10 + at),
            severity: madeStep(index).group.severity,
            title: TITLES[index % TITLES.length] ?? "",
            place,
          }),
        ),
      }));
      return { findings: 137, groups: shape, new: shape, linked: 2, left_out: 0, warnings: [], first };
    },
    plan_list: (): Queries["plan_list"]["response"] => ({
      plans: [...stored.values()].map((one) => one.plan),
    }),
    plan_show: (request: { id: string }) => of(request.id).plan,
    plan_rename: (request: Commands["plan_rename"]["request"]) =>
      recount(of(request.id), { name: request.name === "" ? null : request.name }),
    plan_difference: (): Queries["plan_difference"]["response"] => ({
      state: { type: "open" },
      title: "SQL injection in order search",
      body: [
        { mark: "gap", text: "3 lines" },
        { mark: "same", text: "| Severity | Where |" },
        { mark: "removed", text: "4 findings, 1 fixed" },
        { mark: "added", text: "8 findings, 1 fixed" },
      ],
      change: {
        title: null,
        body: null,
        body_from: null,
        add_labels: ["severity: critical"],
        remove_labels: [],
        open: null,
        reason: null,
        comment: "4 findings joined this issue:\n\n- src/orders/search.py:88",
        severity: null,
        status: null,
      },
      kept: [],
      problem: null,
    }),
    step_exchanges: (): Queries["step_exchanges"]["response"] => ({ exchanges: [] }),
    issue_find: (request: Queries["issue_find"]["request"]): Queries["issue_find"]["response"] => ({
      issue: {
        target: "acme/shop",
        number: "44",
        stable_id: null,
        url: "https://github.com/acme/shop/issues/44",
      },
      title: `Harden the shop (${request.text})`,
      body: "We know.",
      state: { type: "open" },
      labels: [],
      assignees: [],
      milestone: null,
      fields: {},
      updated: "2026-11-20T10:50:00Z",
      created: "2026-11-20T10:50:00Z",
      author: "kim",
    }),
    plan_steps: (request: Queries["plan_steps"]["request"]): Queries["plan_steps"]["response"] => {
      const all = of(request.id).steps;
      const steps = request.only === null ? all : all.filter((step) => step.state === request.only);
      return {
        steps: steps.slice(request.offset, request.offset + request.limit).map(madeView),
        total: steps.length,
      };
    },
    plan_step_guard: (request: Queries["plan_step_guard"]["request"]) => ({
      taken: (of(request.id).steps[request.index]?.warnings.length ?? 0) === 0 ? [] : [TAKEN],
    }),
    plan_remove: (request: { id: string }) => ({ count: Number(stored.delete(request.id)) }),
    plan_pause: (request: { id: string }) => {
      stops.set(request.id, "paused");
      return { count: 1 };
    },
    plan_cancel: (request: { id: string }) => {
      stops.set(request.id, "cancelled");
      return { count: 1 };
    },
    plan_retry: (request: Commands["plan_retry"]["request"]) => {
      const one = of(request.id);
      one.steps = one.steps.map((step) =>
        step.state === "failed" ? { ...step, state: "planned", problem: null } : step,
      );
      recount(one);
      return { count: 1 };
    },
    issue_page: (request: Queries["issue_page"]["request"]) => {
      const words = request.search.toLowerCase().split(" ");
      const list = [...issues, ...(empty ? [] : oldIssues())].filter((link) =>
        words.every((word) =>
          `${link.issue.target}#${link.issue.number} ${link.title}`.toLowerCase().includes(word),
        ),
      );
      return { issues: list.slice(request.offset, request.offset + request.limit), total: list.length };
    },
  };
  const make = async (request: PlanMake, onEvent: (event: JobEvent) => void): Promise<Plan> => {
    const words = [
      "Checking the mapping against the tracker",
      "Reading the issues that are there already",
      "Writing the issues' texts",
    ];
    for (const [index, text] of words.entries()) {
      onEvent({
        job: "make",
        seq: index,
        news: { type: "progress", progress: progressOf(text, index, 3, "issues") },
      });
      await pause(300);
    }
    const id = String(stored.size + 8);
    put(id, stepsFor(12), {
      group_by: request.group_by,
      mapping: request.mapping,
      created: new Date().toISOString(),
    });
    return of(id).plan;
  };
  const apply = async (request: { id: string }, onEvent: (event: JobEvent) => void): Promise<Plan> => {
    const one = of(request.id);
    recount(one, { state: "applying", started: new Date().toISOString() });
    stops.delete(request.id);
    const all = one.steps.filter((step) => step.action !== "skip").length;
    let seq = 0;
    for (const step of one.steps) {
      if (step.state !== "planned") continue;
      const stop = stops.get(request.id);
      if (stop !== undefined) return recount(one, { state: stop });
      const number = String(2100 + step.index);
      const done = countsOf(one.steps).done;
      const progress = {
        ...progressOf("Writing to acme/shop", done, all, "issues"),
        rate: 0.8,
        remaining_ms: (all - done) * 1200,
        waiting_for: done === 5 ? "the tracker's limit" : null,
      };
      seq += 1;
      onEvent({ job: "apply", seq, news: { type: "progress", progress } });
      await pause(250);
      const issue = {
        target: "acme/shop",
        number,
        stable_id: null,
        url: `https://github.com/acme/shop/issues/${number}`,
      };
      one.steps = one.steps.map((other) =>
        other.index === step.index
          ? {
              ...other,
              state: "done",
              issue,
              dropped: step.index === 2 ? ["The milestone was dropped."] : [],
            }
          : other,
      );
      issues.unshift(linkOf(issue, step));
      recount(one);
      onEvent({ job: "apply", seq, news: { type: "step", index: step.index } });
    }
    return recount(one, {
      state: countsOf(one.steps).failed > 0 ? "partly" : "done",
      ended: new Date().toISOString(),
    });
  };
  const undo = async (request: { id: string }): Promise<Plan> => {
    const id = String(stored.size + 8);
    put(id, [madeStep(0, { action: "close", issue: SKIP.issue, why: "This push created acme/shop#12." })], {
      name: `Undo of plan ${request.id}`,
      undoes: request.id,
    });
    return of(id).plan;
  };
  const again = async (_request: { id: string }, onEvent: (event: JobEvent) => void): Promise<Plan> =>
    make({ selection: { type: "ids", ids: [] }, mapping: "1", group_by: madePlan([]).group_by }, onEvent);
  const find = async (): Promise<Jobs["issue_search"]["response"]> => ({
    issues: [
      {
        issue: answers.issue_find({ mapping: "1", text: "44" }).issue,
        title: "Harden the shop",
        state: { type: "open" },
      },
    ],
  });
  return {
    answers,
    jobs: {
      issue_search: find as FakeJob,
      plan_make: make as FakeJob,
      plan_again: again as FakeJob,
      plan_undo: undo as FakeJob,
      plan_apply: apply as FakeJob,
    },
  };
}

function failedSteps(): Step[] {
  return stepsFor(6).map((step) => {
    if (step.action === "skip") return step;
    if (step.index % 2 === 1) {
      return {
        ...step,
        state: "failed",
        problem: {
          code: "refused",
          message: "acme/shop does not accept the assignee backend-team.",
          hint: "Take it out of the mapping, or give the person access, and retry.",
          context: { status: "422" },
          retry_at: null,
          trace_id: null,
        },
      };
    }
    return {
      ...step,
      state: "done",
      dropped: step.index === 2 ? ["The milestone 2026.12 was dropped: this account may not set it."] : [],
      issue: {
        target: "acme/shop",
        number: String(300 + step.index),
        stable_id: null,
        url: `https://github.com/acme/shop/issues/${300 + step.index}`,
      },
    };
  });
}

function linkOf(issue: IssueLink["issue"], step: Step): IssueLink {
  const at = new Date().toISOString();
  return {
    issue,
    connection: "1",
    mapping: "1",
    title: step.draft?.title ?? step.group.title,
    state: { type: "open" },
    findings: step.group.findings.length,
    linked: at,
    seen: at,
  };
}

function oldIssues(): IssueLink[] {
  return Array.from({ length: 318 }, (_, index) => ({
    ...linkOf(
      {
        target: "acme/shop",
        number: String(900 - index),
        stable_id: null,
        url: `https://github.com/acme/shop/issues/${900 - index}`,
      },
      madeStep(index),
    ),
    state:
      index % 5 === 1
        ? { type: "closed" as const, reason: "not_planned" as const }
        : index % 7 === 2
          ? { type: "moved" as const, to: "acme/web#3" }
          : { type: "open" as const },
    linked: "2026-11-03T08:00:00Z",
    seen: "2026-11-21T08:00:00Z",
  }));
}
