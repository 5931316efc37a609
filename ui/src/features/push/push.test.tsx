import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { setPushSelection } from "../../app/pushSelection";
import { madeMapping } from "../../testing/fake/connections";
import { CARD } from "../../testing/fake/kinds";
import { countsOf, madePlan, madeStep, madeView, TAKEN } from "../../testing/fake/push";
import { type Answers, renderWith } from "../../testing/render";
import type {
  GroupBy,
  GroupKey,
  GroupLine,
  IssueSeen,
  Plan,
  PlanState,
  Selection,
  Step,
} from "../../wire/contract";
import { moved, parseKeys, withKey } from "./GroupKeys";
import { failuresOf } from "./planSteps";
import { applyWords, doneWords, headline, roughly } from "./planWords";
import PushPage from "./push.page";

afterEach(() => setPushSelection(null));

const SELECTION: Selection = { type: "ids", ids: ["1", "2"] };

function issue(number: string) {
  return {
    target: "acme/shop",
    number,
    stable_id: null,
    url: `https://github.com/acme/shop/issues/${number}`,
  };
}

/** A group of the studio; its name is made of its title. */
function line(title: string, count: number): GroupLine {
  const digits = Array.from(title, (letter) => (letter.charCodeAt(0) % 16).toString(16)).join("");
  return {
    name: digits.padEnd(32, "0").slice(0, 32),
    title,
    action: "create",
    issue: null,
    count,
    severity: "critical",
    members: Array.from({ length: Math.min(count, 3) }, (_, at) => ({
      id: `${title}-${at}`,
      severity: "critical" as const,
      title,
      place: `src/${at}.py:1`,
    })),
  };
}

function rpc(steps: Step[], plan: Plan): Answers {
  return {
    app_status: () => ({ jobs: [], connections: [] }) as never,
    connection_kinds: () => ({ kinds: [CARD] }),
    connection_list: () => ({ connections: [] }),
    application_list: () => ({ applications: [] }),
    mapping_list: () => ({ mappings: [madeMapping()] }),
    finding_count: () => ({ total: 137, severities: [], linked: 2, suggested: 0 }),
    group_preview: ({ group_by }) => ({
      findings: 137,
      groups: group_by.keys.length === 2 ? 30 : 12,
      new: group_by.keys.length === 2 ? 30 : 12,
      linked: 2,
      left_out: 0,
      warnings: [],
      first: [line("SQL injection", 31), line("Cross-site scripting", 2)],
    }),
    plan_show: () => plan,
    plan_steps: ({ offset, limit }) => ({
      steps: steps.slice(offset, offset + limit).map(madeView),
      total: steps.length,
    }),
    plan_step_guard: () => ({ taken: [] }),
    plan_pause: () => ({ count: 1 }),
    plan_cancel: () => ({ count: 1 }),
    plan_retry: () => ({ count: 1 }),
    plan_remove: () => ({ count: 1 }),
    plan_export: () => ({ count: 3 }),
    job_cancel: () => ({ count: 1 }),
  };
}

const FOUND: IssueSeen = {
  issue: { target: "acme/shop", number: "44", stable_id: null, url: "https://tracker.example/44" },
  title: "Found",
  body: "",
  state: { type: "open" },
  labels: [],
  assignees: [],
  milestone: null,
  fields: {},
  updated: "2026-11-20T10:50:00Z",
  created: "2026-11-20T10:50:00Z",
  author: null,
};

const STEPS = [
  madeStep(0),
  madeStep(1),
  madeStep(2, {
    action: "skip",
    state: "skipped",
    why: "already in acme/shop#12",
    draft: null,
    issue: issue("12"),
  }),
];

describe("keys to group by", () => {
  it("adds, moves and takes away, and «all» stands alone", () => {
    expect(withKey(["rule"], "file")).toEqual(["rule", "file"]);
    expect(withKey(["rule", "file"], "all")).toEqual(["all"]);
    expect(withKey(["all"], "rule")).toEqual(["rule"]);
    expect(moved(["rule", "file", "cve"], "cve", -1)).toEqual(["rule", "cve", "file"]);
    expect(moved(["rule"], "rule", -1)).toEqual(["rule"]);
    expect(parseKeys("rule,nonsense,component")).toEqual<GroupKey[]>(["rule", "component"]);
  });
});

