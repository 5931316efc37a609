/** One group in full, and everything that can be done with it by hand. */
import { Button, Checkbox, Menu, Radio, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { count, counted, OutsideLink, ProblemView, ProgressLine, SeverityBadge } from "../../kit";
import {
  type AttachAs,
  attachAsLabels,
  type FindingId,
  type GroupBy,
  type GroupLine,
  type IssueMatch,
  type IssueSeen,
  type MappingId,
  type Problem,
  type Template,
} from "../../wire/contract";
import { useCalls, useJob } from "../../wire/hooks";
import { toProblem } from "../../wire/transport";
import { DRAGGED } from "./GroupTree";
import { attach, leaveOut, leaveOutGroup, merge, moveFindings, writeOtherwise } from "./grouping";
import css from "./push.module.css";

/** Groups that a menu offers to move into. */
const OFFERED = 30;

export function OneGroup(props: {
  /** Those that are known. */
  groups: readonly GroupLine[];
  /** How many there are. */
  total: number;
  line: number;
  by: GroupBy;
  mapping: MappingId | null;
  onChange: (by: GroupBy) => void;
}): ReactNode {
  const group = props.groups[props.line];
  if (group === undefined) return null;
  // Another group: nothing that was ticked or typed stays.
  return <Group key={group.name} {...props} group={group} />;
}

function Group(props: {
  groups: readonly GroupLine[];
  total: number;
  line: number;
  by: GroupBy;
  mapping: MappingId | null;
  group: GroupLine;
  onChange: (by: GroupBy) => void;
}): ReactNode {
  const { groups, total, line, by, group, mapping, onChange } = props;
  const [ticked, setTicked] = useState<FindingId[]>([]);
  const [attaching, setAttaching] = useState(false);
  const [writing, setWriting] = useState(false);
  const here = ticked.filter((id) => group.members.some((member) => member.id === id));
  const others = groups.filter((one) => one.name !== group.name);
  const whole = group.count === group.members.length;
  return (
    <div className={css.group}>
      <p className={css.meta}>
        Group {count(line + 1)} of {count(total)}
      </p>
      <div className={css.card}>
        <h3 className={css.issueTitle}>{group.title}</h3>
        <p className={css.groupFacts}>
          <SeverityBadge severity={group.severity} />
          <span>{counted(group.count, "finding")}</span>
          {group.issue === null ? null : (
            <span>
              into{" "}
              {group.issue.url === "" ? (
                `${group.issue.target}#${group.issue.number}`
              ) : (
                <OutsideLink url={group.issue.url}>
                  {group.issue.target}#{group.issue.number}
                </OutsideLink>
              )}
            </span>
          )}
        </p>
        <div className={css.handBar} role="toolbar" aria-label="Change this group">
          <Button size="xs" disabled={mapping === null} onClick={() => setAttaching(!attaching)}>
            Put into an issue…
          </Button>
          <GroupMenu
            label="Merge into…"
            groups={others}
            disabled={others.length === 0}
            onChoose={(into) => onChange(merge(by, group.name, into.name))}
          />
          <Button size="xs" variant="subtle" onClick={() => setWriting(!writing)}>
            Write it otherwise…
          </Button>
          <Button size="xs" variant="subtle" onClick={() => onChange(leaveOutGroup(by, group.name))}>
            Leave out
          </Button>
        </div>
        {writing ? (
          <WriteForm
            group={group}
            onCancel={() => setWriting(false)}
            onWrite={(template) => {
              setWriting(false);
              onChange(writeOtherwise(by, group.name, template));
            }}
          />
        ) : null}
        {attaching && mapping !== null ? (
          <AttachForm
            mapping={mapping}
            onCancel={() => setAttaching(false)}
            onAttach={(issue, how) => {
              setAttaching(false);
              onChange(attach(by, group.name, issue.issue, how));
            }}
          />
        ) : null}
        <MemberBar
          chosen={here}
          others={others}
          alone={group.count === here.length}
          onOwn={() => onChange(moveFindings(by, here, null))}
          onMove={(to) => onChange(moveFindings(by, here, to.name))}
          onLeave={() => onChange(leaveOut(by, here))}
        />
        <Members group={group} ticked={here} onTick={setTicked} />
        {whole ? null : <p className={css.meta}>and {count(group.count - group.members.length)} more</p>}
      </div>
      <p className={css.meta}>
        Tick findings to move them, or drag them onto a group. The preview shows every issue as it will be
        written; nothing is sent before you apply it.
      </p>
    </div>
  );
}

function Members(props: {
  group: GroupLine;
  ticked: readonly FindingId[];
  onTick: (ids: FindingId[]) => void;
}): ReactNode {
  const { group, ticked, onTick } = props;
  return (
    <ul className={css.handMembers} aria-label="Findings of this group">
      {group.members.map((member) => {
        const on = ticked.includes(member.id);
        const words = member.place === null ? member.title : `${member.title}, ${member.place}`;
        return (
          <li
            key={member.id}
            draggable
            onDragStart={(event) => {
              const dragged = on ? ticked : [member.id];
              event.dataTransfer.setData(DRAGGED, dragged.join(","));
              event.dataTransfer.effectAllowed = "move";
            }}
          >
            <Checkbox
              size="xs"
              aria-label={words}
              checked={on}
              onChange={() => onTick(on ? ticked.filter((id) => id !== member.id) : [...ticked, member.id])}
            />
            <SeverityBadge severity={member.severity} />
            <span className={css.rowTitle} title={member.title}>
              {member.title}
            </span>
            {member.place === null ? null : (
              <code title={member.place}>
                <bdi>{member.place}</bdi>
              </code>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function MemberBar(props: {
  chosen: readonly FindingId[];
  others: readonly GroupLine[];
  /** Everything in the group is ticked. */
  alone: boolean;
  onOwn: () => void;
  onMove: (to: GroupLine) => void;
  onLeave: () => void;
}): ReactNode {
  if (props.chosen.length === 0) return null;
  return (
    <div className={css.handBar} role="toolbar" aria-label="What becomes of the ticked findings">
      <span className={css.meta}>{counted(props.chosen.length, "finding")} ticked</span>
      <Button size="xs" disabled={props.alone} onClick={props.onOwn}>
        Own issue
      </Button>
      <GroupMenu
        label="Move to…"
        groups={props.others}
        disabled={props.others.length === 0}
        onChoose={props.onMove}
      />
      <Button size="xs" variant="subtle" onClick={props.onLeave}>
        Leave out
      </Button>
    </div>
  );
}

function GroupMenu(props: {
  label: string;
  groups: readonly GroupLine[];
  disabled: boolean;
  onChoose: (group: GroupLine) => void;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const [filter, setFilter] = useState("");
  const wanted = filter.trim().toLowerCase();
  const found = props.groups.filter((one) => one.title.toLowerCase().includes(wanted));
  const only = found.length === 1 ? found[0] : undefined;
  return (
    <Menu position="bottom-start" opened={open} onChange={setOpen} onClose={() => setFilter("")}>
      <Menu.Target>
        <Button size="xs" variant="subtle" disabled={props.disabled}>
          {props.label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {props.groups.length > 8 ? (
          <TextInput
            size="xs"
            aria-label={`${props.label} Find a group`}
            placeholder="Find a group"
            value={filter}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || only === undefined) return;
              event.preventDefault();
              setOpen(false);
              setFilter("");
              props.onChoose(only);
            }}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
        ) : null}
        {found.slice(0, OFFERED).map((one) => (
          <Menu.Item key={one.name} onClick={() => props.onChoose(one)}>
            {one.title} ({count(one.count)})
          </Menu.Item>
        ))}
        {found.length > OFFERED ? <Menu.Label>{count(found.length - OFFERED)} more</Menu.Label> : null}
        {found.length === 0 ? <Menu.Label>No group of that name</Menu.Label> : null}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The title and text of one group's issue, as templates. */
function WriteForm(props: {
  group: GroupLine;
  onCancel: () => void;
  onWrite: (template: Template) => void;
}): ReactNode {
  const [title, setTitle] = useState("{{ title }}");
  const [body, setBody] = useState("{{ default }}");
  return (
    <form
      className={css.attach}
      aria-label="Write this group's issue otherwise"
      onSubmit={(event) => {
        event.preventDefault();
        props.onWrite({ title, body });
      }}
    >
      <TextInput
        autoFocus
        label="Title"
        description={`{{ title }} is «${props.group.title}»`}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Textarea
        label="Text"
        description="{{ default }} is what Docket would write; put your words around it."
        autosize
        minRows={3}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
      <div className={css.handBar}>
        <Button type="submit" variant="filled">
          Write it so
        </Button>
        <Button variant="subtle" onClick={props.onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

const HOW = Object.keys(attachAsLabels) as AttachAs[];

/** What can only be a number or an address; everything else is looked for in titles. */
function isName(text: string): boolean {
  return /^#?\d+$/.test(text.trim()) || /[/]|#\d+$/.test(text.trim());
}

function AttachForm(props: {
  mapping: MappingId;
  onCancel: () => void;
  onAttach: (issue: IssueSeen, how: AttachAs) => void;
}): ReactNode {
  const calls = useCalls();
  const search = useJob("issue_search", "attach");
  const [text, setText] = useState("");
  const [matches, setMatches] = useState<readonly IssueMatch[] | null>(null);
  const [found, setFound] = useState<IssueSeen | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [looking, setLooking] = useState(false);
  const look = async (name: string): Promise<void> => {
    setLooking(true);
    setProblem(null);
    setFound(null);
    try {
      setFound(await calls.query("issue_find", { mapping: props.mapping, text: name }));
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setLooking(false);
    }
  };
  const submit = async (): Promise<void> => {
    if (text.trim() === "") return;
    setMatches(null);
    if (isName(text)) return look(text);
    setProblem(null);
    setFound(null);
    const answer = await search.start({ mapping: props.mapping, text });
    if (answer !== null) setMatches(answer.issues);
  };
  return (
    <form
      className={css.attach}
      aria-label="Put the group into an issue"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className={css.attachRow}>
        <TextInput
          autoFocus
          label="The issue's address, number, or words of its title"
          placeholder="https://…, 12, or login page"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setFound(null);
            setMatches(null);
          }}
        />
        <Button type="submit" loading={looking || search.state === "running"} disabled={text.trim() === ""}>
          Look it up
        </Button>
        <Button variant="subtle" onClick={props.onCancel}>
          Cancel
        </Button>
      </div>
      {search.state === "running" && search.progress !== null ? (
        <ProgressLine progress={search.progress} />
      ) : null}
      {problem === null ? null : <ProblemView problem={problem} />}
      {search.problem === null ? null : <ProblemView problem={search.problem} />}
      {matches === null ? null : <Matches matches={matches} onChoose={(number) => void look(number)} />}
      {found === null ? null : <Found issue={found} onAttach={props.onAttach} />}
    </form>
  );
}

function Matches(props: { matches: readonly IssueMatch[]; onChoose: (number: string) => void }): ReactNode {
  if (props.matches.length === 0) return <p className={css.meta}>No issue has these words in its title.</p>;
  return (
    <ul className={css.matches} aria-label="Issues found">
      {props.matches.map((one) => (
        <li key={one.issue.number}>
          <button type="button" onClick={() => props.onChoose(one.issue.number)}>
            <span className={css.faint}>#{one.issue.number}</span> {one.title}{" "}
            {one.state.type === "open" ? null : <span className={css.faint}>not open</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Found(props: { issue: IssueSeen; onAttach: (issue: IssueSeen, how: AttachAs) => void }): ReactNode {
  const [how, setHow] = useState<AttachAs>("section");
  const { issue: found } = props;
  return (
    <>
      <p>
        <b>{found.title}</b>{" "}
        <OutsideLink url={found.issue.url}>
          {found.issue.target}#{found.issue.number}
        </OutsideLink>{" "}
        <span className={css.faint}>{found.state.type === "open" ? "open" : "not open"}</span>
      </p>
      <Radio.Group label="What Docket adds" value={how} onChange={(value) => setHow(value as AttachAs)}>
        {HOW.map((one) => (
          <Radio key={one} value={one} label={attachAsLabels[one]} mt={4} />
        ))}
      </Radio.Group>
      <p className={css.faint}>
        {how === "section"
          ? "What people wrote stays as it is; labels and fields are not touched."
          : "The text is never touched. Another computer does not learn of it: comments are not read when Docket looks for its issues."}
      </p>
      <div className={css.handBar}>
        <Button
          variant="filled"
          disabled={found.state.type !== "open"}
          onClick={() => props.onAttach(found, how)}
        >
          Put it there
        </Button>
      </div>
    </>
  );
}
