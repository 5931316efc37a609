/** The guard tried at once: on one of the application's findings, or on a text of one's own. */
import { Button, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { ProblemLine, TakenList } from "../../../kit";
import type { FindingDetail } from "../../../wire/contract";
import { useAnswer } from "../../../wire/hooks";
import page from "../edit.module.css";
import css from "./mapping.module.css";
import type { FullDraft } from "./mappingDraft";

const TYPING_MS = 250;

/** Everything of a finding that an issue may quote. */
export function quotedText(finding: FindingDetail): string {
  const places = finding.locations.map((place) => place.path ?? "");
  const code = finding.locations.map((place) => place.snippet?.text ?? "");
  return [finding.row.title, finding.description, finding.remediation ?? "", ...places, ...code]
    .filter((text) => text.trim() !== "")
    .join("\n");
}

export function GuardTrial({ full }: { full: FullDraft }): ReactNode {
  /** `null`: the finding's own text. */
  const [own, setOwn] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const [application = null] = full.applications;
  const rows = useAnswer(
    "finding_page",
    { query: "status:active", application, sort: [], start: { type: "offset", rows: at }, limit: 1 },
    { on: application !== null, keep: true },
  );
  const id = rows.data?.rows[0]?.id;
  const detail = useAnswer("finding_detail", { id: id ?? "" }, { on: id !== undefined, keep: true });
  const text = own ?? (detail.data === undefined ? "" : quotedText(detail.data));
  const [tried] = useDebouncedValue({ guard: full.guard, text }, TYPING_MS);
  const answer = useAnswer("guard_try", tried, { on: tried.text !== "", keep: true });
  const total = rows.data?.total ?? 0;
  return (
    <div data-testid="guard-trial">
      <div className={css.previewHead}>
        <span className={page.label}>
          Try it {own === null && id !== undefined ? "on a real finding" : ""}
        </span>
        {total === 0 ? null : (
          <Button
            size="xs"
            variant="subtle"
            onClick={() => {
              setOwn(null);
              if (own === null) setAt((at + 1) % total);
            }}
          >
            {own === null ? "Another one" : "Use a finding"}
          </Button>
        )}
      </div>
      <Textarea
        aria-label="Text to try it on"
        placeholder="Paste a text"
        size="sm"
        rows={4}
        resize="vertical"
        spellCheck={false}
        value={text}
        onChange={(event) => setOwn(event.currentTarget.value)}
      />
      <div aria-live="polite" className={css.trial}>
        {answer.problem !== null ? (
          <ProblemLine problem={answer.problem} />
        ) : text === "" || answer.data === undefined ? null : answer.data.taken.length === 0 ? (
          <p className={page.hint}>Nothing of this would be kept back.</p>
        ) : (
          <TakenList taken={answer.data.taken} places={false} />
        )}
      </div>
    </div>
  );
}