describe("a plan in words", () => {
  const counts = countsOf(STEPS);
  it("says what it will do and has done", () => {
    expect(headline(counts)).toBe("89 findings → 2 issues".replace("89", String(counts.findings)));
    expect(applyWords(counts)).toBe("Create 2 issues");
    expect(applyWords({ ...counts, create: 12, update: 1 })).toBe("Create 12 and update 1 issue");
    expect(applyWords({ ...counts, create: 0 })).toBe("Nothing to push");
    expect(doneWords(madePlan(STEPS, { state: "done", counts: { ...counts, done: 2 } }))).toBe(
      "2 issues created",
    );
    expect(roughly(14_400)).toBe("about 14 s");
    expect(roughly(7_900_000)).toBe("about 2 h 12 min");
  });

  it("gathers failures by cause, the most frequent first", () => {
    const problem = (message: string) => ({ code: "refused", message, hint: null, context: {} }) as never;
    const failed = (index: number, message: string) =>
      madeView(madeStep(index, { state: "failed", problem: problem(message) }));
    const causes = failuresOf([failed(0, "a"), failed(1, "b"), failed(2, "b"), madeView(madeStep(3))]);
    expect(causes.map((cause) => [cause.message, cause.steps.length])).toEqual([
      ["b", 2],
      ["a", 1],
    ]);
  });
});

