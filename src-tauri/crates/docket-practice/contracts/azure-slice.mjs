// Cuts Microsoft's Azure DevOps documents down to what the practice Azure DevOps offers.
//
//   node azure-slice.mjs DIR          writes the files beside this script; DIR holds the vendor's files
//   node azure-slice.mjs DIR --check  writes nothing, fails when a committed file differs
//
// See README.md in this folder for sources, versions and licences; azure-repairs.mjs for the corrections.
import fs from "node:fs";
import path from "node:path";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { repairs } from "./azure-repairs.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];
const check = process.argv.includes("--check");
if (!folder) throw new Error("Say where the vendor's files are: node azure-slice.mjs DIR");

const W = "/{organization}/{project}/_apis/wit";
// method, path, and what the vendor's prose says and the document does not: `optional` path parts, in the order in which
// they may be left out.
const wit = [
  ["get", `${W}/workitemtypes`], ["get", `${W}/workitemtypes/{type}`],
  ["get", `${W}/workitemtypes/{type}/states`], ["get", `${W}/workitemtypes/{type}/fields`],
  ["get", `${W}/classificationnodes`], ["get", `${W}/classificationnodes/{structureGroup}/{path}`, ["path"]],
  ["get", `${W}/tags`],
  ["get", `${W}/fields`, ["project"]], ["get", `${W}/fields/{fieldNameOrRefName}`, ["project"]],
  ["get", `${W}/workitems`, ["project"]], ["post", `${W}/workitems/\${type}`],
  ["get", `${W}/workitems/{id}`, ["project"]], ["patch", `${W}/workitems/{id}`, ["project"]],
  ["delete", `${W}/workitems/{id}`, ["project"]],
  ["get", `${W}/workItems/{id}/updates`, ["project"]],
  ["post", `${W}/workitemsbatch`, ["project"]],
  ["post", "/{organization}/{project}/{team}/_apis/wit/wiql", ["team", "project"]],
  ["get", `${W}/recyclebin`, ["project"]], ["get", `${W}/recyclebin/{id}`, ["project"]],
  ["patch", `${W}/recyclebin/{id}`, ["project"]],
  ["get", `${W}/workItems/{workItemId}/comments`], ["post", `${W}/workItems/{workItemId}/comments`],
  ["get", `${W}/workItems/{workItemId}/comments/{commentId}`],
  ["delete", `${W}/workItems/{workItemId}/comments/{commentId}`],
];
const P = "/{organization}/_apis/projects";
const core = [
  ["get", P], ["get", `${P}/{projectId}`], ["get", `${P}/{projectId}/teams`],
  ["get", `${P}/{projectId}/teams/{teamId}/members`],
];
// Operations that the documents write under `x-ms-paths`, because their path differs by the query only. Their query
// names are added to the plain operation's; `instead` means that this one is the plain address's usual meaning.
const overlays = [
  { method: "get", path: `${W}/workItems/{workItemId}/comments`, from: `${W}/workItems/{workItemId}/comments?`, instead: true },
  { method: "post", path: `${W}/workItems/{workItemId}/comments`, from: `${W}/workItems/{workItemId}/comments?format={format}` },
];

const unescape = (s) => s.replaceAll("~1", "/").replaceAll("~0", "~");
const at = (doc, pointer) =>
  pointer.split("/").slice(1).map(unescape).reduce((n, k) => (n === undefined ? n : n[k]), doc);
const prose = new Set(["description", "summary", "example", "externalDocs", "tags", "title"]);
function slim(node, inside = false) {
  if (Array.isArray(node)) return node.map((n) => slim(n));
  if (!node || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([k]) => inside || !(prose.has(k) || k.startsWith("x-ms")))
      .map(([k, v]) => [k, slim(v, !inside && k === "properties")]),
  );
}

function read(name, file) {
  const raw = fs.readFileSync(path.join(folder, file));
  const sha256 = createHash("sha256").update(raw).digest("hex");
  let text = raw.toString("utf8");
  const mine = repairs.filter((r) => r.documents.includes(name));
  for (const r of mine.filter((r) => r.kind === "byte-order-mark")) {
    if (!text.startsWith("\uFEFF")) throw new Error(`${name}: repair '${r.name}' no longer applies`);
    text = text.slice(1);
  }
  const doc = JSON.parse(text);
  doc.definitions = slim({ properties: doc.definitions }).properties;
  for (const r of mine.filter((r) => r.kind === "replace")) {
    for (const pointer of r.paths) {
      const cut = pointer.lastIndexOf("/");
      const parent = at(doc, pointer.slice(0, cut));
      const key = unescape(pointer.slice(cut + 1));
      if (JSON.stringify(parent?.[key]) !== JSON.stringify(r.was)) {
        throw new Error(`${name}: repair '${r.name}' no longer applies at ${pointer}: ${JSON.stringify(parent?.[key])}`);
      }
      parent[key] = r.value;
    }
  }
  const wraps = mine.some((r) => r.kind === "bare-arrays");
  return { name, file, sha256, doc, wraps, wrapped: 0, version: doc.info.version };
}

