/** Everything of the made-up engine beside the findings: connections, imports, plans, practice. */
import type { JobEvent } from "../../wire/contract";
import { checking, FAILING, PASSING, passingReport, repairing, verifying } from "./checks";
import { connectionAnswers, madeConnection, madeMapping } from "./connections";
import type { findingAnswers } from "./findings";
import { importAnswers, madeImport } from "./imports";
import { CARD } from "./kinds";
import { pushAnswers } from "./push";
import { signingIn } from "./signIn";
import { type FakeJob, pause, progressOf } from "./talk";
import { watchAnswers } from "./watches";

type Answer = (request: never) => unknown;

const PRACTICE = "http://127.0.0.1:40001";

export function makeRest(findings: ReturnType<typeof findingAnswers>, empty: boolean, quick: boolean) {
  const repair = repairing();
  const connections = connectionAnswers(empty, repair.made);
  const imports = importAnswers(empty);
  const watches = watchAnswers(empty);
  const push = pushAnswers(empty);
  const sign = signingIn(connections.signIn, quick);
  let author = "kim";
  let practice: string | null = null;
  const answers: Record<string, Answer> = {
    settings_show: () => ({ author }),
    settings_save: (request: { settings: { author: string } }) => {
      author = request.settings.author;
      return request.settings;
    },
    job_list: () => ({ jobs: [] }),
    job_cancel: (request: { id: string }) => {
      if (request.id === "sign-in") sign.cancel();
      return { count: 1 };
    },
    application_add: (request: { name: string }) => ({
      id: "app-0",
      name: request.name,
      created: new Date().toISOString(),
      active: 0,
      findings: 0,
    }),
    practice_status: () => ({ url: practice === null ? null : `${practice}/` }),
    practice_stop: () => {
      practice = null;
      return { count: 1 };
    },
    ...connections.answers,
    ...imports.answers,
    ...watches.answers,
    ...push.answers,
  };
  const begin = async (_: never, onEvent: (event: JobEvent) => void): Promise<unknown> => {
    const words = [
      "Starting a practice tracker on this computer",
      "Making room",
      "Importing a sample report",
      "Connecting",
      "Testing the connection",
    ];
    for (const [done, text] of words.entries()) {
      onEvent({
        job: "practice",
        seq: done,
        news: { type: "progress", progress: progressOf(text, done, 5, "steps") },
      });
      await pause(350);
    }
    const [application] = findings.application_list().applications;
    const connection = madeConnection({ id: "9", label: "Practice GitHub", location: PRACTICE });
    const mapping = madeMapping({
      id: "9",
      connection: "9",
      connection_label: "Practice GitHub",
      label: "Practice: acme/shop",
    });
    if (practice === null) connections.add(connection, mapping);
    practice = PRACTICE;
    return { url: PRACTICE, application, connection, mapping, import: madeImport(), check: passingReport() };
  };
  const jobs: Record<string, FakeJob> = {
    ...imports.jobs,
    ...watches.jobs,
    ...push.jobs,
    connection_test: (request, onEvent) => {
      const { id } = request as { id: string | null };
      const fails = id === null || connections.kindOf(id) === CARD.id;
      return checking(() => (fails ? FAILING : PASSING), "test")(request, onEvent);
    },
    mapping_verify: checking(() => verifying(repair.made), "verify"),
    mapping_repair: repair.job,
    connection_sign_in: sign.run as FakeJob,
    practice_begin: begin as FakeJob,
  };
  return { answers, jobs };
}