describe("step 1, grouping", () => {
  it("shows a group's whole title: under the pointer, and by keyboard on the right", async () => {
    setPushSelection(SELECTION);
    const long = "A title that no list has room for ".repeat(8).trim();
    const first = ["SQL injection", long].map((title) => line(title, 3));
    const { user } = renderWith(<PushPage />, {
      rpc: {
        ...rpc(STEPS, madePlan(STEPS)),
        group_preview: () => ({
          findings: 6,
          groups: 2,
          new: 2,
          linked: 0,
          left_out: 0,
          warnings: [],
          first,
        }),
      },
      route: "/push?mapping=1&by=rule",
    });
    const list = await screen.findByRole("listbox", { name: "Groups" });
    expect(within(list).getByText(long).getAttribute("title"), "under the pointer").toBe(long);
    expect(screen.getByRole("heading", { level: 3 }).textContent).toBe("SQL injection");
    list.focus();
    await user.keyboard("{ArrowDown}");
    expect(screen.getByRole("heading", { level: 3 }).textContent, "by keyboard").toBe(long);
  });

  it("shows at once how many issues the keys make, then plans", async () => {
    setPushSelection(SELECTION);
    const plan = madePlan(STEPS);
    const { user, sent } = renderWith(<PushPage />, {
      rpc: rpc(STEPS, plan),
      jobs: { plan_make: () => plan },
      route: "/push?mapping=1&by=rule",
    });
    expect(await screen.findByText("137 findings → 12 issues")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "add key" }));
    await user.click(await screen.findByText("Component"));
    expect(await screen.findByText("137 findings → 30 issues")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Preview 30 issues" }));
    await waitFor(() => expect(window.location.hash).toBe("#/push/7"));
    expect(sent.find((call) => call.name === "plan_make")?.request).toEqual({
      selection: SELECTION,
      mapping: "1",
      group_by: {
        keys: ["rule", "component"],
        depth: null,
        query: null,
        most: null,
        held: "stay",
        edits: [],
      },
    });
  });

  it("asks the engine for what a person changes by hand, and takes it back", async () => {
    setPushSelection(SELECTION);
    const asked: GroupBy[] = [];
    const answers = rpc(STEPS, madePlan(STEPS));
    const { user } = renderWith(<PushPage />, {
      rpc: {
        ...answers,
        group_preview: (request) => {
          asked.push(request.group_by);
          return answers.group_preview?.(request) as never;
        },
        issue_find: ({ text }) => ({ ...FOUND, title: `Found ${text}` }),
      },
      route: "/push?mapping=1&by=rule",
    });
    const members = await screen.findByRole("list", { name: "Findings of this group" });
    await user.click(within(members).getByLabelText("SQL injection, src/1.py:1"));
    await user.click(screen.getByRole("button", { name: "Own issue" }));
    await waitFor(() =>
      expect(asked.at(-1)?.edits).toEqual([{ type: "move", findings: ["SQL injection-1"], to: null }]),
    );
    await user.click(screen.getByRole("button", { name: "Undo the last" }));
    await waitFor(() => expect(screen.queryByText(/by hand, last/), "taken back").toBeNull());

    await user.click(screen.getByRole("button", { name: "Merge into…" }));
    await user.click(await screen.findByText("Cross-site scripting (2)"));
    const [from, into] = ["SQL injection", "Cross-site scripting"].map((title) => line(title, 1).name);
    await waitFor(() => expect(asked.at(-1)?.edits).toEqual([{ type: "merge", from, into }]));
    await user.click(screen.getByRole("button", { name: "Start over" }));

    await user.click(screen.getByRole("button", { name: "Put into an issue…" }));
    await user.type(screen.getByLabelText("The issue's address, number, or words of its title"), "44{Enter}");
    expect(await screen.findByText("Found 44"), "looked up before it is used").toBeTruthy();
    await user.click(screen.getByLabelText("A comment"));
    await user.click(screen.getByRole("button", { name: "Put it there" }));
    await waitFor(() =>
      expect(asked.at(-1)?.edits).toEqual([
        { type: "attach", group: from, issue: FOUND.issue, how: "comment" },
      ]),
    );
  });

  it("groups by depth, by query and by size, and asks only what is whole", async () => {
    setPushSelection(SELECTION);
    const asked: GroupBy[] = [];
    const answers = rpc(STEPS, madePlan(STEPS));
    const { user } = renderWith(<PushPage />, {
      rpc: {
        ...answers,
        group_preview: (request) => {
          asked.push(request.group_by);
          return answers.group_preview?.(request) as never;
        },
      },
      route: "/push?mapping=1&by=directory,query",
    });
    await user.type(await screen.findByLabelText("Folders that count"), "2");
    expect(asked, "a query that is not there yet is not asked").toEqual([]);
    await user.type(screen.getByLabelText("Group by whether findings match"), "severity:critical");
    await user.click(screen.getByText("Size, and what is in an issue already"));
    await user.type(screen.getByLabelText("Most findings in one issue"), "50");
    await waitFor(() =>
      expect(asked.at(-1)).toEqual({
        keys: ["directory", "query"],
        depth: 2,
        query: "severity:critical",
        most: 50,
        held: "stay",
        edits: [],
      }),
    );
  });

  it("leads to a tracker when there is no mapping, and keeps the selection", async () => {
    setPushSelection(SELECTION);
    const answers = rpc(STEPS, madePlan(STEPS));
    renderWith(<PushPage />, { rpc: { ...answers, mapping_list: () => ({ mappings: [] }) }, route: "/push" });
    expect(await screen.findByRole("button", { name: "Connect a tracker" })).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: /^Preview/ }).disabled).toBe(true);
  });

  it("shows why a plan was refused and the way to the mapping", async () => {
    setPushSelection(SELECTION);
    const { user } = renderWith(<PushPage />, {
      rpc: rpc(STEPS, madePlan(STEPS)),
      jobs: {
        plan_make: () => {
          throw {
            code: "refused",
            message: "The mapping does not pass its test.",
            hint: "Look at it.",
            context: {},
          };
        },
      },
      route: "/push?mapping=1",
    });
    await user.click(await screen.findByRole("button", { name: "Preview 12 issues" }));
    expect(await screen.findByText("The mapping does not pass its test.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Look at the mapping" })).toBeTruthy();
  });
});

