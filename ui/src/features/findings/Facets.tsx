/** Values with their counts; a click writes the same text that one would type. */
import { IconCheck, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { count, Ending, endTells, ProblemLine, SeverityBadge, Skeletons } from "../../kit";
import { notifyProblem } from "../../kit/notify";
import {
  type ApplicationId,
  type Facet,
  type FacetValue,
  facetLabels,
  type Severity,
  severityLabels,
  statusLabels,
} from "../../wire/contract";
import { useAnswer, useCalls } from "../../wire/hooks";
import { toProblem } from "../../wire/transport";
import css from "./findings.module.css";
import { isOn, termsOf } from "./queryText";

const SHOWN = 6;

/** Severity and status read best in their own order, not by count. */
const ORDERS: Partial<Record<Facet, readonly string[]>> = {
  severity: Object.keys(severityLabels),
  status: Object.keys(statusLabels),
};

function inOrder(facet: Facet, values: readonly FacetValue[]): FacetValue[] {
  const order = ORDERS[facet];
  if (order === undefined) return [...values];
  return [...values].sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value));
}

function Value(props: { value: FacetValue; on: boolean; onToggle: () => void }): ReactNode {
  const { value, on, onToggle } = props;
  return (
    <li>
      <button type="button" className={css.facet} aria-pressed={on} onClick={onToggle} title={value.label}>
        {value.facet === "severity" && value.value in severityLabels ? (
          <SeverityBadge severity={value.value as Severity} />
        ) : (
          <span className={css.facetLabel}>
            {endTells(value.label) ? <Ending text={value.label} /> : value.label}
          </span>
        )}
        {on ? <IconCheck className={css.facetOn} size="1em" stroke={2} aria-hidden="true" /> : null}
        <span className={css.facetCount}>{count(value.count)}</span>
      </button>
    </li>
  );
}

function Group(props: {
  facet: Facet;
  values: readonly FacetValue[];
  isOn: (value: FacetValue) => boolean;
  onToggle: (value: FacetValue) => void;
}): ReactNode {
  const [open, setOpen] = useState(true);
  const [all, setAll] = useState(false);
  const values = inOrder(props.facet, props.values);
  // What is asked for is always in view.
  const shown = all ? values : values.filter((value, at) => at < SHOWN || props.isOn(value));
  const more = values.length - shown.length;
  return (
    <section aria-label={facetLabels[props.facet]}>
      <h2 className={css.facetHead}>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {facetLabels[props.facet]}
          {open ? (
            <IconChevronDown size="1em" aria-hidden="true" />
          ) : (
            <IconChevronRight size="1em" aria-hidden="true" />
          )}
        </button>
      </h2>
      {open ? (
        <ul className={css.facetList}>
          {shown.map((value) => (
            <Value
              key={value.value}
              value={value}
              on={props.isOn(value)}
              onToggle={() => props.onToggle(value)}
            />
          ))}
          {more > 0 || all ? (
            <li>
              <button type="button" className={css.facet} onClick={() => setAll(!all)}>
                <span className={css.facetMore}>{all ? "fewer" : `${count(more)} more…`}</span>
              </button>
            </li>
          ) : null}
        </ul>
      ) : null}
    </section>
  );
}

export function Facets(props: {
  query: string;
  application: ApplicationId | null;
  onQuery: (query: string) => void;
  overlay: boolean;
}): ReactNode {
  const { query, application, onQuery } = props;
  const calls = useCalls();
  const answer = useAnswer("finding_facets", { query, application }, { keep: true });
  const terms = useMemo(() => termsOf(query), [query]);
  const groups = useMemo(() => Object.entries(groupedByFacet(answer.data?.values ?? [])), [answer.data]);
  const toggle = async (value: FacetValue): Promise<void> => {
    try {
      const next = await calls.query("query_toggle", { text: query, facet: value.facet, value: value.value });
      onQuery(next.text);
    } catch (thrown) {
      notifyProblem(toProblem(thrown));
    }
  };
  return (
    <aside
      className={css.facets}
      data-overlay={props.overlay || undefined}
      aria-label="Filters"
      aria-busy={answer.fetching}
    >
      {answer.problem === null ? null : <ProblemLine problem={answer.problem} />}
      {answer.pending ? <Skeletons lines={12} label="Counting" /> : null}
      {groups.map(([facet, values]) => (
        <Group
          key={facet}
          facet={facet as Facet}
          values={values}
          isOn={(value) => isOn(terms, value.facet, value.value)}
          onToggle={(value) => void toggle(value)}
        />
      ))}
    </aside>
  );
}

function groupedByFacet(values: readonly FacetValue[]): Partial<Record<Facet, FacetValue[]>> {
  const groups: Partial<Record<Facet, FacetValue[]>> = {};
  for (const facet of Object.keys(facetLabels) as Facet[]) {
    const mine = values.filter((value) => value.facet === facet);
    // One value that everything has is no choice.
    if (mine.length > 0 && (mine.length > 1 || facet === "severity" || facet === "status"))
      groups[facet] = mine;
  }
  return groups;
}
