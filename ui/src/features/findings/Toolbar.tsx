/** The line over the table: how many, what is selected in words, and what can be done with it. */
import { ActionIcon, Button, Menu, Popover, Tooltip } from "@mantine/core";
import {
  IconBookmark,
  IconColumns,
  IconCopy,
  IconDots,
  IconFilter,
  IconLayoutSidebarRight,
  IconX,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Kbd } from "../../kit";
import { ColumnsMenu } from "./ColumnsMenu";
import { CommentForm, MoveForm, SeverityForm, StatusForm, type Subject } from "./decide";
import css from "./findings.module.css";

export type FormName = "status" | "severity" | "comment" | "move";
export type CopyFormat = "markdown" | "csv" | "json";

export const COPY_FORMATS: readonly { format: CopyFormat; label: string }[] = [
  { format: "markdown", label: "Markdown" },
  { format: "csv", label: "CSV" },
  { format: "json", label: "JSON" },
];

export interface ToolbarProps {
  /** «12,403 findings» or «137 findings selected». */
  count: string;
  scope: string;
  selecting: boolean;
  subject: Subject | null;
  form: FormName | null;
  onForm: (form: FormName | null) => void;
  onFormDone: () => void;
  onPush: () => void;
  onCopy: (format: CopyFormat) => void;
  onSelectAll: () => void;
  onSelectNone: () => void;
  onPin: (() => void) | null;
  facetsOpen: boolean;
  onFacets: () => void;
  detailOpen: boolean;
  onDetail: () => void;
}

function FormButton(props: {
  name: FormName;
  label: string;
  keys?: string;
  toolbar: ToolbarProps;
  children: (subject: Subject) => ReactNode;
}): ReactNode {
  const { name, label, keys, toolbar } = props;
  const open = toolbar.form === name && toolbar.subject !== null;
  return (
    <Popover
      opened={open}
      onChange={(next) => toolbar.onForm(next ? name : null)}
      position="bottom-end"
      width={300}
      trapFocus
      returnFocus
      withRoles
    >
      <Popover.Target>
        <Button
          className={css[`button_${name}`] ?? ""}
          disabled={toolbar.subject === null}
          onClick={() => toolbar.onForm(open ? null : name)}
          rightSection={
            <span className={css.buttonKeys}>{keys === undefined ? null : <Kbd keys={keys} />}</span>
          }
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        {toolbar.subject === null ? null : props.children(toolbar.subject)}
      </Popover.Dropdown>
    </Popover>
  );
}

function More(props: ToolbarProps): ReactNode {
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon aria-label="More actions">
          <IconDots size="1.25em" stroke={1.7} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Copy as</Menu.Label>
        {COPY_FORMATS.map(({ format, label }) => (
          <Menu.Item
            key={format}
            disabled={props.subject === null}
            leftSection={<IconCopy size="1.1em" stroke={1.7} aria-hidden="true" />}
            onClick={() => props.onCopy(format)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          rightSection={<Kbd keys="e" />}
          disabled={props.subject === null}
          onClick={() => props.onForm("severity")}
        >
          Set severity…
        </Menu.Item>
        <Menu.Item
          rightSection={<Kbd keys="c" />}
          disabled={props.subject === null}
          onClick={() => props.onForm("comment")}
        >
          Comment…
        </Menu.Item>
        <Menu.Item disabled={props.subject === null} onClick={() => props.onForm("move")}>
          Assign to an application…
        </Menu.Item>
        <Menu.Item rightSection={<Kbd keys="mod+a" />} onClick={props.onSelectAll}>
          Select everything
        </Menu.Item>
        {props.onPin === null ? null : (
          <Menu.Item
            leftSection={<IconBookmark size="1.1em" stroke={1.7} aria-hidden="true" />}
            onClick={props.onPin}
          >
            Pin this query
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

export function Toolbar(props: ToolbarProps): ReactNode {
  return (
    <div className={css.toolbar} role="toolbar" aria-label="Findings">
      <Tooltip label={props.facetsOpen ? "Hide filters" : "Show filters"}>
        <ActionIcon aria-label="Filters" aria-pressed={props.facetsOpen} onClick={props.onFacets}>
          <IconFilter size="1.25em" stroke={1.7} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
      <output className={css.say}>
        <span className={css.sayCount}>{props.count}</span>
        {props.scope === "" ? null : <span className={css.sayScope}>{props.scope}</span>}
      </output>
      {props.selecting ? (
        <Tooltip label="Select nothing (Esc)">
          <ActionIcon size="xs" aria-label="Select nothing" onClick={props.onSelectNone}>
            <IconX size="1.05em" aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      ) : null}
      <span className={css.space} />
      <FormButton name="status" label="Status" keys="s" toolbar={props}>
        {(subject) => <StatusForm subject={subject} onDone={props.onFormDone} />}
      </FormButton>
      <FormButton name="severity" label="Severity" keys="e" toolbar={props}>
        {(subject) => <SeverityForm subject={subject} onDone={props.onFormDone} />}
      </FormButton>
      <FormButton name="comment" label="Comment" keys="c" toolbar={props}>
        {(subject) => <CommentForm subject={subject} onDone={props.onFormDone} />}
      </FormButton>
      <FormButton name="move" label="Application" toolbar={props}>
        {(subject) => <MoveForm subject={subject} onDone={props.onFormDone} />}
      </FormButton>
      <Button variant="filled" disabled={props.subject === null} onClick={props.onPush}>
        <span className={css.pushLong}>Push to issues…</span>
        <span className={css.pushShort}>Push…</span>
      </Button>
      <ColumnsMenu icon={<IconColumns size="1.25em" stroke={1.7} aria-hidden="true" />} />
      <More {...props} />
      <Tooltip label={props.detailOpen ? "Hide the finding" : "Show the finding (Enter)"}>
        <ActionIcon aria-label="Finding pane" aria-pressed={props.detailOpen} onClick={props.onDetail}>
          <IconLayoutSidebarRight size="1.25em" stroke={1.7} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
