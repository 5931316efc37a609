/**
 * The files that are about to be imported: what each is, what it would change, what became of it.
 *
 * Invariant: nothing is stored, and no application is added, before somebody presses «Import».
 * The state lives outside of the page: leaving it neither stops nor forgets anything.
 */
import { useSyncExternalStore } from "react";
import type { Calls } from "../../wire/call";
import type {
  ApplicationId,
  Import,
  ImportLook,
  ImportRun,
  PassedOver,
  Preview,
  Problem,
  RecognisedFile,
} from "../../wire/contract";
import type { JobRun, JobRuns } from "../../wire/jobs";
import { toProblem } from "../../wire/transport";
import { addFiles, fileName, setFiles } from "./files";

/** Files that one question recognises. */
const AT_ONCE = 50;
/** Files that are read for a look at the same time: a large one must not hold up the small ones. */
const LANES = 2;

export interface BatchFile {
  path: string;
  name: string;
  /** Its folder below the one that was dropped; empty when it was dropped itself. */
  folder: string;
  inFolder: boolean;
  bytes: number;
  /** What it is; null until its beginning was read. */
  seen: RecognisedFile | null;
  /** Left out by the person. */
  left: boolean;
  /** A format of its own, against what was recognised. */
  format: string | null;
}

/** What is chosen once for all. */
export interface Choices {
  /** Null: one that does not exist yet. */
  application: ApplicationId | null;
  branch: string;
  columns: string;
}

export interface Course {
  /** Paths still to come, the one under way first. */
  queue: readonly string[];
  /** Paths that were begun, in order. */
  begun: readonly string[];
  application: ApplicationId;
}

export interface Batch {
  /** What was dropped or chosen, as it was given. */
  given: readonly string[];
  files: readonly BatchFile[];
  passed: readonly PassedOver[];
  passedCount: number;
  /** Folders are being opened up. */
  gathering: boolean;
  problem: Problem | null;
  /** The import; null until it begins. */
  course: Course | null;
}

export interface Wire {
  calls: Calls;
  runs: JobRuns;
}

const NONE: Batch = {
  given: [],
  files: [],
  passed: [],
  passedCount: 0,
  gathering: false,
  problem: null,
  course: null,
};

let batch = NONE;
/** Grows when everything is forgotten: answers to questions from before are not heard any more. */
let era = 0;
const listeners = new Set<() => void>();

