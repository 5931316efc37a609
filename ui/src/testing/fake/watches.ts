/** Made-up watched folders. */
import type { Queries, WatchAdd, WatchedFile, WatchedFolder } from "../../wire/contract";
import { madeDelta, madeImport } from "./imports";
import type { FakeJob } from "./talk";

export function madeWatch(over: Partial<WatchedFolder> = {}): WatchedFolder {
  return {
    id: "1",
    folder: "/home/kim/scans",
    pattern: "{app}/{branch}/*.sarif",
    application: null,
    application_name: null,
    branch: null,
    add_applications: true,
    poll_seconds: null,
    paused: false,
    created: "2026-11-12T08:00:00Z",
    by: "here",
    problem: null,
    imported: 41,
    asks: 1,
    failed: 1,
    last: "2026-11-21T09:12:00Z",
    ...over,
  };
}

export function madeWatchedFile(over: Partial<WatchedFile> = {}): WatchedFile {
  return {
    path: "shop-backend/main/semgrep.sarif",
    state: "imported",
    bytes: 1_402_113,
    modified: "2026-11-21T09:11:00Z",
    application: "shop-backend",
    branch: "main",
    import: "1",
    delta: madeDelta({ new: 12, unchanged: 1180, gone: 4, records: 1192 }),
    held_back: null,
    problem: null,
    at: "2026-11-21T09:12:00Z",
    ...over,
  };
}

function files(): WatchedFile[] {
  return [
    madeWatchedFile({
      path: "shop-backend/main/codeql.sarif",
      state: "asks",
      held_back:
        "1,100 findings that this report does not name stay open: that would be 1,100 of 1,135 open findings at once.",
      delta: madeDelta({ unchanged: 35, records: 35 }),
    }),
    madeWatchedFile({
      path: "billing/release-2/trivy.sarif",
      state: "failed",
      application: "billing",
      branch: "release-2",
      import: null,
      delta: null,
      problem: {
        code: "report",
        message: "«trivy.sarif» ends in the middle of a string.",
        hint: "It is tried again when the file changes.",
        context: { line: "88214", column: "17" },
        retry_at: null,
        trace_id: null,
      },
      at: "2026-11-21T08:40:00Z",
    }),
    madeWatchedFile(),
    madeWatchedFile({ path: "shop-backend/main/semgrep-copy.sarif", state: "known", delta: null }),
  ];
}

export function watchAnswers(empty: boolean) {
  let folders = empty
    ? []
    : [
        madeWatch(),
        madeWatch({
          id: "2",
          folder: "//nas/security/pentests",
          pattern: "**/*.csv",
          application: "app-1",
          application_name: "shop-frontend",
          poll_seconds: 300,
          paused: true,
          imported: 3,
          asks: 0,
          failed: 0,
          last: "2026-11-02T14:03:00Z",
          by: "nobody",
        }),
      ];
  let known = files();
  const one = (id: string): WatchedFolder => folders.find((folder) => folder.id === id) ?? madeWatch({ id });
  const settle = (request: { path: string }, change: Partial<WatchedFile>) => {
    known = known.map((file) => (file.path === request.path ? { ...file, ...change } : file));
    folders = folders.map((folder) => (folder.id === "1" ? { ...folder, asks: 0, imported: 42 } : folder));
    return { count: 1 };
  };
  const answers = {
    watch_list: () => ({ folders }),
    watch_files: (request: Queries["watch_files"]["request"]) => {
      const rows = request.id === "1" ? known : [];
      return { files: rows.slice(request.offset, request.offset + request.limit), total: rows.length };
    },
    watch_try: (request: WatchAdd) => {
      if (request.pattern.includes("{team}")) {
        throw {
          code: "bad_input",
          message:
            "The pattern names {team}, which is neither {app} nor {branch} nor a list like {sarif,json}.",
          hint: null,
          context: { field: "pattern" },
          retry_at: null,
          trace_id: null,
        };
      }
      const made = [
        ["billing/release-2/trivy.sarif", "billing", "release-2", true],
        ["shop-backend/main/codeql.sarif", "shop-backend", "main", false],
        ["shop-backend/main/semgrep.sarif", "shop-backend", "main", false],
      ] as const;
      return {
        files: made.map(([path, application, branch, is_new]) => ({
          path,
          bytes: 120_000,
          application,
          is_new,
          branch,
        })),
        matched: 12,
        others: ["README.md", "shop-backend/notes.txt"],
        left_alone: 2,
        passed: 1,
      };
    },
    watch_add: (request: WatchAdd) => {
      const { take_existing: _, ...rest } = request;
      const made = madeWatch({
        ...rest,
        id: String(folders.length + 1),
        imported: 0,
        asks: 0,
        failed: 0,
        last: null,
      });
      folders = [...folders, made];
      return made;
    },
    watch_pause: (request: { id: string; paused: boolean }) => {
      folders = folders.map((folder) =>
        folder.id === request.id ? { ...folder, paused: request.paused } : folder,
      );
      return one(request.id);
    },
    watch_remove: (request: { id: string }) => {
      folders = folders.filter((folder) => folder.id !== request.id);
      return { count: 1 };
    },
    watch_retry: (request: { path: string }) => settle(request, {}),
    watch_leave_open: (request: { path: string }) => settle(request, { state: "imported" }),
  };
  const close = async (request: { path: string }) => {
    settle(request, { state: "imported", held_back: null });
    return madeImport();
  };
  return { answers, jobs: { watch_close_anyway: close as FakeJob } };
}