function operation(source, [method, where, optional = []]) {
  const { doc, name } = source;
  const plain = doc.paths[where]?.[method];
  if (!plain) throw new Error(`${name}: no operation ${method} ${where}`);
  const overlay = overlays.find((o) => o.method === method && o.path === where);
  const extra = overlay && doc["x-ms-paths"]?.[overlay.from]?.[method];
  if (overlay && !extra) throw new Error(`${name}: no operation ${method} ${overlay.from}`);
  const main = overlay?.instead ? extra : plain;
  const parameters = [...main.parameters, ...(extra && !overlay.instead ? extra.parameters : [])];
  const resolved = parameters.map((p) => (p.$ref ? at(doc, p.$ref.slice(1)) : p));
  const seen = new Set();
  const query = [];
  for (const p of resolved.filter((p) => p.in === "query" && p.name !== "api-version")) {
    if (seen.has(p.name)) continue;
    seen.add(p.name);
    const { name: n, required, in: _in, ...schema } = slim(p);
    query.push({ name: n, required: required === true && main.parameters.includes(p), schema });
  }
  const body = resolved.find((p) => p.in === "body");
  const answers = {};
  for (const [status, answer] of Object.entries(main.responses)) {
    let schema = answer.schema ? slim(answer.schema) : null;
    if (schema?.type === "array" && source.wraps) {
      source.wrapped += 1;
      schema = { type: "object", required: ["count", "value"], properties: { count: { type: "integer" }, value: schema } };
    }
    answers[status] = schema;
  }
  return {
    id: main.operationId, method, path: where.replace("/{organization}", ""), optional,
    preview: main["x-ms-preview"] === true,
    query, consumes: main.consumes?.[0] ?? null, body: body ? slim(body.schema) : null, answers,
    scopes: (main.security ?? []).flatMap((s) => s.oauth2 ?? []),
  };
}

function cut(out, sources) {
  const operations = sources.flatMap(([source, list]) => list.map((o) => operation(source, o)));
  const definitions = {};
  for (const [source] of sources) {
    if (source.wraps && source.wrapped === 0) throw new Error(`${source.name}: repair 'bare arrays' no longer applies`);
    const prefix = new RegExp("^#/definitions/");
    const queue = [operations.filter((o) => sources.find(([s, l]) => s === source && l.some(([m, p]) => m === o.method && p.endsWith(o.path))))];
    while (queue.length) {
      const node = queue.pop();
      if (!node || typeof node !== "object") continue;
      if (typeof node.$ref === "string" && prefix.test(node.$ref)) {
        const key = node.$ref.replace(prefix, "");
        const target = source.doc.definitions[key];
        if (!target) throw new Error(`${source.name}: broken reference ${node.$ref}`);
        if (definitions[key] === undefined) {
          definitions[key] = target;
          queue.push(target);
        }
      }
      queue.push(...Object.values(node));
    }
  }
  const document = {
    source: sources.map(([s]) => ({
      repository: "MicrosoftDocs/vsts-rest-api-specs", commit: "adb28786", licence: "MIT (the repository's)",
      file: s.file, version: s.version, sha256: s.sha256,
    })),
    repairs: repairs.map(({ name, reason }) => ({ name, reason })),
    operations,
    definitions: Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  const text = `${JSON.stringify(document)}\n`;
  const target = path.join(here, out);
  if (!check) {
    fs.writeFileSync(target, text);
    console.log(`${out}: ${text.length} bytes, ${operations.length} operations`);
  } else if (!fs.existsSync(target) || fs.readFileSync(target, "utf8") !== text) {
    console.error(`Out of date: ${out}. Run azure-slice.mjs without --check.`);
    process.exitCode = 1;
  }
}

const coreFile = () => read("core-7.1", "core-7.1-core.json");
cut("azure-7.1.json", [[read("wit-7.1", "wit-7.1-workItemTracking.json"), wit], [coreFile(), core]]);
cut("azure-7.2.json", [[read("wit-7.2", "wit-7.2-workItemTracking.json"), wit], [coreFile(), core]]);
