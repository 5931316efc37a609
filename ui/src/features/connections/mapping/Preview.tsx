/** The issue as this mapping would write it for one of the application's findings or groups. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Caution, count, counted, fieldWords, IssueText, Pill, ProblemLine, Segmented } from "../../../kit";
import type { Fault, TemplateIssue, TemplateTried, ValueMap } from "../../../wire/contract";
import type { Answer } from "../../../wire/hooks";
import page from "../edit.module.css";
import css from "./mapping.module.css";
import type { FullDraft } from "./mappingDraft";
import { SUBJECTS, type Subject } from "./templateText";
import { isOff, ownValue } from "./valueMaps";

const CHOICES = (Object.keys(SUBJECTS) as Subject[]).map((value) => ({
  value,
  label: SUBJECTS[value].label,
}));

export function Preview(props: {
  full: FullDraft;
  tried: Answer<TemplateTried>;
  subject: Subject;
  onSubject: (subject: Subject) => void;
  onNext: () => void;
}): ReactNode {
  const { full, tried, subject } = props;
  if (full.applications.length === 0) {
    return <p className={page.hint}>Choose an application to see it on one of its findings.</p>;
  }
  if (tried.problem !== null) return <ProblemLine problem={tried.problem} />;
  const issue = tried.data?.issue;
  const faults = tried.data?.faults ?? [];
  if (issue === undefined) return null;
  if (issue === null) {
    return <p className={page.hint}>The application has no active finding to show it on.</p>;
  }
  return (
    <div data-testid="mapping-preview">
      <div className={css.previewHead}>
        <span className={page.label}>
          {subject === "one" ? "On a real finding" : `On ${counted(issue.findings, "real finding")}`},{" "}
          {count(issue.at + 1)} of {count(issue.of)}
        </span>
        <Segmented<Subject>
          label="What to try it on"
          value={subject}
          options={CHOICES}
          onChange={props.onSubject}
        />
        {issue.of < 2 ? null : (
          <Button size="xs" variant="subtle" onClick={props.onNext}>
            Another one
          </Button>
        )}
      </div>
      {faults.length === 0 ? null : <Caution>{standIn(faults)}</Caution>}
      <Issue full={full} issue={issue} />
    </div>
  );
}

/** What is seen instead of what could not be run. */
export function standIn(faults: readonly Pick<Fault, "part">[]): string {
  const parts = (["title", "body"] as const).filter((part) => faults.some((fault) => fault.part === part));
  const words = parts.map((part) => (part === "title" ? "title" : "text")).join(" and ");
  return `Docket's own ${words} ${parts.length > 1 ? "stand" : "stands"} in here for what of yours cannot be run.`;
}

function set(map: ValueMap, word: string): string | null {
  const value = ownValue(map, word);
  return isOff(map) || value === "" ? null : `${fieldWords(map.field)}: ${value}`;
}

function Issue({ full, issue }: { full: FullDraft; issue: TemplateIssue }): ReactNode {
  const { severity } = issue;
  const labels = full.severity_label ? [...full.labels, `severity: ${severity}`] : full.labels;
  const facts = [
    set(full.severity, severity),
    set(full.status, "active"),
    full.assignees.length === 0 ? null : `assigned to ${full.assignees.join(", ")}`,
    full.milestone === null ? null : `milestone ${full.milestone}`,
  ].filter((fact) => fact !== null);
  return (
    <div className={css.preview}>
      <div className={css.issueTitle}>{issue.title}</div>
      {labels.length + facts.length === 0 ? null : (
        <div className={css.facts}>
          {labels.map((label) => (
            <Pill key={label}>{label}</Pill>
          ))}
          {facts.length === 0 ? null : <span className={page.faint}>{facts.join(" · ")}</span>}
        </div>
      )}
      <IssueText text={issue.body} />
      {issue.follow_ups.length === 0 ? null : (
        <p className={css.rest}>
          {issue.follow_ups.length === 1
            ? "A comment follows, because the text is too long."
            : `${count(issue.follow_ups.length)} comments follow, because the text is too long.`}
        </p>
      )}
      {issue.warnings.map((words) => (
        <Caution key={words}>{words}</Caution>
      ))}
    </div>
  );
}
