/** The pane with one finding: what, where, why it matters, how to fix, issues, history. */
import { ActionIcon, Button } from "@mantine/core";
import { IconChevronRight, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import {
  CodeSnippet,
  count,
  counted,
  day,
  issueState,
  Kbd,
  Markdown,
  moment,
  OutsideLink,
  Pill,
  ProblemView,
  RelativeTime,
  SeverityBadge,
  Skeletons,
  StatusBadge,
} from "../../kit";
import {
  type Cvss,
  type FindingDetail,
  type FindingId,
  type Flow,
  type IssueLink,
  type Location,
  type SeveritySource,
  severityLabels,
} from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import { explained } from "./cvss";
import css from "./findings.module.css";
import { epssWords, knownWords, Proof } from "./Proof";
import { Proposals } from "./Proposals";

function Part(props: { title: string; children: ReactNode }): ReactNode {
  return (
    <section aria-label={props.title}>
      <h3>{props.title}</h3>
      {props.children}
    </section>
  );
}

export function placeWords(location: Location): string {
  const file = location.path ?? location.uri ?? location.logical ?? "unknown place";
  if (location.start_line === null) return file;
  const end =
    location.end_line !== null && location.end_line !== location.start_line ? `–${location.end_line}` : "";
  return `${file}:${location.start_line}${end}`;
}

function Place({ location }: { location: Location }): ReactNode {
  const snippet = location.context ?? location.snippet;
  return (
    <div className={css.place}>
      <div className={css.placePath}>{placeWords(location)}</div>
      {location.logical !== null && location.path !== null ? (
        <div className={css.placeLogical}>in {location.logical}</div>
      ) : null}
      {location.message === null ? null : <Markdown text={location.message} />}
      {snippet === null ? null : (
        <CodeSnippet
          snippet={snippet}
          mark={{
            startLine: location.start_line,
            endLine: location.end_line,
            startColumn: location.start_column,
            endColumn: location.end_column,
          }}
        />
      )}
    </div>
  );
}

/** Places beyond the first few are folded: a report may list thousands. */
const PLACES_SHOWN = 200;

function More({ summary, children }: { summary: string; children: ReactNode }): ReactNode {
  return (
    <details className={css.more}>
      <summary>
        <IconChevronRight size="1em" aria-hidden="true" />
        {summary}
      </summary>
      {children}
    </details>
  );
}

function Places({ places }: { places: readonly Location[] }): ReactNode {
  return places.slice(0, PLACES_SHOWN).map((location, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: places have no other name.
    <Place key={at} location={location} />
  ));
}

function FlowSteps({ flow }: { flow: Flow }): ReactNode {
  return (
    <>
      {flow.message === null ? null : <Markdown text={flow.message} />}
      <ol className={css.steps}>
        {flow.steps.slice(0, PLACES_SHOWN).map((step, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are known by their position.
          <li key={at}>
            <span className={css.placePath}>{placeWords(step)}</span>
            {step.message === null ? null : <Markdown text={step.message} />}
            {step.snippet === null ? null : (
              <code className={css.stepCode}>{step.snippet.text.trim().split("\n")[0]?.slice(0, 200)}</code>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

function CvssPart({ cvss }: { cvss: Cvss }): ReactNode {
  const lines = cvss.vector === null ? [] : explained(cvss.vector);
  const title = `CVSS ${cvss.version}${cvss.score === null ? "" : `: ${cvss.score.toFixed(1)}`}${cvss.source === null ? "" : ` (${cvss.source})`}`;
  return (
    <More summary={title}>
      {cvss.vector === null ? null : <div className={css.vector}>{cvss.vector}</div>}
      <dl className={css.facts}>
        {lines.map((line) => (
          <div key={line.name}>
            <dt>{line.name}</dt>
            <dd>{line.value}</dd>
          </div>
        ))}
      </dl>
    </More>
  );
}

function Issue({ link }: { link: IssueLink }): ReactNode {
  const { words, tone } = issueState(link.state);
  return (
    <li>
      <div className={css.issueHead}>
        <span className={css.issueId}>
          <OutsideLink url={link.issue.url}>
            {link.issue.target}#{link.issue.number}
          </OutsideLink>
        </span>
        <Pill tone={tone}>{words}</Pill>
      </div>
      <div className={css.issueTitle}>{link.title}</div>
      <div className={css.meta}>
        {counted(link.findings, "finding")} · seen <RelativeTime at={link.seen} />
      </div>
    </li>
  );
}

const SEVERITY_SOURCES: Record<SeveritySource, string> = {
  score: "from its score",
  result: "from the result",
  rule: "from the rule",
  format_default: "the format's default",
  rank: "from its rank",
  nothing: "the report does not say",
  person: "set by a person",
};

function Head({ finding }: { finding: FindingDetail }): ReactNode {
  const { row } = finding;
  const score = finding.cvss.find((one) => one.score !== null);
  const facts: string[] = [];
  if (score?.score != null) facts.push(`CVSS ${score.score.toFixed(1)}`);
  for (const identifier of finding.identifiers.slice(0, 3)) facts.push(identifier.value);
  facts.push(`first seen ${day(row.first_seen)}`);
  const own = row.severity !== finding.report_severity;
  return (
    <>
      <div className={css.detailTop}>
        <SeverityBadge severity={row.severity} />
        <span className={css.meta}>{facts.join(" · ")}</span>
      </div>
      <h2 className={css.detailTitle}>{row.title}</h2>
      <div className={css.meta}>
        {row.tool} · {row.rule}
      </div>
      <div className={css.detailStatus}>
        <StatusBadge status={row.status} reason={row.reason} />
        {finding.present ? null : <Pill tone="warn">not found any more</Pill>}
        {finding.known_exploited === null ? null : <Pill tone="bad">exploited</Pill>}
        {finding.needs_review ? <Pill tone="warn">needs a look</Pill> : null}
        {row.branch === "" ? null : <Pill>{row.branch}</Pill>}
        <Pill>{row.application_name}</Pill>
        {row.owner === "" ? null : <Pill>owned by {row.owner}</Pill>}
      </div>
      {own ? (
        <div className={css.meta}>
          The report says {severityLabels[finding.report_severity]}
          {finding.severity_raw === null ? "" : ` («${finding.severity_raw}»)`},{" "}
          {SEVERITY_SOURCES[finding.severity_source]}.
        </div>
      ) : null}
      {finding.assessment?.comment == null ? null : (
        <div className={css.meta}>
          {finding.assessment.author ?? "Somebody"}: «{finding.assessment.comment}»
        </div>
      )}
    </>
  );
}

function Where({ finding }: { finding: FindingDetail }): ReactNode {
  const [first, ...others] = finding.locations;
  const { component, endpoint } = finding;
  return (
    <Part title="Where">
      {component === null ? null : (
        <div>
          <span className={css.placePath}>
            {component.name}
            {component.version === null ? "" : ` ${component.version}`}
          </span>
          <div className={css.meta}>
            {component.fixed_version === null
              ? "no fixed version is known"
              : `fixed in ${component.fixed_version}`}
          </div>
        </div>
      )}
      {endpoint === null ? null : (
        <div className={css.placePath}>
          {[endpoint.method, endpoint.url ?? endpoint.host].filter((part) => part !== null).join(" ")}
          {endpoint.parameter === null ? null : (
            <div className={css.meta}>parameter {endpoint.parameter}</div>
          )}
        </div>
      )}
      {first === undefined ? null : <Place location={first} />}
      {first === undefined && component === null && endpoint === null ? (
        <div className={css.meta}>The report names no place.</div>
      ) : null}
      {others.length === 0 ? null : (
        <More summary={`${counted(others.length, "more place", "more places")}`}>
          <Places places={others} />
          {others.length > PLACES_SHOWN ? (
            <div className={css.meta}>{count(others.length - PLACES_SHOWN)} more are not shown.</div>
          ) : null}
        </More>
      )}
      {finding.related.length === 0 ? null : (
        <More summary={counted(finding.related.length, "related place")}>
          <Places places={finding.related} />
        </More>
      )}
      {finding.flows.slice(0, 10).map((flow, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: flows are known by their position.
        <More key={at} summary={`Way through the code: ${counted(flow.steps.length, "step")}`}>
          <FlowSteps flow={flow} />
        </More>
      ))}
    </Part>
  );
}

function Reasons({ finding }: { finding: FindingDetail }): ReactNode {
  const { rule } = finding;
  const about = rule?.description ?? rule?.short ?? null;
  const fix = finding.remediation ?? rule?.help ?? null;
  return (
    <>
      <Part title="Why it matters">
        {finding.description === "" ? null : <Markdown text={finding.description} />}
        {about === null || about === finding.description ? null : (
          <div className={css.ruleAbout}>
            <Markdown text={about} />
          </div>
        )}
        {finding.cvss.map((cvss, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: several sources may give the same score.
          <CvssPart key={at} cvss={cvss} />
        ))}
        {finding.epss === null ? null : (
          <div className={css.told}>
            <span>EPSS</span> {epssWords(finding.epss)}
          </div>
        )}
        {finding.known_exploited === null ? null : (
          <div className={css.told}>
            <span>Known exploited</span> {knownWords(finding.known_exploited)}
          </div>
        )}
      </Part>
      {fix === null ? null : (
        <Part title="How to fix">
          <Markdown text={fix} />
        </Part>
      )}
    </>
  );
}

function Further({ finding }: { finding: FindingDetail }): ReactNode {
  const references = [...finding.references];
  const uri = finding.rule?.uri ?? null;
  if (uri !== null && !references.some((one) => one.url === uri))
    references.push({ label: "About the rule", url: uri });
  if (references.length === 0 && finding.tags.length === 0) return null;
  return (
    <Part title="Read on">
      <ul className={css.references}>
        {references.slice(0, 30).map((reference) => (
          <li key={reference.url}>
            <OutsideLink url={reference.url} host={reference.label !== null}>
              {reference.label ?? undefined}
            </OutsideLink>
          </li>
        ))}
      </ul>
      {finding.tags.length === 0 ? null : (
        <div className={css.tags}>
          {finding.tags.slice(0, 30).map((tag) => (
            <Pill key={tag}>{tag}</Pill>
          ))}
        </div>
      )}
    </Part>
  );
}

function History({ finding }: { finding: FindingDetail }): ReactNode {
  return (
    <Part title="History">
      <ol className={css.history}>
        {finding.history.map((entry, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: several events may share a moment.
          <li key={at}>
            <time dateTime={entry.at}>{moment(entry.at)}</time> {entry.text}
            {entry.author === null ? "" : ` · ${entry.author}`}
          </li>
        ))}
      </ol>
    </Part>
  );
}

export function Detail(props: { id: FindingId; onClose: () => void; onPush: () => void }): ReactNode {
  const answer = useAnswer("finding_detail", { id: props.id }, { keep: true });
  const finding = answer.data;
  return (
    <>
      <ActionIcon
        size="sm"
        className={css.detailClose ?? ""}
        aria-label="Close the pane"
        onClick={props.onClose}
      >
        <IconX size="1.15em" stroke={1.7} aria-hidden="true" />
      </ActionIcon>
      {answer.problem === null ? null : <ProblemView problem={answer.problem} onRetry={answer.refetch} />}
      {finding === undefined && answer.problem === null ? <Skeletons lines={9} /> : null}
      {finding === undefined || answer.problem !== null ? null : (
        <article aria-label={finding.row.title} aria-busy={answer.old}>
          <Head finding={finding} />
          <Proposals proposals={finding.proposals} />
          <Where finding={finding} />
          <Reasons finding={finding} />
          <Proof id={finding.row.id} evidence={finding.evidence} />
          <Part title="Issues">
            {finding.links.length === 0 ? (
              <div className={css.issueNone}>
                <span className={css.meta}>Not in any issue yet.</span>
                <span className={css.space} />
                <Button onClick={props.onPush} rightSection={<Kbd keys="p" />}>
                  Push
                </Button>
              </div>
            ) : (
              <ul className={css.issues}>
                {finding.links.map((link) => (
                  <Issue key={`${link.connection} ${link.issue.url}`} link={link} />
                ))}
              </ul>
            )}
            {finding.tracked_in.map((tracked) => (
              <div key={tracked} className={css.meta}>
                The report names <OutsideLink url={tracked} />
              </div>
            ))}
          </Part>
          <Further finding={finding} />
          <History finding={finding} />
        </article>
      )}
    </>
  );
}
