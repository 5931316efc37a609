/** The findings workbench: query bar, filters, table, and the pane with one finding. */
import { Button } from "@mantine/core";
import { IconFileImport, IconSearchOff } from "@tabler/icons-react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApplicationSwitcher, useApplication } from "../../app/ApplicationSwitcher";
import { useRoom } from "../../app/layout";
import { usePreference } from "../../app/preferences";
import { href, navigate, useRoute } from "../../app/router";
import { counted, EmptyState, HeaderContent, ProblemView } from "../../kit";
import type { Sort } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import { useFindingActions } from "./actions";
import { Detail } from "./Detail";
import { Facets } from "./Facets";
import css from "./findings.module.css";
import { Grid } from "./Grid";
import { PaneHandle } from "./PaneHandle";
import { QueryBar } from "./QueryBar";
import { termsOf, without } from "./queryText";
import { type Rows, useRows, useSettled } from "./rows";
import { has } from "./selection";
import { Toolbar } from "./Toolbar";
import { useScroll } from "./useScroll";
import { useSelection } from "./useSelection";

/** Widths in unscaled pixels. */
const RAIL = 196;
const RAIL_FOLDED = 46;
const FACETS = 186;
const TABLE_LEAST = 440;
const TABLE_LEAST_WITH_FACETS = 520;
const DETAIL_LEAST = 280;
const DETAIL_MOST = 760;

/** Moving quickly through the table does not ask for every finding on the way. */
const DETAIL_AFTER_MS = 90;

/** The query of the address, else the one last looked at. */
function useQueryText(): [string, (query: string) => void] {
  const route = useRoute();
  const [last, setLast] = usePreference("findingQuery");
  const given = route.params.get("q");
  const query = given ?? last;
  useEffect(() => {
    if (given !== null && given !== last) setLast(given);
  }, [given, last, setLast]);
  const setQuery = useCallback(
    (next: string) => {
      setLast(next);
      navigate(href("findings", { q: next }), { replace: true });
    },
    [setLast],
  );
  return [query, setQuery];
}

/** Which panes stand beside the table and which have to lie over it. */
function usePanes() {
  const room = useRoom();
  const [railFolded] = usePreference("railFolded");
  const [facetsWanted, setFacetsWanted] = usePreference("facetsOpen");
  const [detailWanted, setDetailWanted] = usePreference("detailOpen");
  const [width, setWidth] = usePreference("detailWidth");
  const [facetsOver, setFacetsOver] = useState(false);
  const [detailOver, setDetailOver] = useState(false);
  const free = room.width - (railFolded || room.width < 1000 ? RAIL_FOLDED : RAIL);
  const detailWidth = Math.min(
    Math.max(width, DETAIL_LEAST),
    DETAIL_MOST,
    Math.max(DETAIL_LEAST, free - TABLE_LEAST),
  );
  const detailFits = free - DETAIL_LEAST >= TABLE_LEAST;
  const facetsFit = free - FACETS - (detailWanted && detailFits ? detailWidth : 0) >= TABLE_LEAST_WITH_FACETS;
  return {
    scale: room.scale,
    facets: facetsFit ? facetsWanted : facetsOver,
    facetsOverlay: !facetsFit,
    setFacets: facetsFit ? setFacetsWanted : setFacetsOver,
    detail: detailFits ? detailWanted : detailOver,
    detailOverlay: !detailFits,
    setDetail: detailFits ? setDetailWanted : setDetailOver,
    detailWidth: detailFits ? detailWidth : Math.min(width, free - 24),
    setDetailWidth: (next: number) =>
      setWidth(Math.round(Math.min(Math.max(next, DETAIL_LEAST), DETAIL_MOST))),
  };
}

