/** Every issue that findings are linked to. */
import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { href, navigate } from "../../app/router";
import {
  count,
  counted,
  EmptyState,
  issueState,
  OutsideLink,
  PageBody,
  PageHeader,
  Pages,
  Pill,
  ProblemView,
  RelativeTime,
  Skeletons,
  Table,
} from "../../kit";
import type { IssueLink } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import css from "./issues.module.css";

const PAGE = 100;

export default function IssuesPage(): ReactNode {
  const [offset, setOffset] = useState(0);
  const page = useAnswer("issue_page", { offset, limit: PAGE }, { keep: true });
  const connections = useAnswer("connection_list", {});
  const [typed, setTyped] = useState("");
  const total = page.data?.total ?? 0;
  const names = new Map(connections.data?.connections.map((one) => [one.id, one.label]));
  const links = page.data?.issues ?? [];
  const found = links.filter((link) => fits(link, names.get(link.connection) ?? "", typed));
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
          <TextInput
            className={css.find ?? ""}
            label={total > links.length ? "Find on this page" : "Find an issue"}
            description={
              total > links.length
                ? `Looks through these ${count(links.length)} of ${counted(total, "issue")} only; the others are on further pages.`
                : undefined
            }
            placeholder="Number, title, target or tracker"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <p className={css.hits} aria-live="polite">
            {typed.trim() === "" ? null : `${counted(found.length, "issue")} found`}
          </p>
          <Table className={css.issues}>
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
              {found.map((link) => (
                <Row
                  key={`${link.connection} ${link.issue.target} ${link.issue.number}`}
                  link={link}
                  tracker={names.get(link.connection)}
                />
              ))}
            </tbody>
          </Table>
          <Pages label="Pages of the list" offset={offset} size={PAGE} total={total} onOffset={setOffset} />
        </>
      )}
    </PageBody>
  );
}

/** Whether every word that was typed is in it. */
export function fits(link: IssueLink, tracker: string, typed: string): boolean {
  const { target, number } = link.issue;
  const text = `${target}#${number} ${link.title} ${tracker}`.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function Row({ link, tracker }: { link: IssueLink; tracker: string | undefined }): ReactNode {
  const state = issueState(link.state);
  return (
    <tr data-testid="issue-row">
      <td className={css.ref}>
        <OutsideLink url={link.issue.url}>
          {link.issue.target}#{link.issue.number}
        </OutsideLink>
        {/* Targets of the same name stand in several trackers. */}
        {tracker === undefined ? null : <span className={css.tracker}>{tracker}</span>}
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
