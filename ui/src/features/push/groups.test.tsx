import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { setPushSelection } from "../../app/pushSelection";
import { madeMapping } from "../../testing/fake/connections";
import { CARD } from "../../testing/fake/kinds";
import { type Answers, renderWith } from "../../testing/render";
import type { GroupBy, GroupLine } from "../../wire/contract";
import { mappingWords } from "./GroupStep";
import { byKeys, handWords, merge, moveFindings, writeOtherwise } from "./grouping";
import PushPage from "./push.page";

afterEach(() => setPushSelection(null));

const COUNT = 357;
const NAMED = 300;

function line(at: number): GroupLine {
  return {
    name: at.toString(16).padStart(32, "0"),
    title: `src/main/java/testcode/Test${String(at).padStart(5, "0")}.java: 2 findings`,
    action: "create",
    issue: null,
    count: 2,
    severity: "medium",
    members: [{ id: `f${at}`, severity: "medium", title: "A cookie", place: `Test${at}.java:1` }],
  };
}

/** As the engine answers: the first groups of what is not left out. */
function answers(asked: GroupBy[] = [], total = COUNT, suggested = 0): Answers {
  const all = Array.from({ length: total }, (_, at) => line(at));
  return {
    app_status: () => ({ jobs: [], connections: [] }) as never,
    connection_kinds: () => ({ kinds: [CARD] }),
    connection_list: () => ({ connections: [] }),
    application_list: () => ({ applications: [] }),
    mapping_list: () => ({ mappings: [madeMapping()] }),
    finding_count: () => ({ total: 2 * total, severities: [], linked: 0, suggested }),
    group_preview: ({ group_by }) => {
      asked.push(group_by);
      const out = new Set(group_by.edits.map((edit) => (edit.type === "leave_out_group" ? edit.group : "")));
      const left = all.filter((group) => !out.has(group.name));
      return {
        findings: 2 * total,
        groups: left.length,
        new: left.length,
        linked: 0,
        left_out: 2 * (all.length - left.length),
        warnings: [],
        first: left.slice(0, NAMED),
      };
    },
  };
}

function open(asked?: GroupBy[], total?: number) {
  setPushSelection({ type: "ids", ids: ["1"] });
  return renderWith(<PushPage />, { rpc: answers(asked, total), route: "/push?mapping=1&by=file" });
}

describe("the list of groups", () => {
  it("shows the groups behind the first three hundred, and changes nothing by that", async () => {
    const asked: GroupBy[] = [];
    const { user } = open(asked);
    await user.click(await screen.findByRole("button", { name: "Show 57 more groups" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: /more group/ })).toBeNull());
    const list = screen.getByRole("listbox", { name: "Groups" });
    list.focus();
    await user.keyboard("{End}");
    expect(screen.getByRole("heading", { level: 3 }).textContent).toBe(line(COUNT - 1).title);
    expect(screen.getByText("Group 357 of 357")).toBeTruthy();
    expect(screen.getByText("714 findings → 357 issues"), "nothing was left out").toBeTruthy();
    expect(screen.queryByText(/by hand/), "no change by hand").toBeNull();
    expect(asked.at(-1)?.edits).toHaveLength(NAMED);
  });

  it("keeps them in view when a group is changed by hand", async () => {
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Show 57 more groups" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: /more group/ })).toBeNull());
    await user.click(screen.getByRole("button", { name: "Leave out" }));
    expect(await screen.findByText("714 findings → 356 issues")).toBeTruthy();
    const list = screen.getByRole("listbox", { name: "Groups" });
    list.focus();
    await waitFor(async () => {
      await user.keyboard("{End}");
      expect(screen.getByText("Group 356 of 356")).toBeTruthy();
    });
  });

  it("finds a group by a part of its title", async () => {
    const { user } = open();
    await user.type(await screen.findByLabelText("Find a group"), "test00123.JAVA");
    const list = screen.getByRole("listbox", { name: "Groups" });
    expect(await screen.findByText("1 group among the first 300"), "says where it looked").toBeTruthy();
    await user.click(within(list).getByRole("option"));
    expect(screen.getByRole("heading", { level: 3 }).textContent).toBe(line(123).title);
    expect(screen.getByText("Group 124 of 357")).toBeTruthy();
  });

  it("merges into the only hit with Enter", async () => {
    const asked: GroupBy[] = [];
    const { user } = open(asked, 12);
    await user.click(await screen.findByRole("button", { name: "Merge into…" }));
    await user.type(await screen.findByLabelText("Merge into… Find a group"), "00007");
    await user.keyboard("{Enter}");
    await waitFor(() =>
      expect(asked.at(-1)?.edits).toEqual([{ type: "merge", from: line(0).name, into: line(7).name }]),
    );
  });

  it("marks what a person decided", async () => {
    const by = byKeys(["file"]);
    const template = { title: "x", body: "y" };
    expect(handWords(by, line(1))).toBeNull();
    expect(handWords(writeOtherwise(by, line(1).name, template), line(1))).toBe("written otherwise");
    expect(handWords(writeOtherwise(by, line(1).name, template), line(2))).toBeNull();
    expect(handWords(merge(by, line(2).name, line(1).name), line(1))).toBe("changed by hand");
    expect(handWords(moveFindings(by, ["f1"], null), line(1)), "a group of its own").toBe("changed by hand");
    const { user } = open(undefined, 12);
    await user.click(await screen.findByRole("button", { name: "Merge into…" }));
    await user.type(await screen.findByLabelText("Merge into… Find a group"), "00003{Enter}");
    const list = screen.getByRole("listbox", { name: "Groups" });
    const mark = await within(list).findByRole("img", { name: "changed by hand" });
    expect(mark.closest("[role=option]")?.textContent, "at that group alone").toContain("Test00003.java");
  });
});

describe("findings about which something is suggested", () => {
  it("are named before they become issues, with the way to them", async () => {
    setPushSelection({ type: "matching", query: "severity:high", application: null, except: [] });
    renderWith(<PushPage />, { rpc: answers([], 12, 3), route: "/push?mapping=1&by=file" });
    expect(await screen.findByText(/Suggestions about 3 findings wait/)).toBeTruthy();
    const link = screen.getByRole("link", { name: "Look at them first" });
    expect(decodeURIComponent(link.getAttribute("href") ?? "").replaceAll("+", " ")).toContain(
      "severity:high proposal:yes",
    );
  });

  it("are not spoken of where there are none", async () => {
    open(undefined, 12);
    await screen.findByRole("button", { name: /Preview 12 issues/ });
    expect(screen.queryByText(/Suggestions about/)).toBe(null);
  });
});

describe("the choice of a mapping", () => {
  it("names label, target and connection once", () => {
    const mapping = { ...madeMapping(), target: "acme/shop", active: true };
    const words = (label: string, through?: string) => mappingWords({ ...mapping, label }, through);
    expect(words("acme/shop · acme on GitHub", "acme on GitHub")).toBe("acme/shop · acme on GitHub");
    expect(words("acme/shop", "acme on GitLab")).toBe("acme/shop · acme on GitLab");
    expect(words("Shop", "acme on GitLab")).toBe("Shop · acme/shop · acme on GitLab");
    expect(words("acme/shop · acme on GitHub 2", "acme on GitHub"), "another one's name").toBe(
      "acme/shop · acme on GitHub 2 · acme on GitHub",
    );
    expect(mappingWords({ ...mapping, label: "Shop", active: false }, undefined)).toBe(
      "Shop · acme/shop (off)",
    );
  });
});
