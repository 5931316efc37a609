/** The frame around every page: rail, top bar, status line, global keys. */
import { Button, VisuallyHidden } from "@mantine/core";
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from "@tabler/icons-react";
import { type ReactNode, Suspense, useEffect, useState } from "react";
import { EmptyState, IconButton, Kbd, ProblemView, Skeletons } from "../kit";
import { HeaderSlot } from "../kit/PageHeader";
import { useAnswer } from "../wire/hooks";
import { toProblem } from "../wire/transport";
import css from "./app.module.css";
import { TEXT_SCALES, useAppearance } from "./appearance";
import { Boundary } from "./Boundary";
import { useActions } from "./keys";
import { useRoom } from "./layout";
import { openPalette, Palette } from "./Palette";
import { isPage, pageOf, RAIL, SETTINGS } from "./pages";
import { usePreference, usePreferenceStore } from "./preferences";
import { Rail } from "./Rail";
import { href, navigate, useRoute } from "./router";
import { StatusLine } from "./StatusLine";
import { OPEN_LISTS } from "./theme";

/** Below this width (unscaled) the rail shows icons only. */
const FOLD_BELOW = 1000;

function useGlobalActions(): void {
  const look = useAppearance();
  const kinds = useAnswer("connection_kinds", {});
  const [folded, setFolded] = usePreference("railFolded");
  const step = (direction: 1 | -1): void => {
    const at = TEXT_SCALES.findIndex((scale) => scale >= look.textScale - 0.01);
    const next = TEXT_SCALES[Math.min(TEXT_SCALES.length - 1, Math.max(0, at + direction))];
    if (next !== undefined) look.setTextScale(next);
  };
  useActions([
    ...[...RAIL, SETTINGS].map((entry) => ({
      id: `go-${entry.page}`,
      label: `Go to ${entry.label}`,
      group: "Go to",
      keys: [entry.keys],
      run: () => navigate(href(entry.page)),
    })),
    {
      id: "go-applications",
      label: "Go to Applications",
      group: "Go to",
      keys: ["g a"],
      run: () => navigate(href("applications")),
    },
    {
      id: "go-welcome",
      label: "Go to the welcome page",
      group: "Go to",
      run: () => navigate(href("welcome")),
    },
    {
      id: "import",
      label: "Import a report…",
      group: "Findings",
      keys: ["mod+i"],
      run: () => navigate(href("imports", { new: "1" })),
    },
    {
      id: "connect",
      label: "Connect a tracker…",
      group: "Connections",
      run: () => navigate(href("connections", { new: "1" })),
    },
    ...(kinds.data?.kinds ?? []).map((card) => ({
      id: `connect-${card.id}`,
      label: `Connect ${card.name}…`,
      group: "Connections",
      run: () => navigate(href("connections", { new: "1", kind: card.id })),
    })),
    { id: "theme-light", label: "Theme: light", group: "Window", run: () => look.setTheme("light") },
    { id: "theme-dark", label: "Theme: dark", group: "Window", run: () => look.setTheme("dark") },
    {
      id: "theme-system",
      label: "Theme: as the system",
      group: "Window",
      run: () => look.setTheme("system"),
    },
    {
      id: "density",
      label: look.density === "compact" ? "Rows: comfortable" : "Rows: compact",
      group: "Window",
      run: () => look.setDensity(look.density === "compact" ? "comfortable" : "compact"),
    },
    {
      id: "text-larger",
      label: "Text: larger",
      group: "Window",
      keys: ["mod+=", "mod++"],
      whileTyping: true,
      run: () => step(1),
    },
    {
      id: "text-smaller",
      label: "Text: smaller",
      group: "Window",
      keys: ["mod+-"],
      whileTyping: true,
      run: () => step(-1),
    },
    {
      id: "text-normal",
      label: "Text: normal size",
      group: "Window",
      keys: ["mod+0"],
      whileTyping: true,
      run: () => look.setTextScale(1),
    },
    {
      id: "rail",
      label: folded ? "Show the rail in full" : "Fold the rail",
      group: "Window",
      keys: ["mod+b"],
      run: () => setFolded(!folded),
    },
  ]);
}

/** Opens where the person left; the welcome page while there is nothing yet. */
function useStartPage(): void {
  const route = useRoute();
  const store = usePreferenceStore();
  const status = useAnswer("app_status", {});
  useEffect(() => {
    if (route.page !== "") store.set("route", route.path);
    else if (status.data !== undefined) {
      navigate(status.data.fresh ? href("welcome") : store.get("route"), { replace: true });
    } else if (status.problem !== null) navigate(href("findings"), { replace: true });
  }, [route, store, status.data, status.problem]);
}

function CurrentPage(): ReactNode {
  const route = useRoute();
  if (route.page === "") return <Skeletons />;
  if (!isPage(route.page)) {
    return (
      <EmptyState
        title="There is no such page"
        actions={<Button onClick={() => navigate(href("findings"))}>Go to Findings</Button>}
      >
        The address «{route.page}» leads nowhere.
      </EmptyState>
    );
  }
  const name = route.page;
  return (
    <Boundary
      key={name}
      fallback={(thrown, reset) => (
        <div className={css.pageProblem}>
          <ProblemView problem={toProblem(thrown)} onRetry={reset} />
        </div>
      )}
    >
      <Suspense
        fallback={
          <div className={css.pageProblem}>
            <Skeletons />
          </div>
        }
      >
        <Page name={name} />
      </Suspense>
    </Boundary>
  );
}

function Page({ name }: { name: Parameters<typeof pageOf>[0] }): ReactNode {
  const Shown = pageOf(name);
  return <Shown />;
}

export function Frame({ children }: { children?: ReactNode }): ReactNode {
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const [foldedByChoice, setFolded] = usePreference("railFolded");
  const room = useRoom();
  const narrow = room.width < FOLD_BELOW;
  const folded = narrow || foldedByChoice;
  useGlobalActions();
  useStartPage();
  return (
    <div className={css.frame} data-folded={folded || undefined}>
      <button type="button" className={css.skip} onClick={() => document.getElementById("main")?.focus()}>
        Skip to the page
      </button>
      <Rail folded={folded} />
      <header className={css.top}>
        {narrow ? null : (
          <IconButton
            size={26}
            className={css.foldButton}
            label={folded ? "Show the rail in full" : "Fold the rail"}
            onClick={() => setFolded(!foldedByChoice)}
          >
            {folded ? (
              <IconLayoutSidebarLeftExpand size="1.25em" stroke={1.6} aria-hidden="true" />
            ) : (
              <IconLayoutSidebarLeftCollapse size="1.25em" stroke={1.6} aria-hidden="true" />
            )}
          </IconButton>
        )}
        <div className={css.topSlot} ref={setSlot} />
        <Button variant="subtle" onClick={openPalette}>
          {room.width < 1180 ? (
            <VisuallyHidden>Search actions</VisuallyHidden>
          ) : (
            <span className={css.searchWords}>Search actions</span>
          )}
          <Kbd keys="mod+k" />
        </Button>
      </header>
      <main className={css.main} id="main" tabIndex={-1}>
        <HeaderSlot value={slot}>
          <CurrentPage />
          {children}
        </HeaderSlot>
        <div id={OPEN_LISTS} />
      </main>
      <StatusLine />
      <Palette />
    </div>
  );
}
