import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { importAnswers, madeDelta, madeImport } from "../../testing/fake/imports";
import { type Answers, renderWith } from "../../testing/render";
import type { ImportRun } from "../../wire/contract";
import { fileName, isTable, setFiles } from "./files";
import { ImportSummary } from "./ImportSummary";
import ImportsPage from "./imports.page";
import { deltaLines, deltaShort, importHeadline, placeWords } from "./importWords";

afterEach(() => setFiles([]));

describe("an import in words", () => {
  it("names what changed and leaves out what did not", () => {
    const delta = madeDelta({ new: 12, reopened: 1, gone: 4, unchanged: 1180, lost: 2, proposals: 1 });
    expect(deltaLines(delta).map((line) => line.words)).toEqual([
      "12 new",
      "1 reopened: closed before, found again",
      "4 not found any more",
      "1,180 unchanged",
      "1 suppression waits as a proposal",
      "2 records could not be read",
    ]);
    expect(deltaShort(delta)).toBe("12 new, 1 reopened, 4 not found any more, 2 not readable");
    expect(deltaShort(madeDelta({ unchanged: 9 }))).toBe("Nothing changed");
  });

  it("tells a preview from an import", () => {
    const done = madeImport();
    expect(importHeadline(done, true)).toBe("This would change «shop-backend»");
    expect(importHeadline(done, false)).toBe("Imported into «shop-backend»");
    expect(importHeadline(madeImport({ delta: madeDelta({ unchanged: 3 }) }), false)).toBe(
      "Nothing in «shop-backend» changed",
    );
  });

  it("says where a warning belongs", () => {
    expect(placeWords({ file: null, record: "runs[0].results[17]", line: 204, column: 3 })).toBe(
      "runs[0].results[17], line 204, column 3",
    );
    expect(placeWords({ file: "a.sarif", record: null, line: null, column: null })).toBe("a.sarif");
  });

  it("knows names and tables whatever the system", () => {
    expect(fileName("C:\\reports\\a.sarif")).toBe("a.sarif");
    expect(fileName("/tmp/reports/")).toBe("reports");
    expect(isTable("/tmp/A.CSV", null)).toBe(true);
    expect(isTable("/tmp/a.csv", "sarif"), "the person's word counts").toBe(false);
  });

  it("says that the very same bytes were imported before", async () => {
    renderWith(
      <ImportSummary dry={false} done={madeImport({ same_as: "4", delta: madeDelta({ unchanged: 5 }) })} />,
      {
        rpc: {
          import_detail: () => ({ import: madeImport({ started: "2026-11-18T09:12:00Z" }), warnings: [] }),
        },
      },
    );
    expect(
      await screen.findByText(/These very bytes were imported on 18 Nov 2026.*nothing changed/),
    ).toBeTruthy();
  });
});

describe("importing", () => {
  const APPLICATION = { id: "app-0", name: "shop-backend", created: "", active: 1, findings: 1 };
  const rpc = (): Answers => ({
    ...(importAnswers(true).answers as Answers),
    application_list: () => ({ applications: [APPLICATION] }),
    application_add: ({ name }) => ({ ...APPLICATION, id: "new", name }),
  });
  const held = madeImport({
    runs: madeImport().runs.map((run) => ({ ...run, held_back: "1,100 of 1,135 are missing." })),
    warnings: [
      { message: "A result was left out.", place: { file: null, record: "row 3", line: null, column: null } },
    ],
    warning_count: 1,
  });

  it("previews first, offers to close what was held back, then imports the same way", async () => {
    const asked: ImportRun[] = [];
    const { user } = renderWith(<ImportsPage />, {
      rpc: rpc(),
      jobs: {
        import_run: (request) => {
          asked.push(request);
          return request.close_anyway ? madeImport() : held;
        },
      },
      route: "/imports?new=1",
    });
    act(() => setFiles(["/tmp/semgrep.sarif"]));
    await user.click(await screen.findByRole("button", { name: "Preview" }));
    expect(await screen.findByText("Preview, nothing was changed")).toBeTruthy();
    expect(asked[0]).toMatchObject({ path: "/tmp/semgrep.sarif", application: "app-0", dry_run: true });
    expect(screen.getByText(/Nothing was closed: 1,100 of 1,135 are missing./)).toBeTruthy();

    await user.click(screen.getByRole("button", { name: "Close them anyway" }));
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[1], "still only a preview").toMatchObject({ dry_run: true, close_anyway: true });
    await user.click(await screen.findByRole("button", { name: "Import" }));
    await waitFor(() => expect(asked).toHaveLength(3));
    expect(asked[2], "what was seen is what is done").toMatchObject({ dry_run: false, close_anyway: true });

    await user.click(await screen.findByRole("button", { name: "Show the new ones" }));
    expect(decodeURIComponent(window.location.hash)).toBe("#/findings?q=first:<1d+status:active");
  });

  it("starts one preview however long Enter is held", async () => {
    const asked: ImportRun[] = [];
    const { user } = renderWith(<ImportsPage />, {
      rpc: rpc(),
      jobs: {
        import_run: (request) => {
          asked.push(request);
          return new Promise(() => undefined);
        },
      },
      route: "/imports?new=1",
    });
    act(() => setFiles(["/tmp/a.sarif"]));
    await user.type(await screen.findByLabelText("Branch"), "main{Enter}{Enter}{Enter}");
    await waitFor(() => expect(asked.length).toBeGreaterThan(0));
    await user.type(screen.getByLabelText("Branch"), "{Enter}");
    expect(asked).toHaveLength(1);
  });

  it("makes a new application first when there is none", async () => {
    const asked: ImportRun[] = [];
    const { user, sent } = renderWith(<ImportsPage />, {
      rpc: { ...rpc(), application_list: () => ({ applications: [] }) },
      jobs: {
        import_run: (request) => {
          asked.push(request);
          return madeImport();
        },
      },
      route: "/imports?new=1",
    });
    act(() => setFiles(["/tmp/a.sarif"]));
    await user.click(await screen.findByRole("button", { name: "Import now" }));
    expect(screen.getByText("Give it a name."), "said at the field").toBeTruthy();
    expect(asked).toHaveLength(0);
    await user.type(screen.getByLabelText(/^Name of the new application/), "shop{Enter}");
    await waitFor(() => expect(asked).toHaveLength(1));
    expect(sent.find((call) => call.name === "application_add")?.request).toEqual({ name: "shop" });
    expect(asked[0], "Enter only looks").toMatchObject({ application: "new", dry_run: true });
    await user.click(screen.getByRole("button", { name: "Import now" }));
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[1]).toMatchObject({ application: "new", dry_run: false });
  });

  it("shows a report that cannot be read with its place", async () => {
    const { user } = renderWith(<ImportsPage />, {
      rpc: rpc(),
      jobs: {
        import_run: () => {
          throw {
            code: "report",
            message: "broken.sarif ends in the middle of a string.",
            hint: "Export it again.",
            context: { line: "88214", column: "17" },
            retry_at: null,
            trace_id: null,
          };
        },
      },
      route: "/imports?new=1",
    });
    act(() => setFiles(["/tmp/broken.sarif"]));
    await user.click(await screen.findByRole("button", { name: "Import now" }));
    expect(await screen.findByText("broken.sarif ends in the middle of a string.")).toBeTruthy();
    expect(screen.getByText("88214"), "the line").toBeTruthy();
  });
});