function put(change: Partial<Batch>): void {
  batch = { ...batch, ...change };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useBatch(): Batch {
  return useSyncExternalStore(subscribe, () => batch);
}

/** As before anything was dropped. Looks that wait are not begun. */
export function clearBatch(): void {
  era += 1;
  looks = [];
  put(NONE);
}

/** Takes files in. What was imported is done: what comes afterwards begins anew, the same files too. */
export function takeFiles(paths: readonly string[]): void {
  if (batch.course !== null && batch.course.queue.length === 0) {
    clearBatch();
    setFiles([]);
  }
  addFiles(paths);
}

/** It is a report, and the person wants it. */
export function isWanted(file: BatchFile): boolean {
  return !file.left && canBeRead(file);
}

/** A format takes it for its own, or the person named one. */
export function canBeRead(file: BatchFile): boolean {
  return file.format !== null || (file.seen !== null && file.seen.reports.length > 0);
}

/** Something among the reports of a folder that is none, and was not meant to be one. */
export function isBystander(file: BatchFile): boolean {
  return file.seen !== null && !canBeRead(file) && file.inFolder && !file.seen.must_be;
}

export function changeFile(path: string, change: Partial<Pick<BatchFile, "left" | "format">>): void {
  put({ files: batch.files.map((file) => (file.path === path ? { ...file, ...change } : file)) });
}

/** Opens up what was given: files that are there already stay as they are. */
export async function gather(wire: Wire, given: readonly string[]): Promise<void> {
  const more = given.filter((path) => !batch.given.includes(path));
  if (more.length === 0) return;
  put({ given: [...batch.given, ...more], gathering: true, problem: null });
  const mine = era;
  try {
    const found = await wire.calls.query("import_gather", { paths: more });
    if (mine !== era) return;
    const known = new Set(batch.files.map((file) => file.path));
    const fresh = found.files
      .filter((file) => !known.has(file.path))
      .map((file) => ({
        path: file.path,
        name: fileName(file.path),
        folder: file.in_folder ? file.within.split("/").slice(0, -1).join("/") : "",
        inFolder: file.in_folder,
        bytes: file.bytes,
        seen: null,
        left: false,
        format: null,
      }));
    put({
      files: [...batch.files, ...fresh],
      passed: [...batch.passed, ...found.passed],
      passedCount: batch.passedCount + found.passed_count,
      gathering: false,
    });
    await recognise(wire);
  } catch (thrown) {
    if (mine === era) put({ gathering: false, problem: toProblem(thrown) });
  }
}

async function recognise(wire: Wire): Promise<void> {
  const mine = era;
  for (;;) {
    const next = batch.files.filter((file) => file.seen === null).slice(0, AT_ONCE);
    if (next.length === 0) return;
    const paths = next.map((file) => file.path);
    const { files } = await wire.calls.query("import_recognise", { paths });
    if (mine !== era) return;
    const seen = new Map(files.map((file) => [file.path, file]));
    put({
      files: batch.files.map((file) => {
        if (file.seen !== null || !paths.includes(file.path)) return file;
        return { ...file, seen: seen.get(file.path) ?? nothing(file.path) };
      }),
    });
  }
}

function nothing(path: string): RecognisedFile {
  return { path, must_be: false, reports: [], inside: 0, problem: null };
}

/** The look that fits a file and the choices. */
export function lookOf(file: BatchFile, choices: Choices): ImportLook {
  return {
    path: file.path,
    application: choices.application,
    format: file.format,
    branch: choices.branch.trim() === "" ? null : choices.branch.trim(),
    columns: columnsOf(file, choices),
  };
}

/** Under which a look's run is kept: another choice is another look. */
export function lookKey(look: ImportLook): string {
  return JSON.stringify(look);
}

/** Tables alone have columns. */
export function isTableFile(file: BatchFile): boolean {
  const format = file.format ?? file.seen?.reports[0]?.format;
  return format === "csv" || (format === undefined && /\.(csv|tsv)(\.gz)?$/i.test(file.name));
}

function columnsOf(file: BatchFile, choices: Choices): string | null {
  return isTableFile(file) && choices.columns.trim() !== "" ? choices.columns.trim() : null;
}

let looks: ImportLook[] = [];
let looking = 0;
const begun = new Set<string>();

/** Wants these looks and no others: the smallest first; those under way that nobody wants are stopped. */
export function wantLooks(wire: Wire, files: readonly BatchFile[], choices: Choices): void {
  const wanted = [...files].sort((a, b) => a.bytes - b.bytes).map((file) => lookOf(file, choices));
  const keys = new Set(wanted.map(lookKey));
  for (const key of begun) {
    if (!keys.has(key)) stopLook(wire, key);
  }
  looks = wanted.filter((look) => wire.runs.get("import_look", lookKey(look)).state === "idle");
  pump(wire);
}

/** Stops a look; the file can still be imported. */
export function stopLook(wire: Wire, key: string): void {
  const run = wire.runs.get("import_look", key);
  if (run.state === "running" && run.id !== null) void cancelJob(wire, run.id);
}

function pump(wire: Wire): void {
  while (looking < LANES) {
    const look = looks.shift();
    if (look === undefined) return;
    const key = lookKey(look);
    if (wire.runs.get("import_look", key).state !== "idle") continue;
    looking += 1;
    begun.add(key);
    void wire.runs.start("import_look", key, look).then(() => {
      looking -= 1;
      begun.delete(key);
      pump(wire);
    });
  }
}

async function cancelJob(wire: Wire, id: string): Promise<void> {
  // It may have ended by itself meanwhile, which is as good.
  await wire.calls.command("job_cancel", { id }).catch(() => undefined);
}

function orderOf(file: BatchFile, choices: Choices, application: ApplicationId): ImportRun {
  const { path, format, branch, columns } = lookOf(file, choices);
  return {
    path,
    application,
    format,
    branch,
    dry_run: false,
    close_anyway: false,
    allow_mismatch: false,
    columns,
  };
}

/** Imports what is wanted, one after the other: the store has one writer, and the order is the person's. */
export async function importAll(
  wire: Wire,
  files: readonly BatchFile[],
  choices: Choices,
  application: ApplicationId,
): Promise<void> {
  if (batch.course !== null && batch.course.queue.length > 0) return;
  wantLooks(wire, [], choices);
  const orders = files.map((file) => orderOf(file, choices, application));
  for (const order of orders) wire.runs.forget("import_run", order.path);
  put({ course: { queue: orders.map((order) => order.path), begun: [], application } });
  for (const order of orders) {
    const course = batch.course;
    if (course === null || course.queue[0] !== order.path) continue;
    put({ course: { ...course, begun: [...course.begun, order.path] } });
    await wire.runs.start("import_run", order.path, order);
    drop(order.path);
  }
}

function drop(path: string): void {
  const course = batch.course;
  if (course !== null) put({ course: { ...course, queue: course.queue.filter((one) => one !== path) } });
}

/** Stops one file's import, or takes it out of the queue. The others go on. */
export function stopOne(wire: Wire, path: string): void {
  const run = wire.runs.get("import_run", path);
  if (run.state === "running" && run.id !== null) void cancelJob(wire, run.id);
  else drop(path);
}

/** Stops the one under way and begins no other. */
export function stopAll(wire: Wire): void {
  const course = batch.course;
  const [now] = course?.queue ?? [];
  if (course === null || now === undefined) return;
  put({ course: { ...course, queue: [now] } });
  stopOne(wire, now);
}

/** Imports one file once more, as it was, with what it holds back closed. */
export async function importAgain(
  wire: Wire,
  file: BatchFile,
  choices: Choices,
  change: Partial<ImportRun>,
): Promise<void> {
  const application = batch.course?.application;
  if (application === undefined) return;
  await wire.runs.start("import_run", file.path, { ...orderOf(file, choices, application), ...change });
}

/** How an import of several files went. */
export interface Sum {
  read: number;
  failed: readonly { file: BatchFile; problem: Problem }[];
  /** Not begun, or stopped. */
  stopped: number;
  fresh: number;
  known: number;
  fixed: number;
  lost: number;
}

export function sumOf(files: readonly BatchFile[], runOf: (path: string) => JobRun<"import_run">): Sum {
  const sum = { read: 0, stopped: 0, fresh: 0, known: 0, fixed: 0, lost: 0 };
  const failed: { file: BatchFile; problem: Problem }[] = [];
  for (const file of files) {
    const run = runOf(file.path);
    if (run.state === "done" && run.result !== null) {
      const { delta } = run.result;
      sum.read += 1;
      sum.fresh += delta.new;
      sum.known += delta.unchanged + delta.updated + delta.reopened;
      sum.fixed += delta.gone;
      sum.lost += delta.lost;
    } else if (run.problem !== null && run.problem.code !== "cancelled") {
      failed.push({ file, problem: run.problem });
    } else {
      sum.stopped += 1;
    }
  }
  return { ...sum, failed };
}

/** Tools with their versions, each once: «Semgrep 1.142.0, Trivy». */
export function toolsOf(runs: Preview["runs"] | Import["runs"]): string {
  const names = runs.map((run) => (run.version === null ? run.tool : `${run.tool} ${run.version}`));
  return [...new Set(names)].join(", ");
}
