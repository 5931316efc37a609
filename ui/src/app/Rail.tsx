/** The rail on the left: pages with counts, pinned views, settings. */
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { count, keyWords } from "../kit";
import type { Counts, Problem } from "../wire/contract";
import { useAnswer } from "../wire/hooks";
import css from "./app.module.css";
import { RAIL, type RailEntry, SETTINGS } from "./pages";
import { type PinnedView, usePreference } from "./preferences";
import { href, type Route, useRoute } from "./router";

function Entry(props: {
  entry: RailEntry;
  on: boolean;
  counts: Counts | undefined;
  folded: boolean;
}): ReactNode {
  const { entry, on, counts, folded } = props;
  const number = entry.count === null || counts === undefined ? 0 : counts[entry.count];
  return (
    <a
      href={`#${href(entry.page)}`}
      className={css.railLink}
      aria-current={on ? "page" : undefined}
      title={folded ? `${entry.label} (${keyWords(entry.keys)})` : keyWords(entry.keys)}
      aria-label={folded ? entry.label : undefined}
    >
      <entry.icon size="1.2em" stroke={1.7} aria-hidden="true" />
      {folded ? null : <span className={css.railText}>{entry.label}</span>}
      {folded || number === 0 ? null : <span className={css.railCount}>{count(number)}</span>}
    </a>
  );
}

function View(props: { view: PinnedView; on: boolean; onUnpin: () => void }): ReactNode {
  const { view, on, onUnpin } = props;
  const [application] = usePreference("application");
  const matching = useAnswer("finding_count", {
    selection: { type: "matching", query: view.query, application, except: [] },
  });
  return (
    <div className={css.railView}>
      <a
        href={`#${href("findings", { q: view.query })}`}
        className={css.railLink}
        aria-current={on ? "page" : undefined}
        title={view.query}
      >
        <span className={css.railText}>{view.name}</span>
        <span className={css.railCount}>{matching.data === undefined ? "" : count(matching.data.total)}</span>
      </a>
      <button type="button" className={css.unpin} aria-label={`Unpin «${view.name}»`} onClick={onUnpin}>
        <IconX size="0.9em" aria-hidden="true" />
      </button>
    </div>
  );
}

function isOn(entry: RailEntry, route: Route, pinned: readonly PinnedView[]): boolean {
  if (entry.page === "plans") return route.page === "plans" || route.page === "push";
  if (entry.page !== route.page) return false;
  return entry.page !== "findings" || !pinned.some((view) => view.query === route.params.get("q"));
}

export function Rail(props: { folded: boolean; problem?: Problem | null }): ReactNode {
  const { folded } = props;
  const route = useRoute();
  const [pinned, setPinned] = usePreference("pinned");
  const status = useAnswer("app_status", {});
  const counts = status.data?.counts;
  return (
    <nav className={css.rail} aria-label="Pages" data-folded={folded || undefined}>
      <a className={css.brand} href={`#${href("welcome")}`} aria-label="Docket: welcome page">
        <Mark />
        {folded ? null : "Docket"}
      </a>
      {RAIL.map((entry) => (
        <Entry
          key={entry.page}
          entry={entry}
          on={isOn(entry, route, pinned)}
          counts={counts}
          folded={folded}
        />
      ))}
      {folded || pinned.length === 0 ? null : (
        <>
          <h2 className={css.railHead}>Views</h2>
          {pinned.map((view) => (
            <View
              key={view.id}
              view={view}
              on={route.page === "findings" && route.params.get("q") === view.query}
              onUnpin={() => setPinned(pinned.filter((one) => one.id !== view.id))}
            />
          ))}
        </>
      )}
      <span className={css.railSpace} />
      <Entry entry={SETTINGS} on={route.page === "settings"} counts={counts} folded={folded} />
    </nav>
  );
}

/** Docket's sign: a card with a folded corner and two entries. */
function Mark(): ReactNode {
  return (
    <svg viewBox="0 0 16 16" width="1.25em" height="1.25em" aria-hidden="true">
      <path d="M3 1.5h7L13.5 5v9.5h-10.5z" fill="var(--accent)" />
      <path d="M5.5 7h5.5M5.5 10.5h3.5" stroke="var(--on-accent)" strokeWidth="1.5" strokeLinecap="round" />
    </svg>
  );
}
