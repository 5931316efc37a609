import { act, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { importAnswers, madeDelta, madeImport, madePreview, madeTakeBack } from "../../testing/fake/imports";
import { madeWatch, madeWatchedFile, watchAnswers } from "../../testing/fake/watches";
import { type Answers, renderWith } from "../../testing/render";
import type { ImportLook, ImportRun, JobEvent, WatchAdd } from "../../wire/contract";
import { clearBatch, takeFiles } from "./batch";
import { addFiles, fileName, setFiles } from "./files";
import { ImportSummary } from "./ImportSummary";
import ImportsPage from "./imports.page";
import {
  changeWords,
  deltaLines,
  deltaShort,
  importHeadline,
  keptWords,
  placeWords,
  problemPlace,
  takeBackLines,
} from "./importWords";
import { names } from "./watchWords";

afterEach(() => {
  clearBatch();
  setFiles([]);
});

describe("an import in words", () => {
  it("names what changed and leaves out what did not", () => {
    const delta = madeDelta({ new: 12, reopened: 1, gone: 4, unchanged: 1180, lost: 2, proposals: 1 });
    expect(deltaLines(delta).map((line) => line.words)).toEqual([
      "12 new",
      "1 reopened: closed before, found again",
      "4 not found any more",
      "1,180 unchanged",
      "1 suggestion waits for an answer",
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

  it("knows names whatever the system", () => {
    expect(fileName("C:\\reports\\a.sarif")).toBe("a.sarif");
    expect(fileName("/tmp/reports/")).toBe("reports");
  });

  it("says in one line what files are compared by, and where one is broken", () => {
    const delta = madeDelta({ new: 12, unchanged: 1100, updated: 80, gone: 4, lost: 1, records: 1193 });
    expect(changeWords(delta)).toBe("12 new · 1,180 known · 4 fixed · 1 not readable");
    expect(changeWords(madeDelta()), "an empty report is not «0 new»").toBe("no findings in it");
    const broken = {
      code: "report" as const,
      message: "",
      hint: null,
      context: { report: "a.zip", entry: "scan/b.json", column: "17", line: "88214" },
      retry_at: null,
      trace_id: null,
    };
    expect(problemPlace(broken)).toBe("scan/b.json, line 88214, column 17");
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

const APPLICATION = { id: "app-0", name: "shop-backend", created: "", active: 1, findings: 1 };

function rpc(): Answers {
  return {
    ...(importAnswers(true).answers as Answers),
    watch_list: () => ({ folders: [] }),
    application_list: () => ({ applications: [APPLICATION] }),
    application_add: ({ name }) => ({ ...APPLICATION, id: "new", name }),
    job_cancel: () => ({ count: 1 }),
  };
}

function problem(
  message: string,
  context: Record<string, string> = {},
  code: "report" | "cancelled" = "report",
) {
  return { code, message, hint: null, context, retry_at: null, trace_id: null };
}

describe("importing many files", () => {
  const row = async (name: string): Promise<HTMLElement> => {
    const cell = await screen.findByText(name);
    const found = cell.closest("tr");
    if (found === null) throw new Error(`there is no row for ${name}`);
    return found;
  };

  it("recognises each, reads each, and stores nothing and adds no application before «Import»", async () => {
    const looked: ImportLook[] = [];
    const asked: ImportRun[] = [];
    const { user, sent } = renderWith(<ImportsPage />, {
      rpc: { ...rpc(), application_list: () => ({ applications: [] }) },
      jobs: {
        import_look: (request) => {
          looked.push(request);
          return madePreview({ compared: false, delta: madeDelta({ new: 7, records: 7 }) });
        },
        import_run: (request) => {
          asked.push(request);
          return madeImport();
        },
      },
      route: "/imports?new=1",
    });
    act(() => setFiles(["/tmp/scans", "/tmp/x.bin"]));
    expect((await row("semgrep.sarif")).textContent).toContain("SARIF 2.1.0");
    await waitFor(() => expect(looked).toHaveLength(4));
    expect(
      looked.every((look) => look.application === null),
      "one that does not exist yet",
    ).toBe(true);
    expect((await row("semgrep.sarif")).textContent, "tool and version").toContain("Semgrep 1.142.0");
    expect((await row("all.zip")).textContent, "an archive says what is in it").toContain("2 reports in it");
    expect((await row("x.bin")).textContent, "with its error").toContain(
      "not in a format that Docket recognises",
    );
    expect(
      screen.queryByText("notes.txt")?.closest("tr") ?? null,
      "no report, and not meant to be",
    ).toBeNull();
    expect(screen.getByText(/1 other file left alone · 1 hidden/)).toBeTruthy();

    await user.click(screen.getByRole("button", { name: "Leave out trivy.json" }));
    await user.click(screen.getByRole("button", { name: "Import 3 reports" }));
    expect(screen.getByText("Give it a name."), "said at the field").toBeTruthy();
    expect(
      sent.some((call) => call.name === "application_add"),
      "nothing is added yet",
    ).toBe(false);
    await user.type(screen.getByLabelText(/^Name of the new application/), "shop");
    await user.click(screen.getByRole("button", { name: "Import 3 reports" }));
    await waitFor(() => expect(asked).toHaveLength(3));
    expect(asked.map((order) => order.path)).toEqual([
      "/tmp/scans/main/semgrep.sarif",
      "/tmp/scans/nightly/all.zip",
      "/tmp/scans/broken.sarif",
    ]);
    expect(asked[0]).toMatchObject({ application: "new", dry_run: false, close_anyway: false });
    const sum = await screen.findByTestId("batch-summary");
    expect(sum.textContent).toContain("3 reports imported");
    expect(sum.textContent, "findings of all of them").toContain("36 new");
  });

  it("goes on after a file that fails, and says which failed, where, for copying", async () => {
    const { user } = renderWith(<ImportsPage />, {
      rpc: rpc(),
      jobs: {
        import_look: () => madePreview(),
        import_run: (request) => {
          if (request.path.includes("broken")) {
            throw problem("broken.sarif ends in the middle of a string.", { line: "88214", column: "17" });
          }
          return madeImport();
        },
      },
      route: "/imports?new=1",
    });
    act(() => setFiles(["/tmp/broken.sarif", "/tmp/good.sarif"]));
    await user.click(await screen.findByRole("button", { name: "Import 2 reports" }));
    const sum = await screen.findByTestId("batch-summary");
    expect(sum.textContent).toContain("1 report imported, 1 not");
    expect((await row("good.sarif")).textContent).toContain("12 new");
    const broken = screen
      .getAllByTestId("batch-row")
      .find((one) => one.textContent?.includes("broken.sarif"));
    expect(broken?.textContent, "with its place in the file").toContain("line 88214, column 17");
    act(() => takeFiles(["/tmp/broken.sarif"]));
    expect(
      await screen.findByRole("button", { name: "Import 1 report" }),
      "dropped again, it is new",
    ).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Import 1 report" }));
    await waitFor(() => expect(screen.getByTestId("batch-summary").textContent).toContain("No report could"));
    act(() => takeFiles(["/tmp/good.sarif", "/tmp/broken.sarif"]));
    await user.click(await screen.findByRole("button", { name: "Import 2 reports" }));
    const last = await screen.findByTestId("batch-summary");
    await user.click(within(last).getByRole("button", { name: "Copy 1 failure" }));
    expect(await navigator.clipboard.readText()).toContain("/tmp/broken.sarif");
    await user.click(within(last).getByRole("button", { name: "Show the new ones" }));
    expect(decodeURIComponent(window.location.hash)).toBe("#/findings?q=first:<1d+status:active");
  });

  it("a file that is large neither holds up the others nor has to be read to its end", async () => {
    const stopped: unknown[] = [];
    let stop = (_: unknown): void => undefined;
    const { user } = renderWith(<ImportsPage />, {
      rpc: {
        ...rpc(),
        import_gather: ({ paths }) => ({
          files: paths.map((path) => ({
            path,
            within: fileName(path),
            in_folder: false,
            bytes: path.includes("million") ? 840_000_000 : 1000,
          })),
          passed: [],
          passed_count: 0,
        }),
        job_cancel: ({ id }) => {
          stopped.push(id);
          stop(problem("Cancelled.", {}, "cancelled"));
          return { count: 1 };
        },
      },
      jobs: {
        import_look: (request, onEvent: (event: JobEvent) => void) => {
          if (!request.path.includes("million")) return madePreview();
          onEvent({ job: "77", seq: 0, news: { type: "started" } });
          return new Promise((_, reject) => {
            stop = reject;
          });
        },
        import_run: () => madeImport(),
      },
      route: "/imports?new=1",
    });
    act(() => setFiles(["/tmp/million.sarif", "/tmp/a.sarif", "/tmp/b.sarif", "/tmp/c.sarif"]));
    await waitFor(async () => expect((await row("c.sarif")).textContent).toContain("12 new"));
    expect((await row("million.sarif")).textContent, "what it is is known at once").toContain("SARIF 2.1.0");
    await user.click(screen.getByRole("button", { name: "Stop reading million.sarif" }));
    expect(stopped).toEqual(["77"]);
    expect((await row("million.sarif")).textContent).toContain("not counted");
    await user.click(screen.getByRole("button", { name: "Import 4 reports" }));
    expect(
      (await screen.findByTestId("batch-summary")).textContent,
      "it can be imported all the same",
    ).toContain("4 reports imported");
  });

  it("one file is stopped and the next begins; stopping all begins no other", async () => {
    const begun: string[] = [];
    const ends = new Map<string, (reason: unknown) => void>();
    const { user } = renderWith(<ImportsPage />, {
      rpc: {
        ...rpc(),
        job_cancel: ({ id }) => {
          ends.get(id)?.(problem("Cancelled.", {}, "cancelled"));
          return { count: 1 };
        },
      },
      jobs: {
        import_look: () => madePreview(),
        import_run: (request, onEvent: (event: JobEvent) => void) => {
          begun.push(request.path);
          onEvent({ job: request.path, seq: 0, news: { type: "started" } });
          return new Promise((_, reject) => {
            ends.set(request.path, reject);
          });
        },
      },
      route: "/imports?new=1",
    });
    act(() => setFiles(["/tmp/a.sarif", "/tmp/b.sarif", "/tmp/c.sarif"]));
    const press = await screen.findByRole("button", { name: "Import 3 reports" });
    await user.dblClick(press);
    await waitFor(() => expect(begun).toEqual(["/tmp/a.sarif"]));
    await user.click(screen.getByRole("button", { name: "Do not import a.sarif" }));
    await waitFor(() => expect(begun).toEqual(["/tmp/a.sarif", "/tmp/b.sarif"]));
    await user.click(screen.getByRole("button", { name: "Stop" }));
    const sum = await screen.findByTestId("batch-summary");
    expect(sum.textContent).toContain("Nothing was imported");
    expect(begun, "the third was not begun").toHaveLength(2);
  });

  it("a file may have a format of its own, and the branch is one for all", async () => {
    const looked: ImportLook[] = [];
    const { user } = renderWith(<ImportsPage />, {
      rpc: rpc(),
      jobs: {
        import_look: (request) => {
          looked.push(request);
          return madePreview();
        },
      },
      route: "/imports?new=1",
    });
    act(() => setFiles(["/tmp/a.sarif"]));
    act(() => addFiles(["/tmp/b.csv", "/tmp/a.sarif"]));
    await waitFor(() => expect(looked).toHaveLength(2));
    expect(looked[0]).toMatchObject({ application: "app-0", branch: null });
    await user.type(screen.getByLabelText("Branch"), "main");
    await waitFor(() => expect(looked).toHaveLength(4));
    expect(
      looked.slice(2).every((look) => look.branch === "main"),
      "read once for what was typed",
    ).toBe(true);
    expect(screen.getByLabelText("Columns"), "asked for where there is a table").toBeTruthy();
    await user.click(screen.getByRole("button", { name: "More about a.sarif" }));
    await user.click(screen.getByRole("combobox", { name: "Format" }));
    await user.click(await screen.findByRole("option", { name: "CSV", hidden: true }));
    await waitFor(() => expect(looked.at(-1)).toMatchObject({ path: "/tmp/a.sarif", format: "csv" }));
  });

  it("says before that a report seems to belong elsewhere, and imports it only after a yes of its own", async () => {
    const asked: ImportRun[] = [];
    const mismatch = {
      kind: "application" as const,
      message: "This looks like the report of another application.",
      hint: "Import it into «payments».",
    };
    const { user } = renderWith(<ImportsPage />, {
      rpc: rpc(),
      jobs: {
        import_look: () => madePreview({ mismatch }),
        import_run: (request) => {
          asked.push(request);
          if (request.allow_mismatch) return madeImport();
          throw { ...problem(mismatch.message), code: "mismatch", hint: mismatch.hint };
        },
      },
      route: "/imports?new=1",
    });
    act(() => setFiles(["/tmp/semgrep.sarif"]));
    expect(await screen.findByText(/looks like the report of another application/), "before").toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Import 1 report" }));
    expect((await screen.findByTestId("batch-summary")).textContent).toContain("No report could be imported");
    await user.click(screen.getByRole("button", { name: "It belongs here, import it" }));
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(asked.map((order) => order.allow_mismatch)).toEqual([false, true]);
    expect((await screen.findByTestId("batch-summary")).textContent).toContain("1 report imported");
  });

  it("offers to close what was held back", async () => {
    const asked: ImportRun[] = [];
    const held = madeImport({
      runs: madeImport().runs.map((run) => ({ ...run, held_back: "1,100 of 1,135 are missing." })),
    });
    const { user } = renderWith(<ImportsPage />, {
      rpc: rpc(),
      jobs: {
        import_look: () => madePreview({ runs: held.runs }),
        import_run: (request) => {
          asked.push(request);
          return request.close_anyway ? madeImport() : held;
        },
      },
      route: "/imports?new=1",
    });
    act(() => setFiles(["/tmp/semgrep.sarif"]));
    expect((await screen.findAllByText("1,100 of 1,135 are missing.")).length, "said before").toBe(1);
    await user.click(screen.getByRole("button", { name: "Import 1 report" }));
    await user.click(await screen.findByRole("button", { name: "Close them anyway" }));
    await waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[1]).toMatchObject({ close_anyway: true, dry_run: false, application: "app-0" });
  });
});

describe("watched folders", () => {
  it("knows what a pattern names", () => {
    expect(names("{app}/{branch**}/*.sarif", "app") && names("{app}/{branch**}/*.sarif", "branch")).toBe(
      true,
    );
    expect(names("**/*.{sarif,json}", "app"), "a list is no name").toBe(false);
  });

  it("nothing is watched until a folder is added; the pattern is tried while it is typed", async () => {
    const tried: WatchAdd[] = [];
    const answers = watchAnswers(true).answers as Answers;
    const { user, sent } = renderWith(<ImportsPage />, {
      rpc: {
        ...rpc(),
        ...answers,
        watch_try: (request) => {
          tried.push(request);
          return (answers.watch_try as (request: WatchAdd) => never)(request);
        },
      },
    });
    expect(await screen.findByText(/Nothing is watched yet/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Watch a folder…" }));
    await user.type(screen.getByLabelText(/^Folder/), "/home/kim/scans");
    const trial = await screen.findByTestId("watch-trial");
    expect(trial.textContent, "which file goes where").toContain(
      "billing/release-2/trivy.sarifbilling newrelease-2",
    );
    expect(trial.textContent).toContain("2 files left alone: README.md");
    expect(tried.length, "tried once the typing rests").toBeLessThan(4);
    const pattern = screen.getByLabelText("Which files, and where they go");
    await user.clear(pattern);
    await user.paste("{team}/*");
    expect(await screen.findByText(/names {team}, which is neither/), "at its field").toBeTruthy();
    await user.clear(pattern);
    await user.paste("**/*.sarif");
    expect(
      screen.getByRole("combobox", { name: /^Application/ }),
      "now an application is needed",
    ).toBeTruthy();
    await user.clear(pattern);
    await user.paste("{app}/*.sarif");
    await user.click(await screen.findByRole("checkbox", { name: /Import the 12 files/ }));
    await user.click(screen.getByRole("button", { name: "Watch this folder" }));
    const added = await screen.findByTestId("watched-folder");
    expect(added.textContent).toContain("/home/kim/scans");
    expect(sent.find((call) => call.name === "watch_add")?.request).toMatchObject({
      pattern: "{app}/*.sarif",
      application: null,
      add_applications: true,
      take_existing: false,
    });
  });

  it("shows what asks and what failed first, and takes the answers", async () => {
    const closed: unknown[] = [];
    const { user, sent } = renderWith(<ImportsPage />, {
      rpc: { ...rpc(), ...(watchAnswers(false).answers as Answers) },
      jobs: {
        watch_close_anyway: (request) => {
          closed.push(request);
          return madeImport();
        },
      },
    });
    const [first, second] = await screen.findAllByTestId("watched-folder");
    expect(first?.textContent).toContain("1 report asks you · 1 failed · 41 reports imported");
    expect(second?.textContent).toContain("Paused");
    const files = await screen.findAllByTestId("watched-file");
    expect(files[0]?.textContent).toContain("Nothing was closed: 1,100 findings");
    expect(files[1]?.textContent, "its place in the file").toContain("line 88214, column 17");
    await user.click(within(files[1] as HTMLElement).getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(sent.some((call) => call.name === "watch_retry")).toBe(true));
    await user.click(within(files[0] as HTMLElement).getByRole("button", { name: "Close them" }));
    await waitFor(() => expect(closed).toEqual([{ id: "1", path: "shop-backend/main/codeql.sarif" }]));
    await user.click(within(second as HTMLElement).getByRole("button", { name: "Resume" }));
    await waitFor(() =>
      expect(sent.find((call) => call.name === "watch_pause")?.request).toEqual({ id: "2", paused: false }),
    );
  });

  it("says why a folder cannot be looked at, and who looks at it else", async () => {
    renderWith(<ImportsPage />, {
      rpc: {
        ...rpc(),
        watch_list: () => ({
          folders: [
            madeWatch({ asks: 0, failed: 0, problem: problem("The folder /home/kim/scans cannot be read.") }),
            madeWatch({ id: "2", asks: 0, failed: 0, by: "elsewhere" }),
          ],
        }),
        watch_files: () => ({ files: [madeWatchedFile()], total: 1 }),
      },
    });
    const [trouble, elsewhere] = await screen.findAllByTestId("watched-folder");
    expect(trouble?.textContent).toContain("The folder /home/kim/scans cannot be read.");
    expect(elsewhere?.textContent).toContain("Watched by another Docket");
  });
});

describe("taking an import back", () => {
  const rpc = (over: Answers): Answers => ({
    ...(importAnswers(false).answers as Answers),
    application_list: () => ({ applications: [] }),
    ...over,
  });
  const open = async (user: ReturnType<typeof renderWith>["user"], file: string): Promise<void> => {
    const [first] = await screen.findAllByRole("button", { name: file });
    await user.click(first as HTMLElement);
    await user.click(await screen.findByRole("button", { name: "Take back…" }));
  };

  it("says what it does in words", () => {
    const would = madeTakeBack({ removed: 1, restored: 0, closed: 0, proposals: 2 });
    expect(takeBackLines(would)).toEqual([
      "1 finding that it brought goes, with everything about it",
      "4 not found any more: open again",
      "2 waiting suggestions of it go",
    ]);
    expect(keptWords(madeTakeBack({ kept: 3, judged: 2, in_issues: 1 }))).toBe(
      "3 findings that it brought stay as they are: 2 judged by people, 1 in issues. Move or judge them where they do not belong here.",
    );
    expect(importHeadline(madeImport({ state: "taken_back" }), false)).toBe(
      "Was imported into «shop-backend», and taken back",
    );
  });

  it("looks first, and does it after a yes that names what stays", async () => {
    const would = madeTakeBack({ kept: 3, judged: 3 });
    const { user, sent } = renderWith(<ImportsPage />, {
      rpc: rpc({ import_undo_look: () => would }),
      jobs: { import_undo: () => would },
      route: "/imports",
    });
    await open(user, "trivy-image.json");
    expect(
      await screen.findByText("12 findings that it brought go, with everything about them"),
    ).toBeTruthy();
    expect(screen.getByText(/3 judged by people/)).toBeTruthy();
    expect(
      sent.some((call) => call.name === "import_undo"),
      "nothing was done yet",
    ).toBe(false);
    await user.click(screen.getByRole("button", { name: "Take back, keep 3" }));
    await waitFor(() =>
      expect(sent.find((call) => call.name === "import_undo")?.request).toEqual({
        id: "2",
        keep_judged: true,
      }),
    );
    await waitFor(() => expect(screen.queryByTestId("take-back"), "and it closes").toBeNull());
  });

  it("names the later import that has to go first and leads to it", async () => {
    const { user, sent } = renderWith(<ImportsPage />, { rpc: rpc({}), route: "/imports" });
    const rows = await screen.findAllByRole("button", { name: "semgrep-main.sarif" });
    await user.click(rows.at(-1) as HTMLElement);
    await user.click(await screen.findByRole("button", { name: "Take back…" }));
    expect(await screen.findByText(/read the same later/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Take back" }), "there is nothing to press").toBeNull();
    await user.click(screen.getByRole("button", { name: "Show import 1" }));
    await waitFor(() =>
      expect(sent.filter((call) => call.name === "import_detail").at(-1)?.request).toEqual({ id: "1" }),
    );
    expect(screen.queryByTestId("take-back"), "of that one nothing is asked yet").toBeNull();
  });

  it("offers it for nothing that was not stored", async () => {
    const { user } = renderWith(<ImportsPage />, { rpc: rpc({}), route: "/imports" });
    await user.click(await screen.findByRole("button", { name: "codeql.sarif" }));
    expect(await screen.findByText("SHA-256"), "its facts are there").toBeTruthy();
    expect(screen.queryByRole("button", { name: "Take back…" })).toBeNull();
  });
});
