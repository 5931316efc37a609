/** The practice journey as it stands: fresh from the job, or found again after a reload. */
import type { Application, Mapping } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";

export interface Ready {
  url: string;
  application: Application;
  mapping: Mapping;
}

export function usePracticeReady(): Ready | null {
  const status = useAnswer("practice_status", {});
  const url = status.data?.url ?? null;
  const on = url !== null;
  const connections = useAnswer("connection_list", {}, { on });
  const mappings = useAnswer("mapping_list", {}, { on });
  const applications = useAnswer("application_list", {}, { on });
  if (url === null) return null;
  const origin = originOf(url);
  const connection = connections.data?.connections.find((one) => originOf(one.location) === origin);
  const mapping = mappings.data?.mappings.find((one) => one.connection === connection?.id);
  const application = applications.data?.applications.find((one) => mapping?.applications.includes(one.id));
  if (origin === null || mapping === undefined || application === undefined) return null;
  return { url, application, mapping };
}

function originOf(address: string): string | null {
  try {
    return new URL(address).origin;
  } catch {
    return null;
  }
}
