import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { connectionAnswers, madeMapping } from "../../../testing/fake/connections";
import { findingAnswers } from "../../../testing/fake/findings";
import { ACME } from "../../../testing/fake/kinds";
import { choicesPage } from "../../../testing/fake/longLists";
import { type Answers, renderWith } from "../../../testing/render";
import type { Choice, ChoiceList, Mapping, MappingSave, Problem, Queries } from "../../../wire/contract";
import ConnectionsPage from "../connections.page";

// The whole form is drawn each time, which a busy machine takes long for.
vi.setConfig({ testTimeout: 120_000 });

/** Without a layout an open list counts as hidden. */
const HIDDEN = { hidden: true };
const openList = () =>
  screen.findByRole("listbox", { name: /^(Assignees|Labels|Area|Project|Repository)$/, ...HIDDEN });

type Asked = Queries["connection_choices"]["request"];
type Page = Queries["connection_choices"]["response"];

describe("lists that go on beyond what was read", () => {
  /** A mapping to a target with 2,400 people, 1,500 labels and 900 areas. */
  const open = (
    over: Partial<Mapping> = {},
    choices: (request: Asked) => Page | Promise<Page> = choicesPage,
  ) => {
    const mapping = madeMapping({
      id: "9",
      connection: "3",
      kind: ACME.id,
      target: "team/project-1",
      assignees: [],
      milestone: null,
      settings: {},
      ...over,
    });
    const rpc: Answers = {
      ...(findingAnswers(40) as unknown as Answers),
      ...(connectionAnswers(false).answers as unknown as Answers),
      mapping_list: () => ({ mappings: [mapping] }),
      connection_choices: choices,
    };
    return renderWith(<ConnectionsPage />, { rpc, route: "/connections/targets/9" });
  };
  type Opened = ReturnType<typeof open>;
  const field = (name: RegExp) => screen.findByRole("combobox", { name });
  const searches = ({ sent }: Opened): Asked[] =>
    sent.filter((call) => call.name === "connection_choices").map((call) => call.request as Asked);
  const options = async (): Promise<(string | null)[]> =>
    within(await openList())
      .getAllByRole("option", HIDDEN)
      .map((one) => one.textContent);
  const option = async (name: string) =>
    within(await openList()).findByRole("option", { name: new RegExp(`^${name}(?!\\d)`), ...HIDDEN });
  /** Types it into the field in one go; the rest takes as long as it takes. */
  const look = async ({ user }: Opened, name: RegExp, text: string): Promise<void> => {
    await user.click(await field(name));
    await user.paste(text);
  };
  const saved = async ({ user, sent }: Opened): Promise<MappingSave> => {
    await user.click(screen.getByRole("button", { name: "Save" }));
    const request = () => sent.findLast((call) => call.name === "mapping_save")?.request;
    await waitFor(() => expect(request(), "it is sent").toBeDefined());
    return request() as MappingSave;
  };
  const trouble: Problem = {
    code: "tracker_trouble",
    message: "The tracker did not answer.",
    hint: null,
    context: {},
    retry_at: null,
    trace_id: null,
  };
  const one = (value: string): Choice => ({ value, label: value, note: null });

  it("finds people by typing and keeps those of two searches", async () => {
    const page = open();
    await look(page, /^Assignees/, "vera.wolf");
    expect((await option("vera.wolf")).textContent, "beyond the 300 that were read").toContain("Vera Wolf");
    await waitFor(async () => expect(await options(), "nobody else").toHaveLength(1));
    await page.user.keyboard("{Enter}");
    await page.user.paste("Yusuf Zorn");
    await page.user.click(await option("yusuf.zorn"));
    expect((await saved(page)).assignees).toEqual(["vera.wolf", "yusuf.zorn"]);
    expect(searches(page), "asked of the tracker, for this list of this target").toContainEqual({
      connection: "3",
      target: "team/project-1",
      settings: {},
      list: { type: "assignees" },
      search: "vera.wolf",
      page: null,
    });
    expect(screen.queryByText(/Cannot be assigned/), "who was found can be").toBeNull();
  });

  it("chooses nothing by Enter before the answer is there", async () => {
    let release = (): void => undefined;
    const page = open({}, (request) =>
      request.search === ""
        ? choicesPage(request)
        : new Promise((resolve) => {
            release = () => resolve(choicesPage(request));
          }),
    );
    await look(page, /^Assignees/, "chika");
    expect(await option("chika.abe"), "known without asking, and shown meanwhile").toBeTruthy();
    await waitFor(() => expect(searches(page).at(-1)?.search).toBe("chika"));
    expect(screen.getByText("Reading…")).toBeTruthy();
    await page.user.keyboard("{Enter}");
    expect(screen.queryByText("Reading…"), "still waiting, nothing was taken").toBeTruthy();
    release();
    await waitFor(() => expect(screen.queryByText("Reading…")).toBeNull());
    await page.user.keyboard("{Enter}");
    expect((await saved(page)).assignees, "now the first is highlighted").toEqual(["chika.abe"]);
  });

  it("finds a label by typing, and takes one that is not there as it was typed", async () => {
    const page = open({ labels: ["mine"] });
    expect(screen.queryByText(/^New in/), "what is not among those read may be there").toBeNull();
    await look(page, /^Labels/, "component 29: part 17");
    await page.user.click(await option("component 29: part 17"));
    await page.user.paste("brand new");
    await page.user.click(await screen.findByText("Use «brand new» as typed"));
    expect((await saved(page)).labels).toEqual(["mine", "component 29: part 17", "brand new"]);
  });

  it("takes a label with a comma in its name from the list as one", async () => {
    const page = open({ labels: [] }, () => ({ choices: [one("needs triage, soon")], next: null }));
    await page.user.click(await field(/^Labels/));
    await page.user.click(await option("needs triage, soon"));
    await page.user.paste("two, of them,Two");
    expect((await saved(page)).labels, "typed, a comma parts").toEqual([
      "needs triage, soon",
      "two",
      "of them",
    ]);
  });

  it("shows what was chosen of a kind's own field by its name", async () => {
    const page = open();
    await look(page, /^Area/, "Team 30 / Module 7");
    await page.user.click(await option("Team 30 / Module 7"));
    const area = (await field(/^Area/)) as HTMLInputElement;
    expect(area.value, "not by what is stored").toBe("Team 30 / Module 7");
    expect((await saved(page)).settings).toEqual({ area: "team-30/module-7" });
    expect(searches(page).at(-1)?.list).toEqual({ type: "field", id: "area" } satisfies ChoiceList);
  });

  it("never offers the people of the target before", async () => {
    const never = new Promise<Page>(() => undefined);
    const page = open({}, (request) =>
      request.target === "team/project-1" ? { choices: [one("only.there")], next: null } : never,
    );
    await look(page, /^Assignees/, "only");
    await option("only.there");
    await page.user.keyboard("{Escape}");
    await page.user.click(await field(/^Project/));
    await page.user.click(await option("team/project-2"));
    await look(page, /^Assignees/, "only");
    await waitFor(() => expect(searches(page).at(-1)?.target).toBe("team/project-2"));
    expect(screen.queryByText("only.there"), "of another target").toBeNull();
  });

  it("brings further pages, each entry once", async () => {
    const page = open();
    await page.user.click(await field(/^Assignees/));
    await page.user.click(await option("More…"));
    await waitFor(async () => expect(await options()).toHaveLength(100));
    expect(new Set(await options()).size, "the pages overlap by one entry").toBe(100);
    expect(searches(page).map((request) => request.page)).toEqual([null, "49"]);
  });

  it("goes on by itself through empty pages, and lets the person go on after that", async () => {
    const page = open({}, (request) => {
      if (request.search === "") return choicesPage(request);
      const at = Number(request.page ?? "0");
      return at === 25 ? { choices: [one("late")], next: null } : { choices: [], next: String(at + 1) };
    });
    await look(page, /^Assignees/, "late");
    const further = await option("Look further…");
    expect(screen.getByText("Nothing of that name so far.")).toBeTruthy();
    expect(searches(page).filter((request) => request.search === "late")).toHaveLength(20);
    for (let asked = 20; asked < 26; asked++) {
      await page.user.click(further);
      await waitFor(() =>
        expect(searches(page).filter((request) => request.search === "late")).toHaveLength(asked + 1),
      );
    }
    expect(await option("late")).toBeTruthy();
    expect(await options(), "that was all").toEqual(["late"]);
  });

  // covers: S0.20
  it("lets nothing go against them when the target changes", async () => {
    const page = open({
      labels: ["component 29: part 17"],
      assignees: ["vera.wolf"],
      milestone: "2.0",
      settings: { area: "team-30/module-7" },
    });
    await page.user.click(await field(/^Project/));
    await page.user.click(await option("team/project-2"));
    expect(
      await screen.findByText(/team\/project-2 does not have it: milestone 2.0/),
      "a complete list",
    ).toBeTruthy();
    expect(await saved(page)).toMatchObject({
      target: "team/project-2",
      labels: ["component 29: part 17"],
      assignees: ["vera.wolf"],
      milestone: null,
      settings: { area: "team-30/module-7" },
    });
  });

  it("says that a search failed, and searches again", async () => {
    let broken = true;
    const page = open({}, (request) => {
      if (broken && (request.search === "vera" || request.page !== null)) throw trouble;
      return choicesPage(request);
    });
    await look(page, /^Assignees/, "vera");
    expect(await screen.findByText(trouble.message)).toBeTruthy();
    broken = false;
    await page.user.click(await option("Try again"));
    expect(await option("vera.abe")).toBeTruthy();
    expect(screen.queryByText(trouble.message)).toBeNull();
    broken = true;
    await page.user.click(await option("More…"));
    expect(await screen.findByText(trouble.message)).toBeTruthy();
    expect(await option("vera.abe"), "what was read stays").toBeTruthy();
    broken = false;
    await page.user.click(await option("Try again"));
    await waitFor(async () => expect(await options(), "all of them").toHaveLength(60));
    expect(screen.queryByText(trouble.message)).toBeNull();
  });
});

