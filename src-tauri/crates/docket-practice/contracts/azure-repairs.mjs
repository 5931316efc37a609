// Corrections to Microsoft's Azure DevOps documents, as data. Each says where, what was there, what stands there now,
// and why. `azure-slice.mjs` stops when one of them no longer applies, so that a stale repair cannot linger.
//
// kind "byte-order-mark": the file must begin with one. kind "replace": `was` must be found at every one of `paths`.
// kind "bare-arrays": at least one answer of our operations must be a bare array.

const WIT = ["wit-7.1", "wit-7.2"];
const ALL = [...WIT, "core-7.1"];

export const repairs = [
  {
    name: "byte order mark",
    documents: ALL,
    kind: "byte-order-mark",
    reason: "The files begin with U+FEFF, which no JSON reader has to accept.",
  },
  {
    name: "JsonPatchDocument",
    documents: WIT,
    kind: "replace",
    paths: ["/definitions/JsonPatchDocument"],
    was: { type: "object", allOf: [{ type: "array", items: { $ref: "#/definitions/JsonPatchOperation" } }], properties: {} },
    value: { type: "array", items: { $ref: "#/definitions/JsonPatchOperation" } },
    reason: "An object that must also be an array: nothing satisfies it. On the wire it is an array of operations.",
  },
  {
    name: "value types",
    documents: WIT,
    kind: "replace",
    paths: [
      "/definitions/JsonPatchOperation/properties/value",
      "/definitions/WorkItem/properties/fields/additionalProperties",
      "/definitions/Link/properties/attributes/additionalProperties",
      "/definitions/WorkItemClassificationNode/properties/attributes/additionalProperties",
      "/definitions/WorkItemTypeFieldWithReferences/properties/defaultValue",
      "/definitions/WorkItemTypeFieldWithReferences/properties/allowedValues/items",
      "/definitions/WorkItemFieldUpdate/properties/newValue",
      "/definitions/WorkItemFieldUpdate/properties/oldValue",
    ],
    was: { type: "object" },
    value: {},
    reason: "Values of fields, attributes and defaults are texts, numbers, booleans, moments, people or null.",
  },
  {
    name: "value types: `from` may be null",
    documents: WIT,
    kind: "replace",
    paths: ["/definitions/JsonPatchOperation/properties/from"],
    was: { type: "string" },
    value: { type: ["string", "null"] },
    reason: "The vendor's own examples send `from: null`.",
  },
  {
    name: "bare arrays",
    documents: ALL,
    kind: "bare-arrays",
    reason: "Lists travel as {count, value: […]}, as in the vendor's own examples; the documents say bare arrays.",
  },
  {
    name: "links",
    documents: ALL,
    kind: "replace",
    paths: ["/definitions/ReferenceLinks"],
    was: { type: "object", properties: { links: { type: "object", additionalProperties: { type: "object" } } } },
    value: { type: "object", additionalProperties: { type: "object" } },
    reason: "`_links` holds the links directly ({self: {href}}), as in the vendor's own examples.",
  },
];
