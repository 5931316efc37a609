/** What must not leave this computer: what is looked for, what is allowed, patterns of one's own. */
import { Button, Switch, TagsInput, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { IconButton } from "../../../kit";
import { type Guard, type LeakClass, leakClassLabels, type OwnPattern } from "../../../wire/contract";
import page from "../edit.module.css";
import { GuardTrial } from "./GuardTrial";
import css from "./mapping.module.css";
import type { FullDraft } from "./mappingDraft";

/** What each class is, in the order of the form. */
const ABOUT: [LeakClass, string][] = [
  ["credential", "Keys and tokens by their shape, private keys, passwords in code and addresses."],
  ["random", "Long random values beside words like «key» or «token»."],
  ["host", "Names under .local, .internal, .corp, .lan, .intranet, and hosts of one word in addresses."],
  ["address", "10.…, 172.16–31.…, 192.168.…, fd…, and this computer's own."],
  ["home", "/home/name, /Users/name and C:\\Users\\name."],
  ["mail", "All but example.com and its like."],
  ["own", "What the patterns below find."],
];

export function GuardFields(props: {
  full: FullDraft;
  errors: Record<string, string>;
  onChange: (guard: Guard) => void;
}): ReactNode {
  const { full, errors, onChange } = props;
  const { guard } = full;
  const set = (change: Partial<Guard>): void => onChange({ ...guard, ...change });
  return (
    <>
      <p className={page.hint}>
        Taken out of titles, texts and code before anything is sent. The findings here stay as they are.
      </p>
      {ABOUT.map(([name, about]) => (
        <Switch
          key={name}
          label={leakClassLabels[name]}
          description={about}
          checked={!guard.off.includes(name)}
          onChange={(event) =>
            set({
              off: event.currentTarget.checked
                ? guard.off.filter((other) => other !== name)
                : [...guard.off, name],
            })
          }
        />
      ))}
      <TagsInput
        label="Allowed"
        description="May be sent all the same. * stands for any characters, ? for one."
        placeholder={guard.allowed.length === 0 ? "docs.acme.internal, security@acme.com" : ""}
        size="sm"
        splitChars={[",", " "]}
        value={guard.allowed}
        error={errors.guard_allowed}
        onChange={(allowed) => set({ allowed })}
      />
      <Patterns
        patterns={guard.patterns}
        error={errors.guard_patterns}
        onChange={(patterns) => set({ patterns })}
      />
      <GuardTrial full={full} />
    </>
  );
}

function Patterns(props: {
  patterns: OwnPattern[];
  error: string | undefined;
  onChange: (patterns: OwnPattern[]) => void;
}): ReactNode {
  const { patterns, onChange } = props;
  const change = (at: number, over: Partial<OwnPattern>): void =>
    onChange(patterns.map((one, index) => (index === at ? { ...one, ...over } : one)));
  return (
    <div className={page.fieldGroup}>
      <div className={page.label}>Own patterns</div>
      {patterns.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name while they are typed.
        <div key={at} className={css.pattern}>
          <TextInput
            aria-label={`Name of pattern ${at + 1}`}
            placeholder="Name"
            value={one.name}
            onChange={(event) => change(at, { name: event.currentTarget.value })}
          />
          <TextInput
            aria-label={`Pattern ${at + 1}`}
            placeholder="PROJ-\d+"
            spellCheck={false}
            ff="monospace"
            value={one.pattern}
            onChange={(event) => change(at, { pattern: event.currentTarget.value })}
          />
          <IconButton
            size={22}
            label={`Remove pattern ${at + 1}`}
            onClick={() => onChange(patterns.filter((_, index) => index !== at))}
          >
            <IconX size={14} />
          </IconButton>
        </div>
      ))}
      {props.error === undefined ? null : (
        <p className={css.wrong} role="alert">
          {props.error}
        </p>
      )}
      <Button
        className={page.start ?? ""}
        variant="subtle"
        size="xs"
        onClick={() => onChange([...patterns, { name: "", pattern: "" }])}
      >
        Add a pattern
      </Button>
    </div>
  );
}
