/** The command palette: every action of the window with its keys, and the `?` overlay. */
import { CloseButton, Modal } from "@mantine/core";
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { Kbd } from "../kit";
import css from "./app.module.css";
import type { Action } from "./keymap";
import { useActionList, useActions } from "./keys";

const [paletteStore, palette] = createSpotlight();

export function openPalette(): void {
  palette.open();
}

function grouped(actions: readonly Action[]): [string, Action[]][] {
  const groups = new Map<string, Action[]>();
  for (const action of actions) {
    const group = groups.get(action.group);
    if (group === undefined) groups.set(action.group, [action]);
    else group.push(action);
  }
  return [...groups];
}

/** The ways to press what has the same words stand in one line. */
function byLabel(actions: readonly Action[]): [string, string[]][] {
  const lines = new Map<string, string[]>();
  for (const action of actions) {
    lines.set(action.label, [...(lines.get(action.label) ?? []), ...(action.keys ?? [])]);
  }
  return [...lines];
}

/** What has every word of the query, in whatever order. */
function found(groups: readonly SpotlightActionGroupData[], query: string): SpotlightActionGroupData[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (group: string, label = ""): boolean => {
    const text = `${group} ${label}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return groups
    .map((one) => ({ ...one, actions: one.actions.filter((action) => fits(one.group, action.label)) }))
    .filter((one) => one.actions.length > 0);
}

export function Palette(): ReactNode {
  const actions = useActionList();
  const [keysOpen, setKeysOpen] = useState(false);
  useActions([
    {
      id: "palette",
      label: "Search actions",
      group: "Window",
      keys: ["mod+k"],
      whileTyping: true,
      hidden: true,
      run: openPalette,
    },
    { id: "keys", label: "Show all keys", group: "Window", keys: ["?"], run: () => setKeysOpen(true) },
  ]);
  const offered = actions.filter((action) => !action.disabled && !action.hidden);
  return (
    <>
      <Spotlight
        store={paletteStore}
        shortcut={null}
        nothingFound="No action has these words."
        highlightQuery={false}
        filter={(query, listed) => found(listed as SpotlightActionGroupData[], query)}
        scrollable
        maxHeight={420}
        centered={false}
        yOffset="14vh"
        searchProps={{
          leftSection: <IconSearch size="1.1em" stroke={1.7} aria-hidden="true" />,
          placeholder: "Search actions",
          "aria-label": "Search actions",
        }}
        transitionProps={{ duration: 0 }}
        overlayProps={{ backgroundOpacity: 0.25, blur: 0 }}
        attributes={{ content: { "aria-label": "Search actions" } }}
        classNames={{
          content: css.paletteRoom ?? "",
          body: css.palette ?? "",
          action: css.paletteAction ?? "",
          actionsGroup: css.paletteGroup ?? "",
        }}
        actions={grouped(offered).map(([group, list]) => ({
          group,
          actions: list.map((action) => ({
            id: action.id,
            label: action.label,
            onClick: action.run,
            ...(action.keys?.[0] === undefined ? {} : { rightSection: <Kbd keys={action.keys[0]} /> }),
          })),
        }))}
      />
      <Modal
        opened={keysOpen}
        onClose={() => setKeysOpen(false)}
        withCloseButton={false}
        size="lg"
        overlayProps={{ backgroundOpacity: 0.25 }}
        attributes={{ content: { "aria-label": "Keys" } }}
      >
        <div className={css.keysHead}>
          <h2>Keys</h2>
          <CloseButton aria-label="Close" onClick={() => setKeysOpen(false)} />
        </div>
        <div className={css.keys}>
          {grouped(actions.filter((action) => action.keys !== undefined)).map(([group, list]) => (
            <section key={group} className={css.keysGroup}>
              <h3>{group}</h3>
              <dl>
                {byLabel(list).map(([label, chords]) => (
                  <div key={label} className={css.keysRow}>
                    <dt>{label}</dt>
                    <dd>
                      {chords.map((keys) => (
                        <Kbd key={keys} keys={keys} />
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </Modal>
    </>
  );
}
