/** Every issue that findings are linked to. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { href, navigate } from "../../app/router";
import {
  Card,
  count,
  counted,
  EmptyState,
  OutsideLink,
  PageBody,
  PageHeader,
  Pill,
  ProblemView,
  RelativeTime,
  Skeletons,
  type Tone,
} from "../../kit";
import type { IssueLink, IssueState } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import css from "./issues.module.css";

const PAGE = 100;

const CLOSED_WORDS: Record<string, string> = {
  completed: "Closed as done",
  not_planned: "Closed as not planned",
  duplicate: "Closed as duplicate",
};

/** An issue's state in words, with its tone. */
export function stateWords(state: IssueState): { words: string; tone: Tone } {
  switch (state.type) {
    case "open":
      return { words: "Open", tone: "ok" };
    case "closed":
      return { words: CLOSED_WORDS[state.reason ?? ""] ?? "Closed", tone: "accent" };
    case "moved":
      return { words: state.to === null ? "Moved" : `Moved to ${state.to}`, tone: "warn" };
    case "deleted":
      return { words: "Deleted", tone: "bad" };
    case "not_visible":
      return { words: "Not visible", tone: "warn" };
  }
}

export default function IssuesPage(): ReactNode {
  const [offset, setOffset] = useState(0);
  const page = useAnswer("issue_page", { offset, limit: PAGE }, { keep: true });
  const total = page.data?.total ?? 0;
  return (
    <PageBody wide>
      <PageHeader title="Issues" crumb={total === 0 ? undefined : counted(total, "linked issue")} />
      {page.problem === null ? null : <ProblemView problem={page.problem} onRetry={page.refetch} />}
      {page.pending ? <Skeletons /> : null}
      {page.data !== undefined && total === 0 ? (
        <EmptyState
          title="No issue yet"
          actions={
            <Button variant="filled" onClick={() => navigate(href("findings"))}>
              Choose findings
            </Button>
          }
        >
          Select findings and press p: they become issues, one by one or grouped, and are listed here.
        </EmptyState>
      ) : null}
      {page.data === undefined || total === 0 ? null : (
        <>
          <Card className={css.scroll}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th scope="col">Issue</th>
                  <th scope="col">Title</th>
                  <th scope="col">State</th>
                  <th scope="col" className={css.number}>
                    Findings
                  </th>
                  <th scope="col" className={css.late}>
                    Linked
                  </th>
                  <th scope="col" className={css.late}>
                    Looked at
                  </th>
                </tr>
              </thead>
              <tbody>
                {page.data.issues.map((link) => (
                  <Row key={`${link.connection} ${link.issue.target} ${link.issue.number}`} link={link} />
                ))}
              </tbody>
            </table>
          </Card>
          <Pages offset={offset} total={total} onOffset={setOffset} />
        </>
      )}
    </PageBody>
  );
}

function Row({ link }: { link: IssueLink }): ReactNode {
  const state = stateWords(link.state);
  return (
    <tr data-testid="issue-row">
      <td className={css.ref}>
        <OutsideLink url={link.issue.url}>
          {link.issue.target}#{link.issue.number}
        </OutsideLink>
      </td>
      <td>
        {link.title}
        <span className={css.under}>
          <span>
            linked <RelativeTime at={link.linked} />
          </span>
          <span>
            looked at <RelativeTime at={link.seen} />
          </span>
        </span>
      </td>
      <td>
        <Pill tone={state.tone}>{state.words}</Pill>
      </td>
      <td className={css.number}>{count(link.findings)}</td>
      <td className={`${css.time} ${css.late}`}>
        <RelativeTime at={link.linked} />
      </td>
      <td className={`${css.time} ${css.late}`}>
        <RelativeTime at={link.seen} />
      </td>
    </tr>
  );
}

function Pages(props: { offset: number; total: number; onOffset: (offset: number) => void }): ReactNode {
  const { offset, total, onOffset } = props;
  if (total <= PAGE) return null;
  const last = Math.min(total, offset + PAGE);
  return (
    <nav className={css.pages} aria-label="Pages of the list">
      <Button disabled={offset === 0} onClick={() => onOffset(Math.max(0, offset - PAGE))}>
        Newer
      </Button>
      <span>
        {count(offset + 1)} to {count(last)} of {count(total)}
      </span>
      <Button disabled={last >= total} onClick={() => onOffset(offset + PAGE)}>
        Older
      </Button>
    </nav>
  );
}
