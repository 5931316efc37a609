/** What a scanner offers as proof, and the record behind a finding. Plain text, never HTML. */
import { Button } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { copyAndSay, counted, ProblemLine, Skeletons } from "../../kit";
import type { Epss, Evidence, FindingId, KnownExploited } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import css from "./findings.module.css";

/** Beyond this a text is shown cut; it is copied whole. */
const SHOWN = 100_000;

/** A share of 1 in percent, small ones with the digits that they need. */
export function percent(share: number): string {
  const value = share * 100;
  const digits = value === 0 || value >= 10 ? 0 : value >= 1 ? 1 : 3;
  return `${Number(value.toFixed(digits))} %`;
}

/** «94 %, in the highest 1 % (2026-01-31)». */
export function epssWords(epss: Epss): string {
  const above =
    epss.percentile === null ? "" : `, as high as or higher than ${percent(epss.percentile)} of all flaws`;
  return `${percent(epss.score)} within 30 days${above}${epss.date === null ? "" : ` (${epss.date})`}`;
}

/** «listed by CISA on 2024-01-31, to be fixed until 2024-02-21». */
export function knownWords(known: KnownExploited): string {
  const by = known.source === null ? "" : ` by ${known.source}`;
  const on = known.added === null ? "" : ` on ${known.added}`;
  const parts = [by === "" && on === "" ? "the report says so" : `listed${by}${on}`];
  if (known.due !== null) parts.push(`to be fixed until ${known.due}`);
  if (known.ransomware) parts.push("used by ransomware");
  return parts.join(", ");
}

function Fold({ summary, children }: { summary: string; children: ReactNode }): ReactNode {
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

function Verbatim({ name, text }: { name: string; text: string }): ReactNode {
  return (
    <section aria-label={name}>
      <div className={css.verbatimHead}>
        <span>{name}</span>
        <Button size="compact-xs" variant="subtle" onClick={() => void copyAndSay(text, `${name} copied.`)}>
          Copy
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by key. */}
      <pre className={css.verbatim} tabIndex={0}>
        {text.length > SHOWN ? `${text.slice(0, SHOWN)}\n…` : text}
      </pre>
    </section>
  );
}

function Piece({ piece }: { piece: Evidence }): ReactNode {
  const texts = (
    [
      ["Request", piece.request],
      ["Response", piece.response],
      ["Payload", piece.payload],
      [piece.label ?? "Output", piece.text],
    ] as const
  ).filter((pair): pair is readonly [string, string] => pair[1] !== null);
  const asked = [piece.method, piece.url].filter((part) => part !== null).join(" ");
  const named = asked === "" ? (texts[0]?.[0] ?? "Proof") : asked;
  return (
    <Fold summary={piece.label ?? named}>
      {piece.label === null || asked === "" ? null : <div className={css.placePath}>{asked}</div>}
      {texts.map(([name, text]) => (
        <Verbatim key={name} name={name} text={text} />
      ))}
    </Fold>
  );
}

function Raw({ id }: { id: FindingId }): ReactNode {
  const answer = useAnswer("finding_raw", { id });
  if (answer.problem !== null) return <ProblemLine problem={answer.problem} />;
  if (answer.data === undefined) return <Skeletons lines={3} />;
  const { record } = answer.data;
  if (record === null) {
    return (
      <div className={css.meta}>
        It is not kept: records with a leaked credential, and those longer than 1 MB, are left out.
      </div>
    );
  }
  return (
    <>
      <Verbatim name={record.form === "csv" ? "Row and header" : "Record"} text={record.text} />
      <div className={css.meta}>From {record.file}, as the report had it.</div>
    </>
  );
}

/** Proof and record; the record is fetched when somebody opens it. */
export function Proof({ id, evidence }: { id: FindingId; evidence: readonly Evidence[] }): ReactNode {
  const [opened, setOpened] = useState<FindingId | null>(null);
  return (
    <section aria-label="Evidence">
      <h3>Evidence</h3>
      {evidence.length === 0 ? null : (
        <div className={css.meta}>{counted(evidence.length, "piece")} in the report</div>
      )}
      {evidence.map((piece, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces are known by their position.
        <Piece key={at} piece={piece} />
      ))}
      <details
        key={id}
        className={css.more}
        onToggle={(event) => {
          if (event.currentTarget.open) setOpened(id);
        }}
      >
        <summary>
          <IconChevronRight size="1em" aria-hidden="true" />
          Raw record
        </summary>
        {opened === id ? <Raw id={id} /> : null}
      </details>
    </section>
  );
}
