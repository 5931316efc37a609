/** Made-up imports. */
import type {
  Delta,
  Gathered,
  Import,
  ImportLook,
  ImportRun,
  ImportUndo,
  JobEvent,
  Preview,
  Problem,
  Queries,
  RecognisedFile,
  TakeBack,
} from "../../wire/contract";
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
    mismatch: null,
    ...over,
  };
}

export function madeTakeBack(over: Partial<TakeBack> = {}): TakeBack {
  return {
    import: madeImport(),
    removed: 12,
    kept: 0,
    judged: 0,
    in_issues: 0,
    restored: 9,
    opened: 4,
    closed: 3,
    proposals: 0,
    left_alone: 0,
    obstacle: null,
    ...over,
  };
}

const BROKEN = {
  code: "report",
  message: "broken.sarif ends in the middle of a string.",
  hint: "The file is cut off. Export it again and import the whole file. Nothing was imported.",
  context: { line: "88214", column: "17" },
  retry_at: null,
  trace_id: null,
};

export function madePreview(over: Partial<Preview> = {}): Preview {
  const { file, bytes, sha256, format, runs, delta, warnings, warning_count, same_as } = madeImport();
  return {
    file,
    bytes,
    sha256,
    format,
    reports: 1,
    runs,
    delta,
    compared: true,
    warnings,
    warning_count,
    same_as,
    mismatch: null,
    ...over,
  };
}

/** A folder holds a few files, whatever it is called; everything else is a file. */
function gathered(paths: readonly string[]): Gathered {
  const files = paths.flatMap((path) =>
    path.includes(".")
      ? [{ path, within: path.split("/").at(-1) ?? path, in_folder: false, bytes: 1_402_113 }]
      : ["main/semgrep.sarif", "main/trivy.json", "nightly/all.zip", "notes.txt", "broken.sarif"].map(
          (within) => ({
            path: `${path}/${within}`,
            within,
            in_folder: true,
            bytes: 230_000,
          }),
        ),
  );
  const folders = paths.filter((path) => !path.includes("."));
  const passed = folders.map((path) => ({ path: `${path}/.git`, why: "hidden, left alone" }));
  return { files, passed, passed_count: passed.length };
}

function recognised(path: string): RecognisedFile {
  const report = (entry: string | null, format: string, label: string) => ({
    entry,
    format,
    label,
    versions: "any",
  });
  const told = { path, must_be: path.endsWith(".sarif"), inside: 1, problem: null };
  if (path.endsWith(".zip")) {
    const reports = [report("scan/a.sarif", "sarif", "SARIF 2.1.0"), report("scan/b.json", "trivy", "Trivy")];
    return { ...told, inside: 3, reports };
  }
  if (path.endsWith(".sarif")) return { ...told, reports: [report(null, "sarif", "SARIF 2.1.0")] };
  if (path.endsWith(".csv")) return { ...told, reports: [report(null, "csv", "CSV")] };
  if (path.endsWith(".json")) return { ...told, reports: [report(null, "trivy", "Trivy")] };
  const name = path.split("/").at(-1) ?? path;
  const problem: Problem = {
    code: "report",
    message: `«${name}» is not in a format that Docket recognises.`,
    hint: "Docket reads 3 formats. Most scanners can write SARIF.",
    context: {},
    retry_at: null,
    trace_id: null,
  };
  return { ...told, reports: [], problem };
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
    import_gather: (request: { paths: string[] }) => gathered(request.paths),
    import_recognise: (request: { paths: string[] }) => ({ files: request.paths.map(recognised) }),
    import_list: (request: Queries["import_list"]["request"]) => ({
      imports: imports.slice(request.offset, request.offset + request.limit),
      total: imports.length,
    }),
    import_detail: (request: { id: string }) => {
      const found = imports.find((one) => one.id === request.id) ?? madeImport({ id: request.id });
      return { import: found, warnings: found.warnings };
    },
    import_undo_look: (request: { id: string }): TakeBack => {
      const found = imports.find((one) => one.id === request.id) ?? madeImport({ id: request.id });
      const { delta } = found;
      const kept = delta.new > 20 ? 3 : 0;
      return madeTakeBack({
        import: found,
        removed: delta.new - kept,
        kept,
        judged: Math.min(kept, 2),
        in_issues: Math.max(kept - 2, 0),
        restored: delta.updated,
        opened: delta.gone,
        closed: delta.reopened,
        proposals: delta.proposals,
        obstacle:
          found.id === "4"
            ? {
                code: "conflict",
                message: "Import 1 («semgrep-main.sarif») read the same later and builds on this one.",
                hint: "Take back import 1 first.",
                context: { import: "1" },
                retry_at: null,
                trace_id: null,
              }
            : null,
      });
    },
  };
  const undo = async (request: ImportUndo, onEvent: (event: JobEvent) => void): Promise<TakeBack> => {
    const would = answers.import_undo_look(request);
    onEvent({
      job: "undo",
      seq: 0,
      news: { type: "progress", progress: progressOf("Taking back", 5, 12, "findings") },
    });
    await pause(300);
    imports = imports.map((one) => (one.id === request.id ? { ...one, state: "taken_back" } : one));
    return { ...would, import: { ...would.import, state: "taken_back" } };
  };
  const look = async (request: ImportLook, onEvent: (event: JobEvent) => void): Promise<Preview> => {
    const large = request.path.includes("million");
    for (let step = 0; step <= 8; step += 1) {
      const progress = progressOf(
        `Reading ${request.path.split("/").at(-1)}`,
        step,
        large ? 100 : 8,
        "bytes",
      );
      onEvent({ job: `look ${request.path}`, seq: step, news: { type: "progress", progress } });
      await pause(large ? 2000 : 40);
    }
    if (request.path.includes("broken")) throw BROKEN;
    return madePreview({
      file: request.path.split("/").at(-1) ?? "",
      compared: request.application !== null,
    });
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
    if (request.path.includes("broken")) throw BROKEN;
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
  return {
    answers,
    jobs: { import_run: run as FakeJob, import_look: look as FakeJob, import_undo: undo as FakeJob },
  };
}
