import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { reportOf, verifying } from "../../../testing/fake/checks";
import { connectionAnswers } from "../../../testing/fake/connections";
import { findingAnswers } from "../../../testing/fake/findings";
import { type Answers, type JobAnswers, renderWith } from "../../../testing/render";
import type { MappingSave } from "../../../wire/contract";
import ConnectionsPage from "../connections.page";

// The whole form is drawn each time, which a busy machine takes long for.
vi.setConfig({ testTimeout: 120_000 });

describe("the mapping's page", () => {
  const rpc = (): Answers => ({
    ...(findingAnswers(40) as unknown as Answers),
    ...(connectionAnswers(false).answers as unknown as Answers),
  });
  const open = (id: string, jobs: JobAnswers = {}) =>
    renderWith(<ConnectionsPage />, { rpc: rpc(), jobs, route: `/connections/targets/${id}` });
  const field = (name: RegExp) => screen.findByRole("combobox", { name });
  const saved = (sent: { name: string; request: unknown }[]): MappingSave =>
    sent.findLast((call) => call.name === "mapping_save")?.request as MappingSave;
  const save = async ({ user, sent }: ReturnType<typeof renderWith>): Promise<MappingSave> => {
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(saved(sent), "it is sent").toBeDefined());
    return saved(sent);
  };

  it("reads the fields again when the target changes, and says what was let go", async () => {
    const { user, sent } = renderWith(<ConnectionsPage />, { rpc: rpc(), route: "/connections/targets/1" });
    const picker = await screen.findByLabelText(/^Repository/, { selector: "input" });
    await screen.findAllByText("kim");
    await user.click(picker);
    await user.click(await screen.findByText("acme/web"));
    expect(await screen.findByText(/acme\/web does not have it: assignee kim, milestone 2.0/)).toBeTruthy();
    expect(screen.getAllByText("security").length, "the label is valid there too").toBeGreaterThan(0);
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(sent.some((call) => call.name === "mapping_save")).toBe(true));
    expect(sent.find((call) => call.name === "mapping_save")?.request).toMatchObject({
      target: "acme/web",
      labels: ["security"],
      assignees: [],
      milestone: null,
    });
  });

  describe("a new one", () => {
    const target = async () => (await field(/^Repository/)) as HTMLInputElement;
    const fresh = (params: string, over: Answers = {}) =>
      renderWith(<ConnectionsPage />, {
        rpc: { ...rpc(), ...over },
        route: `/connections/targets/new?${params}`,
      });
    const one = () => ({
      applications: [
        { id: "app-0", name: "shop-backend", findings: 40, active: 30, created: "2026-11-03T08:00:00Z" },
      ],
    });

    it("knows the target that was pasted with the connection, and the only application", async () => {
      const page = fresh("connection=1", { application_list: one });
      await waitFor(async () => expect((await target()).value).toBe("acme/shop"));
      expect(screen.getByLabelText("Label").getAttribute("placeholder"), "named after it").toBe("acme/shop");
      expect(await save(page), "there is no other application").toMatchObject({
        connection: "1",
        target: "acme/shop",
        applications: ["app-0"],
      });
    });

    it("can go elsewhere, also through another connection, whose address names no target", async () => {
      const page = fresh("connection=1");
      await waitFor(async () => expect((await target()).value).toBe("acme/shop"));
      await page.user.click(await target());
      await page.user.click(await screen.findByText("acme/web"));
      expect((await target()).value, "what was chosen stays").toBe("acme/web");
      await page.user.click(screen.getByLabelText(/^Connection/, { selector: "input" }));
      await page.user.click(await screen.findByText("Enterprise"));
      await waitFor(async () => expect((await target()).value).toBe(""));
      await page.user.click(screen.getByLabelText(/^Connection/, { selector: "input" }));
      await page.user.click(await screen.findByText("acme on GitHub"));
      await waitFor(async () => expect((await target()).value, "known again").toBe("acme/shop"));
    });

    it("is for the application that is pushed, and leads back there", async () => {
      const page = fresh("connection=1&application=app-1&back=push");
      await waitFor(async () => expect((await target()).value).toBe("acme/shop"));
      await page.user.click(screen.getByRole("button", { name: "Save and go on" }));
      await waitFor(() => expect(saved(page.sent)).toMatchObject({ applications: ["app-1"] }));
      await waitFor(() => expect(window.location.hash).toMatch(/^#\/push\?mapping=/));
    });
  });

  it("says what is missing in a new one, shows where, and sends nothing", async () => {
    const shown = vi.spyOn(Element.prototype, "scrollIntoView");
    const { user, sent } = renderWith(<ConnectionsPage />, { rpc: rpc(), route: "/connections/targets/new" });
    await user.click(await screen.findByRole("button", { name: "Save" }));
    expect(screen.getByText("Choose at least one application.")).toBeTruthy();
    const first = screen.getByLabelText(/^Applications/, { selector: "input" });
    expect(document.activeElement, "where it is to be filled in").toBe(first);
    expect(shown, "brought into sight").toHaveBeenCalled();
    expect(sent.some((call) => call.name === "mapping_save")).toBe(false);
  });

  // covers: X12
  it("lets a person choose what stays here, and tries it at once", async () => {
    const page = open("1");
    const trial = await screen.findByLabelText("Text to try it on");
    await page.user.clear(trial);
    await page.user.type(trial, "ask bob@acme.com");
    const section = screen.getByTestId("guard-trial");
    await waitFor(() => expect(section.querySelector("del")?.textContent).toBe("bob@acme.com"));
    expect(section.querySelector("ins")?.textContent, "what is sent instead").toBe("[e-mail]");
    await page.user.click(screen.getByRole("switch", { name: /^E-mail addresses/ }));
    expect(await within(section).findByText("Nothing of this would be kept back.")).toBeTruthy();
    await page.user.click(screen.getByRole("switch", { name: /^E-mail addresses/ }));
    await page.user.type(screen.getByLabelText(/^Allowed/, { selector: "input" }), "bob@acme.com{Enter}");
    expect(await within(section).findByText("Nothing of this would be kept back.")).toBeTruthy();
    await page.user.click(screen.getByRole("button", { name: "Add a pattern" }));
    await page.user.type(screen.getByLabelText("Name of pattern 1"), "tickets");
    await page.user.type(screen.getByLabelText("Pattern 1"), "a(");
    expect((await within(section).findByRole("alert")).textContent, "where it is wrong").toContain(
      "character 3",
    );
    await page.user.type(screen.getByLabelText("Pattern 1"), "b)");
    expect((await save(page)).guard).toEqual({
      off: [],
      allowed: ["bob@acme.com"],
      patterns: [{ name: "tickets", pattern: "a(b)" }],
    });
  });

  it("offers the findings as a file only where issues take files", async () => {
    const page = open("3");
    await page.user.click(await screen.findByRole("switch", { name: /^Findings as a file/ }));
    expect((await save(page)).findings_file, "chosen").toBe(true);
    page.unmount();
    open("1");
    await screen.findByRole("switch", { name: /^Also a label for the severity/ });
    expect(screen.queryByRole("switch", { name: /^Findings as a file/ }), "this kind takes none").toBeNull();
  });

  // covers: S0.20
  it("reads dependent fields again, keeps what is still valid, and names what was let go", async () => {
    const page = open("3");
    const board = await field(/^Board/);
    await page.user.click(board);
    await page.user.click(await screen.findByText("firmware"));
    expect(await screen.findByText(/does not have it: Type Bug/), "said by name").toBeTruthy();
    await waitFor(() =>
      expect((screen.getByRole("combobox", { name: /^Type/ }) as HTMLInputElement).value, "the default").toBe(
        "Defect",
      ),
    );
    const request = await save(page);
    expect(request.settings, "team and area are valid on that board too").toEqual({
      board: "firmware",
      type: "Defect",
      team: "blue",
      area: "Checkout",
      confidential: "true",
    });
  });

  it("says which field has to be filled in, and drops the fields of another type", async () => {
    const page = open("3");
    const type = await field(/^Type/);
    expect(await field(/^Responsible team/)).toBeTruthy();
    await page.user.click(type);
    await page.user.click(await screen.findByText("Task"));
    expect(await screen.findByText(/does not have it: Responsible team blue/)).toBeTruthy();
    expect(screen.queryByRole("combobox", { name: /^Responsible team/ }), "tasks have no team").toBeNull();
    expect((await save(page)).settings).not.toHaveProperty("team");
  });

  // covers: S1.3
  it("begins with the kind's defaults, as they are saved", async () => {
    const page = open("new");
    await page.user.click(await screen.findByLabelText(/^Applications/, { selector: "input" }));
    await page.user.click(await screen.findByText("shop-web"));
    await page.user.click(await screen.findByLabelText(/^Connection/, { selector: "input" }));
    await page.user.click(await screen.findByText("acme on GitHub"));
    await page.user.click(await field(/^Repository/));
    await page.user.click(await screen.findByText("acme/billing"));
    expect(
      await screen.findByText(
        /GitHub issues have no fields for severity and status. If a project of yours has them, choose it under «Project» above/,
      ),
    ).toBeTruthy();
    expect(screen.queryByRole("combobox", { name: "Critical becomes" }), "nothing to map to").toBeNull();
    expect((await screen.findByTestId("mapping-preview")).textContent, "nothing is promised").not.toContain(
      "P4",
    );
    await page.user.click(await field(/^Project/));
    await page.user.click(await screen.findByText("Security board"));
    await screen.findByRole("combobox", { name: "Critical becomes" });
    expect(await save(page)).toMatchObject({
      labels: ["security"],
      severity: { field: "Priority", values: { info: "P0", critical: "P4" } },
      status: { field: "Status", values: { active: "In Progress", risk_accepted: "Done" } },
    });
  });

  it("begins with what fits where the usual values do not exist", async () => {
    const { answers } = connectionAnswers(false);
    const own: Answers = { ...rpc(), ...(answers as unknown as Answers) };
    own.connection_fields = (request) => {
      const offered = answers.connection_fields(request);
      const status = offered.status.map((field) => ({
        ...field,
        values: ["New", "Done"].map((value) => ({ value, label: value, note: null })),
        fitting: { active: "New", closed: "Done" },
      }));
      return { ...offered, status };
    };
    const page = renderWith(<ConnectionsPage />, { rpc: own, route: "/connections/targets/new" });
    await page.user.click(await screen.findByLabelText(/^Applications/, { selector: "input" }));
    await page.user.click(await screen.findByText("shop-web"));
    await page.user.click(await screen.findByLabelText(/^Connection/, { selector: "input" }));
    await page.user.click(await screen.findByText("acme on GitHub"));
    await page.user.click(await field(/^Repository/));
    await page.user.click(await screen.findByText("acme/billing"));
    await page.user.click(await field(/^Project/));
    await page.user.click(await screen.findByText("Security board"));
    await screen.findByRole("combobox", { name: "Critical becomes" });
    expect(await save(page)).toMatchObject({ status: { values: { active: "New", closed: "Done" } } });
  });

  it("waits for a new one that the list does not have yet", async () => {
    const own = connectionAnswers(false).answers;
    const answers: Answers = { ...rpc(), ...(own as unknown as Answers) };
    const list = own.mapping_list;
    let asked = 0;
    let release: (value: ReturnType<typeof list>) => void = () => undefined;
    answers.mapping_list = () => {
      asked += 1;
      return asked === 1 ? list() : new Promise((resolve) => (release = resolve));
    };
    const page = renderWith(<ConnectionsPage />, { rpc: answers, route: "/connections/targets/new" });
    await page.user.click(await screen.findByLabelText(/^Applications/, { selector: "input" }));
    await page.user.click(await screen.findByText("shop-web"));
    await page.user.click(await screen.findByLabelText(/^Connection/, { selector: "input" }));
    await page.user.click(await screen.findByText("acme on GitHub"));
    await page.user.click(await field(/^Repository/));
    await page.user.click(await screen.findByText("acme/billing"));
    await save(page);
    await waitFor(() => expect(asked, "the list is read again").toBeGreaterThan(1));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Save" })).toBeNull());
    expect(screen.queryByText("There is no such mapping"), "it is there in a moment").toBeNull();
    release(list());
    expect(await screen.findByRole("heading", { name: "acme/billing" })).toBeTruthy();
  });

  it("points out priorities the wrong way round and turns them with one click, and back", async () => {
    const page = open("1");
    const critical = (await field(/^Critical becomes/)) as HTMLInputElement;
    const row = within(critical.closest("tr") as HTMLElement);
    expect(critical.value).toBe("P4");
    expect(await row.findByText(/missing/), "P4 is no option there").toBeTruthy();
    expect(screen.getByText(/Most people read P0 as the most urgent/)).toBeTruthy();
    await page.user.click(screen.getByRole("button", { name: "Turn round" }));
    expect(critical.value).toBe("P0");
    expect(row.getByText(/exists/), "looked at once more").toBeTruthy();
    expect(screen.getByText(/Turned round: Critical becomes P0, Info P4/)).toBeTruthy();
    await page.user.click(screen.getByRole("button", { name: "Turn back" }));
    expect(critical.value).toBe("P4");
  });

  it("shows what a reason inherits, takes a value of its own, and gives it up again", async () => {
    const page = open("1");
    const duplicate = (await field(/^Duplicate becomes/)) as HTMLInputElement;
    const row = within(duplicate.closest("tr") as HTMLElement);
    expect(duplicate.value, "nothing of its own").toBe("");
    expect(duplicate.placeholder, "in grey").toBe("Done");
    expect(row.getByText("as Closed")).toBeTruthy();
    await page.user.click(duplicate);
    await page.user.keyboard("Twice{Enter}");
    expect(duplicate.value, "anything may be entered").toBe("Twice");
    expect(row.getByText(/missing/)).toBeTruthy();
    await page.user.click(row.getByRole("button", { name: "As Closed" }));
    expect(row.getByText("as Closed")).toBeTruthy();
  });

  it("tries a template on a real finding while it is typed, and says where something is wrong", async () => {
    const page = open("1");
    const title = (await screen.findByLabelText("Title")) as HTMLInputElement;
    await page.user.click(title);
    await page.user.paste("[{{ severity }}] ");
    await page.user.click(screen.getByRole("button", { name: /^tool:/ }));
    const preview = within(await screen.findByTestId("mapping-preview"));
    expect(await preview.findByText("[High] Semgrep"), "as the engine writes it").toBeTruthy();
    const text = (await screen.findByLabelText("Text")) as HTMLTextAreaElement;
    await page.user.click(text);
    await page.user.paste("Ask **us** first.\n\n");
    await page.user.click(screen.getByRole("button", { name: /^default:/ }));
    expect(text.value).toBe("Ask **us** first.\n\n{{ default }}");
    expect((await preview.findByText("us")).tagName, "Markdown is shown as such").toBe("STRONG");
    await page.user.click(preview.getByRole("radio", { name: "A rule" }));
    expect(await preview.findByText(/On 7 real findings/), "a group").toBeTruthy();
    await page.user.click(preview.getByRole("button", { name: "Another one" }));
    expect(await preview.findByText(/2 of 4/)).toBeTruthy();

    await page.user.click(text);
    await page.user.paste("\n{{ severty }}");
    expect(await screen.findByText(/«severty» stands for nothing. Did you mean «severity»/)).toBeTruthy();
    await page.user.click(screen.getByRole("button", { name: "Line 4, column 4" }));
    await waitFor(() =>
      expect(text.value.slice(text.selectionStart, text.selectionEnd), "shown in its place").toBe("severty"),
    );
    await page.user.click(screen.getByRole("button", { name: "Save" }));
    expect(
      await screen.findByText(/In the body's template, line 4, column 4/),
      "it is not kept",
    ).toBeTruthy();
  });

  it("takes labels as a text with commas", async () => {
    const page = open("1");
    const labels = await screen.findByLabelText("Labels", { selector: "input" });
    await page.user.click(labels);
    await page.user.paste("triage, Security ,web");
    await page.user.tab();
    expect((await save(page)).labels, "each once").toEqual(["security", "triage", "web"]);
  });

  it("creates what was agreed to, and shows what came of it", async () => {
    const made = { done: ["The label «severity: info» was created."], failed: [], report: reportOf([]) };
    const page = open("1", {
      mapping_verify: () => reportOf(verifying([])),
      mapping_repair: (request) => ({ ...made, report: reportOf(verifying(request.repairs)) }),
    });
    await screen.findByRole("combobox", { name: "Critical becomes" });
    await page.user.click(screen.getAllByRole("button", { name: "Verify" })[0] as HTMLElement);
    expect(await screen.findByText(/Docket can create the option «P4» of Priority, the label/)).toBeTruthy();
    expect(screen.getByText("1.9, 2.1"), "what exists instead").toBeTruthy();
    expect(
      within(screen.getByRole("list", { name: /What to do about Assignee kim/ })).getAllByRole("listitem")
        .length,
      "where Docket cannot: the steps",
    ).toBe(3);
    await page.user.click(screen.getByRole("checkbox", { name: "Create the milestone «2.0»" }));
    await page.user.click(screen.getByRole("button", { name: "Create the 2 missing" }));
    expect(await screen.findByText("The label «severity: info» was created.")).toBeTruthy();
    expect(page.sent.find((call) => call.name === "mapping_repair")?.request).toEqual({
      id: "1",
      repairs: [
        { kind: "option", field: "Priority", name: "P4" },
        { kind: "label", field: null, name: "severity: info" },
      ],
    });
    expect(screen.getByText(/1 created in GitHub, then looked again/)).toBeTruthy();
    const milestone = screen.getByRole("checkbox", { name: "Create the milestone «2.0»" });
    expect((milestone as HTMLInputElement).checked, "still missing, and still not agreed to").toBe(false);
    expect(screen.getByText(/Nothing is chosen/)).toBeTruthy();
  });
});
