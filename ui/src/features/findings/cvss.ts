/** CVSS vectors in words. Only the base metrics; unknown ones are passed over. */

const METRICS: Record<string, { name: string; values: Record<string, string> }> = {
  AV: {
    name: "Reached over",
    values: { N: "the network", A: "an adjacent network", L: "a local account", P: "physical access" },
  },
  AC: { name: "Attack complexity", values: { L: "low", M: "medium", H: "high" } },
  AT: { name: "Attack requirements", values: { N: "none", P: "present" } },
  Au: { name: "Sign-ins needed", values: { N: "none", S: "one", M: "several" } },
  PR: { name: "Privileges needed", values: { N: "none", L: "low", H: "high" } },
  UI: { name: "Somebody must act", values: { N: "no", R: "yes", P: "passively", A: "actively" } },
  S: { name: "Reaches other components", values: { U: "no", C: "yes" } },
  C: { name: "Confidentiality lost", values: { N: "none", L: "low", H: "high", P: "partial" } },
  I: { name: "Integrity lost", values: { N: "none", L: "low", H: "high", P: "partial" } },
  A: { name: "Availability lost", values: { N: "none", L: "low", H: "high", P: "partial" } },
  VC: { name: "Confidentiality lost", values: { N: "none", L: "low", H: "high" } },
  VI: { name: "Integrity lost", values: { N: "none", L: "low", H: "high" } },
  VA: { name: "Availability lost", values: { N: "none", L: "low", H: "high" } },
  SC: { name: "Confidentiality lost further on", values: { N: "none", L: "low", H: "high" } },
  SI: { name: "Integrity lost further on", values: { N: "none", L: "low", H: "high" } },
  SA: { name: "Availability lost further on", values: { N: "none", L: "low", H: "high" } },
};
// In CVSS 2 «C» of an impact means complete, elsewhere it does not occur.
const COMPLETE = "complete";

export function explained(vector: string): { name: string; value: string }[] {
  const lines: { name: string; value: string }[] = [];
  for (const part of vector.split("/")) {
    const [key = "", letter = ""] = part.split(":");
    const metric = METRICS[key];
    if (metric === undefined || lines.some((line) => line.name === metric.name)) continue;
    const value = metric.values[letter] ?? (letter === "C" && "CIA".includes(key) ? COMPLETE : undefined);
    if (value !== undefined) lines.push({ name: metric.name, value });
  }
  return lines;
}