function NothingFound(props: { query: string; onQuery: (query: string) => void }): ReactNode {
  const { query, onQuery } = props;
  const terms = termsOf(query);
  return (
    <EmptyState
      icon={<IconSearchOff size="2em" stroke={1.4} />}
      title="No finding matches"
      actions={
        <>
          {terms.slice(0, 6).map((term) => (
            <Button key={term.from} onClick={() => onQuery(without(query, term))}>
              Without <code className={css.termName}>{query.slice(term.from, term.to)}</code>
            </Button>
          ))}
          <Button variant="subtle" onClick={() => onQuery("")}>
            Clear the query
          </Button>
        </>
      }
    >
      {terms.length > 1
        ? "All of the terms together leave nothing. Take one away to see more."
        : "Nothing here is like that. Clear the query to see every finding."}
    </EmptyState>
  );
}

function NothingYet(): ReactNode {
  return (
    <EmptyState
      icon={<IconFileImport size="2em" stroke={1.4} />}
      title="No findings yet"
      actions={
        <>
          <Button variant="filled" onClick={() => navigate(href("imports", { new: "1" }))}>
            Import a report…
          </Button>
          <Button onClick={() => navigate(href("welcome"))}>Try it with practice data</Button>
        </>
      }
    >
      Drop a scanner's report anywhere on this window, or choose one. SARIF, JSON and CSV are read, also
      zipped.
    </EmptyState>
  );
}

/** What stands where the table would be when there is nothing to list. */
function useEmpty(
  rows: Rows,
  query: string,
  onQuery: (query: string) => void,
): { shown: ReactNode | null; nothingYet: boolean } {
  const applications = useAnswer("application_list", {});
  const application = useApplication();
  if (rows.problem !== null && rows.total === undefined) {
    const shown = (
      <div className={css.tableProblem}>
        <ProblemView problem={rows.problem} onRetry={rows.refetch} />
      </div>
    );
    return { shown, nothingYet: false };
  }
  if (rows.total !== 0 || applications.data === undefined) return { shown: null, nothingYet: false };
  const known = applications.data.applications.filter(
    (one) => application === null || one.id === application,
  );
  const any = known.some((one) => one.findings > 0);
  return any
    ? { shown: <NothingFound query={query} onQuery={onQuery} />, nothingYet: false }
    : { shown: <NothingYet />, nothingYet: true };
}