describe("lists that were read whole", () => {
  const open = () =>
    renderWith(<ConnectionsPage />, {
      rpc: {
        ...(findingAnswers(40) as unknown as Answers),
        ...(connectionAnswers(false).answers as unknown as Answers),
      },
      route: "/connections/targets/1",
    });

  it("are sifted here, and whoever is not in them cannot be chosen", async () => {
    const { user, sent } = open();
    await screen.findAllByText(/missing/);
    const people = await screen.findByRole("combobox", { name: /^Assignees/ });
    await user.click(people);
    await user.keyboard("ro");
    const list = await openList();
    expect(
      within(list)
        .getAllByRole("option", HIDDEN)
        .map((one) => one.textContent),
    ).toEqual(["robin"]);
    await user.keyboard("{Enter}nobody{Enter}");
    expect(screen.getByText("Nobody of that name can be assigned there.")).toBeTruthy();
    await user.tab();
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() =>
      expect(sent.find((call) => call.name === "mapping_save")?.request).toMatchObject({
        assignees: ["kim", "robin"],
      }),
    );
    expect(
      sent.some((call) => call.name === "connection_choices"),
      "nothing is asked",
    ).toBe(false);
  });

  it("of targets: what is hidden and why is said in the list, and is no failure", async () => {
    const { user } = open();
    await user.click(await screen.findByRole("combobox", { name: /^Repository/ }));
    const words = await screen.findByText(/^2 organisations are hidden until/);
    expect(words.closest("[role=alert]")).toBeNull();
    const list = within(await openList());
    expect(list.getByRole("option", { name: "acme/web", ...HIDDEN }), "the others are there").toBeTruthy();
  });
});
