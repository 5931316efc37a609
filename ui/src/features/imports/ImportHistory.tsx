/** Every import, newest first; one opens beside the list. */
import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import {
  bytes,
  fullMoment,
  Pages,
  Pill,
  ProblemView,
  RelativeTime,
  Section,
  Skeletons,
  Table,
} from "../../kit";
import type { Import, ImportId } from "../../wire/contract";
import { useAnswer, useJob } from "../../wire/hooks";
import { ImportSummary } from "./ImportSummary";
import css from "./imports.module.css";
import { deltaShort, IMPORT_STATES } from "./importWords";
import { TakeBackPanel } from "./TakeBackPanel";

const PAGE = 50;

export function ImportHistory(): ReactNode {
  const [offset, setOffset] = useState(0);
  const [open, setOpen] = useState<ImportId | null>(null);
  const list = useAnswer("import_list", { application: null, offset, limit: PAGE }, { keep: true });
  const total = list.data?.total ?? 0;
  if (list.problem !== null) return <ProblemView problem={list.problem} onRetry={list.refetch} />;
  if (list.data === undefined) return <Skeletons />;
  if (total === 0) return null;
  return (
    <Section title="History">
      <div className={css.historyPanes}>
        <Table className={css.history}>
          <thead>
            <tr>
              <th scope="col">Report</th>
              <th scope="col">Application</th>
              <th scope="col">State</th>
              <th scope="col">What changed</th>
              <th scope="col">When</th>
            </tr>
          </thead>
          <tbody>
            {list.data.imports.map((one) => (
              <tr key={one.id} data-on={one.id === open || undefined} data-testid="import-row">
                <td>
                  <button
                    type="button"
                    className={css.openButton}
                    aria-expanded={one.id === open}
                    onClick={() => setOpen(one.id === open ? null : one.id)}
                  >
                    {one.file}
                  </button>
                </td>
                <td>{one.application_name}</td>
                <td className={css.state}>
                  <Pill tone={IMPORT_STATES[one.state].tone}>{IMPORT_STATES[one.state].words}</Pill>
                </td>
                <td className={css.muted}>
                  {one.state === "done" || one.state === "taken_back"
                    ? deltaShort(one.delta)
                    : (one.problem?.message ?? "")}
                </td>
                <td className={css.time}>
                  <RelativeTime at={one.started} />
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
        {open === null ? null : (
          <Details key={open} id={open} onShow={setOpen} onClose={() => setOpen(null)} />
        )}
      </div>
      <Pages label="Pages of the history" offset={offset} size={PAGE} total={total} onOffset={setOffset} />
    </Section>
  );
}

function Details(props: { id: ImportId; onShow: (id: ImportId) => void; onClose: () => void }): ReactNode {
  const { id, onShow, onClose } = props;
  const detail = useAnswer("import_detail", { id });
  const run = useJob("import_undo", id);
  // What is under way, or went wrong, is shown again after another page.
  const [asked, setAsked] = useState(run.state === "running" || run.problem !== null);
  const one = detail.data?.import;
  return (
    <aside className={css.details} aria-label="Import" data-testid="import-details">
      <div className={css.detailsHead}>
        {one?.state === "done" && !asked ? (
          <Button variant="subtle" onClick={() => setAsked(true)}>
            Take back…
          </Button>
        ) : null}
        <Button variant="subtle" onClick={onClose}>
          Close
        </Button>
      </div>
      {detail.problem === null ? null : <ProblemView problem={detail.problem} onRetry={detail.refetch} />}
      {detail.pending ? <Skeletons /> : null}
      {detail.data === undefined ? null : (
        <>
          {asked ? (
            <TakeBackPanel one={detail.data.import} onShow={onShow} onClose={() => setAsked(false)} />
          ) : null}
          <Facts one={detail.data.import} />
          {detail.data.import.problem === null ? null : <ProblemView problem={detail.data.import.problem} />}
          {detail.data.import.state === "done" || detail.data.import.state === "taken_back" ? (
            <ImportSummary done={detail.data.import} dry={false} warnings={detail.data.warnings} />
          ) : null}
        </>
      )}
    </aside>
  );
}

function Facts({ one }: { one: Import }): ReactNode {
  return (
    <dl className={css.facts}>
      <dt>Report</dt>
      <dd>
        {one.file}, {bytes(one.bytes)}
      </dd>
      <dt>Format</dt>
      <dd>{one.format === "" ? "not recognised" : one.format}</dd>
      <dt>Began</dt>
      <dd>{fullMoment(one.started)}</dd>
      <dt>SHA-256</dt>
      <dd>
        <code>{one.sha256}</code>
      </dd>
    </dl>
  );
}
