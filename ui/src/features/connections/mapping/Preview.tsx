/** The head of an issue as this mapping would write it for one of the application's findings. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { count, fieldWords, IssueText, Pill, ProblemLine } from "../../../kit";
import { type FindingDetail, severityLabels, type ValueMap } from "../../../wire/contract";
import { useAnswer } from "../../../wire/hooks";
import page from "../edit.module.css";
import css from "./mapping.module.css";
import type { FullDraft } from "./mappingDraft";
import { headingFrom, titleFrom, type Values } from "./templateText";
import { isOff, ownValue } from "./valueMaps";

export function valuesOf(finding: FindingDetail): Values {
  const { row } = finding;
  return {
    title: row.title,
    severity: severityLabels[row.severity],
    rule: row.rule,
    application: row.application_name,
    tool: row.tool,
    component: finding.component?.name ?? "",
    cve: finding.identifiers.find((one) => one.value.startsWith("CVE-"))?.value ?? "",
    count: "1",
  };
}

export function Preview({ full }: { full: FullDraft }): ReactNode {
  const [at, setAt] = useState(0);
  const [application = null] = full.applications;
  const rows = useAnswer(
    "finding_page",
    {
      query: "status:active",
      application,
      sort: [],
      start: { type: "offset", rows: at },
      limit: 1,
    },
    { on: application !== null, keep: true },
  );
  const id = rows.data?.rows[0]?.id;
  const detail = useAnswer("finding_detail", { id: id ?? "" }, { on: id !== undefined, keep: true });
  const total = rows.data?.total ?? 0;
  if (application === null) {
    return <p className={page.hint}>Choose an application to see it on one of its findings.</p>;
  }
  const problem = rows.problem ?? detail.problem;
  if (problem !== null) return <ProblemLine problem={problem} />;
  if (rows.data !== undefined && total === 0) {
    return <p className={page.hint}>The application has no active finding to show it on.</p>;
  }
  if (detail.data === undefined) return null;
  return (
    <div data-testid="mapping-preview">
      <div className={css.previewHead}>
        <span className={page.label}>
          On a real finding, {count(at + 1)} of {count(total)}
        </span>
        {total < 2 ? null : (
          <Button size="xs" variant="subtle" onClick={() => setAt((at + 1) % total)}>
            Another one
          </Button>
        )}
      </div>
      <Issue full={full} finding={detail.data} />
    </div>
  );
}

function set(map: ValueMap, word: string): string | null {
  const value = ownValue(map, word);
  return isOff(map) || value === "" ? null : `${fieldWords(map.field)}: ${value}`;
}

function Issue({ full, finding }: { full: FullDraft; finding: FindingDetail }): ReactNode {
  const values = valuesOf(finding);
  const { severity } = finding.row;
  const title = titleFrom(full.template.title, values);
  const heading = headingFrom(full.template.heading, values);
  const labels = full.severity_label ? [...full.labels, `severity: ${severity}`] : full.labels;
  const facts = [
    set(full.severity, severity),
    set(full.status, "active"),
    full.assignees.length === 0 ? null : `assigned to ${full.assignees.join(", ")}`,
    full.milestone === null ? null : `milestone ${full.milestone}`,
  ].filter((fact) => fact !== null);
  return (
    <div className={css.preview}>
      <div className={css.issueTitle}>{title === "" ? values.title : title}</div>
      {labels.length + facts.length === 0 ? null : (
        <div className={css.facts}>
          {labels.map((label) => (
            <Pill key={label}>{label}</Pill>
          ))}
          {facts.length === 0 ? null : <span className={page.faint}>{facts.join(" · ")}</span>}
        </div>
      )}
      {heading === "" ? null : <IssueText text={heading} />}
      <p className={css.rest}>
        {title === "" ? "Docket adds the place to the title. " : ""}Then follows Docket's own text: what,
        where, how to fix.
      </p>
    </div>
  );
}