export function FindingsPage(): ReactNode {
  const [query, setQuery] = useQueryText();
  const application = useApplication();
  const [storedSort, setSort] = usePreference("findingSort");
  const sort: readonly Sort[] = storedSort;
  const panes = usePanes();
  const gridRef = useRef<HTMLDivElement>(null);
  const inputRef = useRef<HTMLInputElement>(null);
  const wanted = useMemo(() => ({ query, application, sort }), [query, application, sort]);

  const [known, setKnown] = useState(0);
  const scrolling = useScroll(known, panes.scale);
  const rows = useRows(wanted, scrolling.visible);
  useEffect(() => {
    if (rows.total !== undefined) setKnown(rows.total);
  }, [rows.total]);
  const total = rows.total ?? known;
  const selection = useSelection(wanted, rows, total);
  const { cursor, setCursor } = selection;

  // A new result is looked at from its beginning.
  const { toTop, revealRow } = scrolling;
  const place = `${query}\n${application ?? ""}\n${JSON.stringify(sort)}`;
  const shownPlace = useRef(place);
  useEffect(() => {
    if (shownPlace.current === place) return;
    shownPlace.current = place;
    toTop();
    setCursor(0);
  }, [place, toTop, setCursor]);
  // Decisions can take rows away from under the cursor.
  useEffect(() => {
    if (rows.total !== undefined && cursor >= rows.total && rows.total > 0) setCursor(rows.total - 1);
  }, [rows.total, cursor, setCursor]);

  const focusGrid = useCallback(() => gridRef.current?.focus(), []);
  const goTo = useCallback(
    (row: number) => {
      setCursor(row);
      revealRow(row);
    },
    [setCursor, revealRow],
  );
  const setDetail = panes.setDetail;
  const open = useCallback(
    (row: number) => {
      setCursor(row);
      setDetail(true);
    },
    [setCursor, setDetail],
  );

  const act = useFindingActions({
    query,
    total,
    rows,
    selection,
    goTo,
    pageRows: scrolling.pageRows,
    detailOpen: panes.detail,
    setDetail,
    facetsOpen: panes.facets,
    setFacets: panes.setFacets,
    focusQuery: () => {
      inputRef.current?.focus();
      inputRef.current?.select();
    },
    focusGrid,
  });

  const underCursor = rows.at(cursor)?.id ?? null;
  const [lastUnderCursor, setLastUnderCursor] = useState(underCursor);
  useEffect(() => {
    if (underCursor !== null || rows.total === 0) setLastUnderCursor(underCursor);
  }, [underCursor, rows.total]);
  const cursorId = useSettled(lastUnderCursor, DETAIL_AFTER_MS);
  // Another finding is read from its beginning.
  const detailRef = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the finding is what decides.
  useEffect(() => {
    if (detailRef.current !== null) detailRef.current.scrollTop = 0;
  }, [cursorId]);
  const { shown: empty, nothingYet } = useEmpty(rows, query, setQuery);
  const said = selection.words;
  return (
    <>
      <HeaderContent>
        <h1 className={css.hiddenTitle}>Findings</h1>
        <ApplicationSwitcher />
        <QueryBar query={query} onQuery={setQuery} onLeave={focusGrid} inputRef={inputRef} />
        <Button className={css.importButton ?? ""} onClick={() => navigate(href("imports", { new: "1" }))}>
          Import
        </Button>
      </HeaderContent>
      <div className={css.workbench}>
        {panes.facets && !nothingYet ? (
          <Facets query={query} application={application} onQuery={setQuery} overlay={panes.facetsOverlay} />
        ) : null}
        <section className={css.list} aria-label="Findings">
          <Toolbar
            count={said === null ? (rows.total === undefined ? "" : counted(total, "finding")) : said.count}
            scope={said?.scope ?? ""}
            selecting={said !== null}
            subject={selection.subject}
            form={act.form}
            onForm={act.setForm}
            onFormDone={act.formDone}
            onPush={act.push}
            onCopy={act.copy}
            onSelectAll={selection.all}
            onSelectNone={selection.none}
            onPin={act.pin}
            facetsOpen={panes.facets}
            onFacets={() => panes.setFacets(!panes.facets)}
            detailOpen={panes.detail}
            onDetail={() => setDetail(!panes.detail)}
          />
          {empty ?? (
            <Grid
              gridRef={gridRef}
              rows={rows}
              shape={scrolling.shape}
              scroll={scrolling.scroll}
              visible={scrolling.visible}
              onScroll={scrolling.onScroll}
              onViewport={scrolling.onViewport}
              sort={sort}
              onSort={setSort}
              cursor={cursor}
              isSelected={(row) => row !== undefined && has(selection.chosen, row.id)}
              extent={selection.extent}
              onPress={selection.press}
              onBox={selection.box}
              onOpen={open}
              onAll={() => (selection.extent === "all" ? selection.none() : selection.all())}
            />
          )}
        </section>
        {panes.detail && empty === null && cursorId !== null ? (
          <aside
            className={css.detail}
            data-overlay={panes.detailOverlay || undefined}
            aria-label="Finding"
            style={{ width: panes.detailWidth * panes.scale }}
          >
            <PaneHandle width={panes.detailWidth} scale={panes.scale} onWidth={panes.setDetailWidth} />
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by key. */}
            <div className={css.detailScroll} tabIndex={0} ref={detailRef}>
              <Detail
                id={cursorId}
                onClose={() => {
                  setDetail(false);
                  focusGrid();
                }}
                onPush={act.push}
              />
            </div>
          </aside>
        ) : null}
      </div>
    </>
  );
}
