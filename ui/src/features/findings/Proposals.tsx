/** What a report or a tracker suggests about a finding, each with a one-click answer. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { href } from "../../app/router";
import { ProblemLine, RelativeTime, statusWords } from "../../kit";
import type { Proposal } from "../../wire/contract";
import { useCommand } from "../../wire/hooks";
import css from "./findings.module.css";

function Open({ proposal }: { proposal: Proposal }): ReactNode {
  const settle = useCommand("proposal_settle");
  const answer = (accept: boolean): void => void settle.run({ id: proposal.id, accept, comment: null });
  return (
    <div className={css.proposal}>
      <div>
        Suggested: <strong>{statusWords(proposal.status, proposal.reason)}</strong>
      </div>
      <div className={css.meta}>
        {proposal.why}
        {proposal.other === null ? null : (
          <>
            {" "}
            (
            <a href={`#${href("findings", { q: `id:${proposal.other},${proposal.finding}` })}`}>
              finding {proposal.other}
            </a>
            )
          </>
        )}{" "}
        · <RelativeTime at={proposal.at} />
      </div>
      {settle.problem === null ? null : <ProblemLine problem={settle.problem} />}
      <div className={css.proposalActions}>
        <Button onClick={() => answer(true)} disabled={settle.running}>
          Accept
        </Button>
        <Button variant="subtle" onClick={() => answer(false)} disabled={settle.running}>
          Dismiss
        </Button>
      </div>
    </div>
  );
}

export function Proposals({ proposals }: { proposals: readonly Proposal[] }): ReactNode {
  return proposals
    .filter((proposal) => proposal.state === "open")
    .map((proposal) => <Open key={proposal.id} proposal={proposal} />);
}
