/** Every issue that findings are linked to. */
import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
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
/** While somebody types, nothing is looked for. */
const TYPING_MS = 200;

export default function IssuesPage(): ReactNode {
  const [offset, setOffset] = useState(0);
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), TYPING_MS);
  const page = useAnswer("issue_page", { search, offset, limit: PAGE }, { keep: true });
  const connections = useAnswer("connection_list", {});
  const total = page.data?.total ?? 0;
  const names = new Map(connections.data?.connections.map((one) => [one.id, one.label]));
  const found = page.data?.issues ?? [];
  const searching = typed.trim() !== "" || search !== "";
  const none = total === 0 && !searching;
  return (
    <PageBody wide>
      <PageHeader
        title="Issues"
        crumb={total === 0 || searching ? undefined : counted(total, "linked issue")}
      />
      {page.problem === null ? null : <ProblemView problem={page.problem} onRetry={page.refetch} />}
      {page.pending ? <Skeletons /> : null}
      {page.data !== undefined && none ? (
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
      {page.data === undefined || none ? null : (
        <>
          <TextInput
            className={css.find ?? ""}
            label="Find an issue"
            placeholder="Number, title, target or tracker"
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setOffset(0);
            }}
          />
          <p className={css.hits} aria-live="polite">
            {search === "" ? null : `${counted(total, "issue")} found`}
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
