/** The keys to group by, as chips that can be added, moved and taken away. */
import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { type GroupKey, groupKeyLabels } from "../../wire/contract";
import css from "./push.module.css";

const KEYS = Object.keys(groupKeyLabels) as GroupKey[];

/** Usual ways to group, by name. */
const PRESETS: readonly { name: string; keys: readonly GroupKey[] }[] = [
  { name: "One issue for each rule", keys: ["rule"] },
  { name: "Rule in each component", keys: ["rule", "component"] },
  { name: "One issue for each file", keys: ["file"] },
  { name: "One issue for each owner", keys: ["owner"] },
  { name: "One issue for each CVE", keys: ["cve"] },
  { name: "One issue for each CWE", keys: ["cwe"] },
  { name: "One issue for each finding", keys: [] },
  { name: "All in one issue", keys: ["all"] },
];

/** The keys with one more. «All in one» stands alone. */
export function withKey(keys: readonly GroupKey[], key: GroupKey): GroupKey[] {
  if (key === "all") return ["all"];
  if (keys.includes(key)) return [...keys];
  return [...keys.filter((one) => one !== "all"), key];
}

/** The keys with one moved by `by` places. */
export function moved(keys: readonly GroupKey[], key: GroupKey, by: -1 | 1): GroupKey[] {
  const from = keys.indexOf(key);
  const to = from + by;
  if (from < 0 || to < 0 || to >= keys.length) return [...keys];
  const next = keys.filter((one) => one !== key);
  next.splice(to, 0, key);
  return next;
}

export function parseKeys(text: string): GroupKey[] {
  return text.split(",").filter((part): part is GroupKey => KEYS.includes(part as GroupKey));
}

export function GroupKeys(props: {
  keys: readonly GroupKey[];
  onChange: (keys: GroupKey[]) => void;
}): ReactNode {
  const { keys, onChange } = props;
  const left = KEYS.filter((key) => !keys.includes(key));
  return (
    <div>
      <div className={css.groupHead}>
        <span className={css.label} id="group-by">
          Group by
        </span>
        <Presets onChange={onChange} />
      </div>
      <ul className={css.chips} aria-labelledby="group-by">
        {keys.map((key, index) => (
          <li key={key}>
            <Chip name={key} first={index === 0} last={index === keys.length - 1} {...props} />
          </li>
        ))}
        {keys.length === 0 ? <li className={css.faint}>nothing: one issue for each finding</li> : null}
        <li>
          <Menu position="bottom-start">
            <Menu.Target>
              <button type="button" className={css.addKey}>
                <IconPlus size="1em" aria-hidden="true" /> add key
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              {left.map((key) => (
                <Menu.Item key={key} onClick={() => onChange(withKey(keys, key))}>
                  {groupKeyLabels[key]}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </li>
      </ul>
    </div>
  );
}

function Chip(props: {
  name: GroupKey;
  first: boolean;
  last: boolean;
  keys: readonly GroupKey[];
  onChange: (keys: GroupKey[]) => void;
}): ReactNode {
  const { name, keys, onChange } = props;
  const label = groupKeyLabels[name];
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button
          type="button"
          className={css.chip}
          aria-label={`${label}: move or take away`}
          onKeyDown={(event) => {
            if (event.key !== "Delete" && event.key !== "Backspace") return;
            event.preventDefault();
            onChange(keys.filter((one) => one !== name));
          }}
        >
          {label}
          <IconChevronDown size="0.9em" aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {props.first ? null : (
          <Menu.Item onClick={() => onChange(moved(keys, name, -1))}>Move forward</Menu.Item>
        )}
        {props.last ? null : (
          <Menu.Item onClick={() => onChange(moved(keys, name, 1))}>Move backward</Menu.Item>
        )}
        <Menu.Item onClick={() => onChange(keys.filter((one) => one !== name))}>Take away</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Presets({ onChange }: { onChange: (keys: GroupKey[]) => void }): ReactNode {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" size="xs">
          Usual ways…
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {PRESETS.map((preset) => (
          <Menu.Item key={preset.name} onClick={() => onChange([...preset.keys])}>
            {preset.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
