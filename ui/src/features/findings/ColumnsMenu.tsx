/** Which columns are shown, and in which order. */
import { ActionIcon, Button, Checkbox, Popover } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { DEFAULTS, usePreference } from "../../app/preferences";
import { type Column, ordered, shown } from "./columns";
import css from "./findings.module.css";

export function ColumnsMenu({ icon }: { icon: ReactNode }): ReactNode {
  const [choice, setChoice] = usePreference("findingColumns");
  const columns = ordered(choice);
  const visible = shown(choice);
  const show = (column: Column, on: boolean): void => {
    const hidden = choice.hidden.filter((id) => id !== column.id);
    setChoice({ ...choice, hidden: on ? hidden : [...hidden, column.id] });
  };
  const move = (column: Column, by: -1 | 1): void => {
    const order = columns.map((one) => one.id);
    const at = order.indexOf(column.id);
    const [taken] = order.splice(at, 1);
    if (taken !== undefined) order.splice(at + by, 0, taken);
    setChoice({ ...choice, order });
  };
  return (
    <Popover position="bottom-end" width={250} trapFocus returnFocus withRoles>
      <Popover.Target>
        <ActionIcon aria-label="Columns">{icon}</ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <ul className={css.columnList}>
          {columns.map((column, at) => (
            <li key={column.id}>
              <Checkbox
                label={column.label}
                checked={visible.includes(column)}
                disabled={column.id === "title"}
                onChange={(event) => show(column, event.currentTarget.checked)}
              />
              <span className={css.space} />
              <ActionIcon
                size="xs"
                aria-label={`Move ${column.label} to the front`}
                disabled={at === 0}
                onClick={() => move(column, -1)}
              >
                <IconChevronUp size="1em" aria-hidden="true" />
              </ActionIcon>
              <ActionIcon
                size="xs"
                aria-label={`Move ${column.label} to the back`}
                disabled={at === columns.length - 1}
                onClick={() => move(column, 1)}
              >
                <IconChevronDown size="1em" aria-hidden="true" />
              </ActionIcon>
            </li>
          ))}
        </ul>
        <Button variant="subtle" fullWidth onClick={() => setChoice(DEFAULTS.findingColumns)}>
          As it was at first
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
