/** Made-up imports. */
import type { Delta, Import, ImportRun, JobEvent, Queries } from "../../wire/contract";
import { type FakeJob, pause, progressOf } from "./talk";

export function madeDelta(over: Partial<Delta> = {}): Delta {
  return {
    new: 0,
    unchanged: 0,
    updated: 0,
    reopened: 0,
    gone: 0,
    proposals: 0,
    records: 0,
    repeated: 0,
    lost: 0,
    ...over,
  };
}

export function madeImport(over: Partial<Import> = {}): Import {
  const delta =
    over.delta ?? madeDelta({ new: 12, unchanged: 1180, updated: 9, reopened: 3, gone: 4, records: 1208 });
  return {
    id: "1",
    application: "app-0",
    application_name: "shop-backend",
    file: "semgrep-main.sarif",
    bytes: 1_402_113,
    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    format: "sarif",
    state: "done",
    started: "2026-11-21T09:12:00Z",
    ended: "2026-11-21T09:12:03Z",
    runs: [
      {
        tool: "Semgrep",
        version: "1.142.0",
        branch: "main",
        category: null,
        completeness: { type: "complete" },
        delta,
        held_back: null,
      },
    ],
    delta,
    warnings: [],
    warning_count: 0,
    same_as: null,
    problem: null,
    ...over,
  };
}

const LOST = {
  message: "The result has no message and was left out.",
  place: { file: null, record: "runs[0].results[17]", line: 204, column: 3 },
};

function history(): Import[] {
  return [
    madeImport(),
    madeImport({
      id: "2",
      file: "trivy-image.json",
      delta: madeDelta({ new: 84, lost: 2, proposals: 5, records: 91 }),
      warnings: [LOST, { ...LOST, place: { ...LOST.place, record: "runs[0].results[18]", line: 231 } }],
      warning_count: 2,
      started: "2026-11-20T16:40:00Z",
    }),
    madeImport({
      id: "3",
      file: "codeql.sarif",
      state: "failed",
      delta: madeDelta(),
      runs: [],
      started: "2026-11-19T08:05:00Z",
      problem: {
        code: "report",
        message: "codeql.sarif ends in the middle of a string.",
        hint: "The file is cut off. Export it again and import the whole file.",
        context: { line: "88214", column: "17" },
        retry_at: null,
        trace_id: null,
      },
    }),
    madeImport({
      id: "4",
      delta: madeDelta({ unchanged: 1208 }),
      same_as: "1",
      started: "2026-11-18T09:12:00Z",
    }),
  ];
}

export function importAnswers(empty: boolean) {
  let imports = empty ? [] : history();
  const answers = {
    format_list: (): Queries["format_list"]["response"] => ({
      formats: [
        {
          id: "sarif",
          label: "SARIF 2.1.0",
          about: "The OASIS standard of static analysis.",
          versions: "2.1.0",
          extensions: ["sarif", "json"],
        },
        {
          id: "generic",
          label: "Docket JSON",
          about: "Docket's own documented JSON.",
          versions: "1",
          extensions: ["json"],
        },
        {
          id: "csv",
          label: "CSV",
          about: "A table with one finding in each row.",
          versions: "any",
          extensions: ["csv"],
        },
      ],
    }),
    import_list: (request: Queries["import_list"]["request"]) => ({
      imports: imports.slice(request.offset, request.offset + request.limit),
      total: imports.length,
    }),
    import_detail: (request: { id: string }) => {
      const found = imports.find((one) => one.id === request.id) ?? madeImport({ id: request.id });
      return { import: found, warnings: found.warnings };
    },
  };
  const run = async (request: ImportRun, onEvent: (event: JobEvent) => void): Promise<Import> => {
    const total = 4_000_000;
    for (let step = 0; step <= 10; step += 1) {
      const progress = {
        ...progressOf(`Reading ${request.path.split("/").at(-1)}`, (total * step) / 10, total, "bytes"),
        remaining_ms: (10 - step) * 120,
      };
      onEvent({ job: "import", seq: step, news: { type: "progress", progress } });
      await pause(120);
    }
    if (request.path.includes("broken")) {
      throw {
        code: "report",
        message: "broken.sarif ends in the middle of a string.",
        hint: "The file is cut off. Export it again and import the whole file. Nothing was imported.",
        context: { line: "88214", column: "17" },
        retry_at: null,
        trace_id: null,
      };
    }
    const delta = madeDelta({
      new: 12,
      unchanged: 20,
      updated: 3,
      reopened: 1,
      records: 41,
      lost: 1,
      proposals: 2,
    });
    const done = madeImport({
      id: String(imports.length + 10),
      file: request.path.split("/").at(-1) ?? request.path,
      delta: request.close_anyway ? { ...delta, gone: 1100 } : delta,
      runs: [
        {
          tool: "Semgrep",
          version: "1.142.0",
          branch: "main",
          category: null,
          completeness: { type: "complete" },
          delta,
          held_back: request.close_anyway
            ? null
            : "1,100 of 1,135 known findings are missing from this report, which looks like another scope.",
        },
      ],
      warnings: [LOST],
      warning_count: 1,
      started: new Date().toISOString(),
    });
    if (!request.dry_run) imports = [done, ...imports];
    return done;
  };
  return { answers, jobs: { import_run: run as FakeJob } };
}
