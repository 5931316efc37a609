/** Made-up connections, imports, plans, issues, settings and jobs. */
import type { FakeJob } from "../fake";
import type { findingAnswers } from "./findings";

type Answer = (request: never) => unknown;

/** `findings` is there for answers that need them. */
export function otherAnswers(_findings: ReturnType<typeof findingAnswers>): Record<string, Answer> {
  return {
    settings_show: () => ({ author: "kim" }),
    format_list: () => ({ formats: [] }),
    import_list: () => ({ imports: [], total: 0 }),
    connection_list: () => ({ connections: [] }),
    connection_kinds: () => ({ kinds: [] }),
    mapping_list: () => ({ mappings: [] }),
    plan_list: () => ({ plans: [] }),
    issue_page: () => ({ issues: [], total: 0 }),
    job_list: () => ({ jobs: [] }),
    practice_status: () => ({ url: null }),
    job_cancel: () => ({ count: 1 }),
  };
}

export function otherJobs(): Record<string, FakeJob> {
  return {};
}
