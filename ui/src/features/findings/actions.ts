/** Everything that can be done on the page, by key, by button and from the palette. */
import { useState } from "react";
import type { Action } from "../../app/keymap";
import { useActions } from "../../app/keys";
import { usePreference } from "../../app/preferences";
import { setPushSelection } from "../../app/pushSelection";
import { href, navigate } from "../../app/router";
import { copyAndSay } from "../../kit/copy";
import { count, counted } from "../../kit/format";
import { notifyDone } from "../../kit/notify";
import { useCalls } from "../../wire/hooks";
import type { Rows } from "./rows";
import { COPY_FORMATS, type CopyFormat, type FormName } from "./Toolbar";
import type { useSelection } from "./useSelection";

interface Around {
  query: string;
  total: number;
  rows: Rows;
  selection: ReturnType<typeof useSelection>;
  goTo: (row: number) => void;
  pageRows: number;
  detailOpen: boolean;
  setDetail: (open: boolean) => void;
  facetsOpen: boolean;
  setFacets: (open: boolean) => void;
  focusQuery: () => void;
  focusGrid: () => void;
}

const GROUP = "Findings";
const GRID = '[role="grid"]';

/** Moving about: kept out of the palette, shown among the keys. */
function moves(around: Around): Action[] {
  const { selection, total, pageRows } = around;
  const go = (row: number): void => {
    if (total > 0) around.goTo(Math.min(Math.max(row, 0), total - 1));
  };
  const at = selection.cursor;
  const move = (id: string, label: string, keys: string[], run: () => void, within?: string): Action => ({
    id: `findings-${id}`,
    label,
    group: "Moving in the table",
    keys,
    run,
    hidden: true,
    ...(within === undefined ? {} : { within }),
  });
  const extend = (by: number): void => {
    const row = Math.min(Math.max(at + by, 0), total - 1);
    around.goTo(row);
    selection.extendTo(row);
  };
  return [
    move("down", "Next finding", ["j"], () => go(at + 1)),
    move("up", "Previous finding", ["k"], () => go(at - 1)),
    move("arrow-down", "Next finding", ["arrowdown"], () => go(at + 1), GRID),
    move("arrow-up", "Previous finding", ["arrowup"], () => go(at - 1), GRID),
    move("page-down", "A page down", ["pagedown"], () => go(at + pageRows), GRID),
    move("page-up", "A page up", ["pageup"], () => go(at - pageRows), GRID),
    move("first", "First finding", ["home", "g g"], () => go(0), GRID),
    move("last", "Last finding", ["end", "shift+g"], () => go(total - 1), GRID),
    move("extend-down", "Select downwards", ["shift+arrowdown", "shift+j"], () => extend(1), GRID),
    move("extend-up", "Select upwards", ["shift+arrowup", "shift+k"], () => extend(-1), GRID),
  ];
}

export function useFindingActions(around: Around) {
  const { selection, query } = around;
  const calls = useCalls();
  const [form, setForm] = useState<FormName | null>(null);
  const [pinned, setPinned] = usePreference("pinned");
  const { subject } = selection;

  const push = (): void => {
    if (subject === null) return;
    setPushSelection(subject.selection);
    navigate(href("push"));
  };
  const copy = async (format: CopyFormat): Promise<void> => {
    if (subject === null) return;
    let words = "";
    const text = calls.query("finding_copy", { selection: subject.selection, format }).then((copied) => {
      const left = copied.left_out === 0 ? "" : `; ${count(copied.left_out)} were too many for the clipboard`;
      words = `${counted(copied.count, "finding")} copied${left}.`;
      return copied.text;
    });
    await copyAndSay(text, () => words);
  };
  const isPinned = pinned.some((view) => view.query === query);
  const pin =
    query.trim() === "" || isPinned
      ? null
      : () => {
          setPinned([...pinned, { id: `${Date.now()}`, name: query, query }]);
          notifyDone("Pinned to the rail.");
        };
  const stepBack = (): void => {
    if (selection.words !== null) selection.none();
    else if (around.detailOpen) around.setDetail(false);
    around.focusGrid();
  };
  const opens = (name: FormName, label: string, key?: string): Action => ({
    id: `findings-${name}`,
    label,
    group: GROUP,
    ...(key === undefined ? {} : { keys: [key] }),
    disabled: subject === null,
    run: () => setForm(name),
  });

  useActions([
    ...moves(around),
    { id: "findings-query", label: "Write a query", group: GROUP, keys: ["/"], run: around.focusQuery },
    {
      id: "findings-open",
      label: "Show the finding",
      group: GROUP,
      keys: ["enter"],
      within: GRID,
      run: () => around.setDetail(true),
    },
    {
      id: "findings-select",
      label: "Select the finding",
      group: GROUP,
      keys: ["x"],
      run: () => selection.toggleRow(selection.cursor),
    },
    {
      id: "findings-all",
      label: "Select everything that matches",
      group: GROUP,
      keys: ["mod+a"],
      run: selection.all,
    },
    {
      id: "findings-none",
      label: "Select nothing, close the pane",
      group: GROUP,
      keys: ["escape"],
      run: stepBack,
    },
    opens("status", "Set status…", "s"),
    opens("severity", "Set severity…", "e"),
    opens("comment", "Comment…", "c"),
    opens("move", "Assign to an application…"),
    {
      id: "findings-push",
      label: "Push to issues…",
      group: GROUP,
      keys: ["p"],
      disabled: subject === null,
      run: push,
    },
    ...COPY_FORMATS.map(({ format, label }) => ({
      id: `findings-copy-${format}`,
      label: `Copy as ${label}`,
      group: GROUP,
      disabled: subject === null,
      run: () => void copy(format),
    })),
    {
      id: "findings-pin",
      label: "Pin this query to the rail",
      group: GROUP,
      disabled: pin === null,
      run: () => pin?.(),
    },
    {
      id: "findings-facets",
      label: around.facetsOpen ? "Hide filters" : "Show filters",
      group: GROUP,
      keys: ["f"],
      run: () => around.setFacets(!around.facetsOpen),
    },
  ]);

  return {
    form,
    setForm,
    formDone: () => {
      setForm(null);
      selection.none();
      around.focusGrid();
    },
    push,
    copy: (format: CopyFormat) => void copy(format),
    pin,
  };
}