describe("steps 2 and 3, preview and apply", () => {
  function open(state: PlanState, steps = STEPS, more: Partial<Plan> = {}, jobs = {}) {
    const plan = madePlan(steps, { state, ...more });
    return { ...renderWith(<PushPage />, { rpc: rpc(steps, plan), jobs, route: "/push/7" }), plan };
  }

  it("shows each issue as it will be written, and nothing is sent before the button", async () => {
    const { user, sent } = open("ready");
    const preview = within(await screen.findByTestId("issue-preview"));
    expect(preview.getByText("as GitHub will show it")).toBeTruthy();
    expect(preview.getByText("security"), "its labels").toBeTruthy();
    expect(preview.getByText(/assigned to backend-team · milestone 2026.12/)).toBeTruthy();
    expect(preview.getByText("23 more places"), "folded").toBeTruthy();
    await user.click(preview.getByRole("radio", { name: "Text" }));
    expect(preview.getByText(/docket:v1 key=/), "the raw text has the marker").toBeTruthy();
    expect(sent.some((call) => call.name === "plan_apply")).toBe(false);
    expect(screen.getByText(/about 14 s under GitHub's limits/)).toBeTruthy();
  });

  it("moves through the steps by key and shows why one is skipped", async () => {
    const { user, sent } = open("ready", STEPS, {}, { plan_apply: () => madePlan(STEPS) });
    const list = await screen.findByRole("listbox", { name: "Steps" });
    list.focus();
    await user.keyboard("{End}");
    const preview = within(await screen.findByTestId("issue-preview"));
    expect(preview.getByText("Skip")).toBeTruthy();
    expect(preview.getByText("already in acme/shop#12")).toBeTruthy();
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() =>
      expect(
        sent.some((call) => call.name === "plan_apply"),
        "applied from the list",
      ).toBe(true),
    );
  });

  it("applies with progress, and can be paused and cancelled", async () => {
    const progress = {
      text: "Writing to acme/shop",
      done: 1,
      total: 2,
      unit: "issues",
      rate: 0.8,
      remaining_ms: 3000,
      waiting_for: "the tracker's limit",
      waiting_until: "2026-11-21T10:00:00Z",
    };
    const { user, sent } = open(
      "ready",
      STEPS,
      {},
      {
        plan_apply: (_: unknown, onEvent: (event: unknown) => void) => {
          onEvent({ job: "9", seq: 0, news: { type: "progress", progress } });
          return new Promise(() => undefined);
        },
      },
    );
    await user.click(await screen.findByRole("button", { name: "Create 2 issues" }));
    expect(await screen.findByText(/1 of 2 issues · 3 s left/)).toBeTruthy();
    expect(screen.getByTestId("push-waits").textContent, "why it stands still, and until when").toMatch(
      /^Waiting until 21 Nov.* \d\d:\d\d \(.+\): the tracker's limit$/,
    );
    await user.click(screen.getByRole("button", { name: "Pause" }));
    await waitFor(() => expect(sent.some((call) => call.name === "plan_pause")).toBe(true));
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(
      sent.some((call) => call.name === "plan_cancel"),
      "it asks first",
    ).toBe(false);
    await user.click(screen.getByRole("button", { name: "Stop the push" }));
    await waitFor(() => expect(sent.some((call) => call.name === "plan_cancel")).toBe(true));
  });

  it("goes on with a paused plan", async () => {
    open("paused", [madeStep(0, { state: "done", issue: issue("7") }), madeStep(1)]);
    expect(await screen.findByRole("button", { name: "Go on with 1 issue" })).toBeTruthy();
    expect(screen.getByTestId("push-outcome").textContent).toBe("Paused: 1 of 2 issues done");
  });

  it("says that Docket was closed in the middle when nothing runs any more", async () => {
    open("applying");
    expect(await screen.findByText(/Docket was closed in the middle of this/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Go on with 2 issues" })).toBeTruthy();
  });

  it("groups what failed by cause and retries it", async () => {
    const problem = {
      code: "refused",
      message: "No such assignee.",
      hint: "Take it out.",
      context: {},
    } as never;
    const steps = [
      madeStep(0, { state: "done", issue: issue("7"), dropped: ["The milestone was dropped."] }),
      madeStep(1, { state: "failed", problem }),
      madeStep(2, { state: "failed", problem }),
    ];
    const { user, sent } = open("partly", steps, {}, { plan_apply: () => madePlan(steps) });
    const failed = within(await screen.findByRole("region", { name: "What failed" }));
    expect(failed.getByText("2 steps failed:")).toBeTruthy();
    expect(screen.getByText(/In 1 issue labels, assignees or the milestone were dropped/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Copy links" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Retry 2 failed" }));
    await waitFor(() => expect(sent.some((call) => call.name === "plan_apply")).toBe(true));
    expect(sent.findIndex((call) => call.name === "plan_retry")).toBeLessThan(
      sent.findIndex((call) => call.name === "plan_apply"),
    );
  });

  it("writes its steps to a file that the person names, and says so", async () => {
    const asked = vi.spyOn(window, "prompt").mockReturnValue("/home/ann/push.csv");
    const { user, sent } = open("done", STEPS);
    await user.click(await screen.findByRole("button", { name: "Export" }));
    await user.click(await screen.findByText("CSV, for a spreadsheet"));
    expect(await screen.findByText("3 steps written to /home/ann/push.csv.")).toBeTruthy();
    expect(asked.mock.calls[0]?.[1], "a name is offered").toMatch(/^plan-.*\.csv$/);
    const call = sent.find((one) => one.name === "plan_export");
    expect(call?.request).toMatchObject({ format: "csv", path: "/home/ann/push.csv" });
    asked.mockReturnValue(null);
    await user.click(screen.getByRole("button", { name: "Export" }));
    await user.click(await screen.findByText("JSON, for another program"));
    expect(
      sent.filter((one) => one.name === "plan_export"),
      "nothing without a name",
    ).toHaveLength(1);
  });

  it("draws a few of thousands of steps", async () => {
    const many = Array.from({ length: 2000 }, (_, index) => madeStep(index));
    open("ready", many);
    await screen.findByTestId("issue-preview");
    expect(screen.getAllByRole("option").length, "only what is visible is drawn").toBeLessThan(60);
  });
});

describe("what must not leave, and where", () => {
  const refused = {
    code: "public_target",
    message: "acme/shop is public: everybody can read what is written there.",
    hint: "Agree to publishing in acme/shop, or make it private first.",
    context: { target: "acme/shop", create: "2", update: "1", visibility: "public" },
  };

  // covers: X12
  it("asks for a yes before it publishes, each time, and names place and number", async () => {
    const plan = madePlan(STEPS);
    const asked: unknown[] = [];
    const { user } = renderWith(<PushPage />, {
      rpc: rpc(STEPS, plan),
      jobs: {
        plan_apply: (request) => {
          asked.push(request);
          if (request.public === null) throw refused;
          return { ...plan, state: "done" };
        },
      },
      route: "/push/7",
    });
    await user.click(await screen.findByRole("button", { name: /^Create 2/ }));
    const section = await screen.findByRole("region", { name: "Public place" });
    expect(within(section).getByRole("alert").textContent).toContain("everybody can read");
    const publish = within(section).getByRole<HTMLButtonElement>("button", { name: "Publish in acme/shop" });
    expect(publish.disabled, "not before the box is ticked").toBe(true);
    const box = within(section).getByRole("checkbox", {
      name: "Yes, everybody may read 2 new issues and changes to 1 issue in acme/shop",
    });
    expect(document.activeElement, "the question has the focus").toBe(box);
    await user.click(within(section).getByRole("button", { name: "Not now" }));
    expect(screen.queryByRole("region", { name: "Public place" }), "put away").toBeNull();
    await user.click(await screen.findByRole("button", { name: /^Create 2/ }));
    const again = await screen.findByRole("region", { name: "Public place" });
    await user.click(within(again).getByRole("checkbox"));
    await user.click(within(again).getByRole("button", { name: "Publish in acme/shop" }));
    await waitFor(() => expect(asked.at(-1)).toEqual({ id: "7", public: "acme/shop" }));
    expect(asked, "nothing was agreed to before").toEqual([
      { id: "7", public: null },
      { id: "7", public: null },
      { id: "7", public: "acme/shop" },
    ]);
  });

  // covers: X12
  it("shows what is kept back as it stood and as it is sent", async () => {
    const steps = [madeStep(0, { warnings: ["1 internal host name was taken out."] }), madeStep(2)];
    renderWith(<PushPage />, {
      rpc: { ...rpc(steps, madePlan(steps)), plan_step_guard: () => ({ taken: [TAKEN] }) },
      route: "/push/7",
    });
    const kept = await screen.findByRole("region", { name: "Kept back" });
    expect(kept.textContent).toContain("Internal host names");
    expect(kept.querySelector("del")?.textContent).toBe("https://build.acme.corp");
    expect(kept.querySelector("ins")?.textContent).toBe("[internal-host]");
    expect(kept.textContent, "where, and how often").toContain("in the code, 2 times");
  });
});
