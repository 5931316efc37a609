/** What can be set, and where things lie. */
import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { TEXT_SCALES, useAppearance } from "../../app/appearance";
import type { Density, ThemeChoice } from "../../app/preferences";
import {
  Card,
  ConfirmButton,
  copyAndSay,
  Dot,
  Kbd,
  notifyDone,
  OutsideLink,
  PageBody,
  PageHeader,
  ProblemView,
  Section,
  Segmented,
  Skeletons,
} from "../../kit";
import type { AppStatus } from "../../wire/contract";
import { useAnswer, useCommand } from "../../wire/hooks";
import css from "./settings.module.css";

export default function SettingsPage(): ReactNode {
  const status = useAnswer("app_status", {});
  return (
    <PageBody>
      <PageHeader title="Settings" />
      <div className={css.settings}>
        <Author />
        <Looks />
        {status.problem === null ? null : <ProblemView problem={status.problem} onRetry={status.refetch} />}
        {status.data === undefined ? <Skeletons /> : <Places status={status.data} />}
        <Practice />
        <Section title="Keyboard">
          <Card className={css.rows}>
            <div className={css.row}>
              <span className={css.rowText}>Every key of the page you are on, at any time</span>
              <Kbd keys="?" />
            </div>
            <div className={css.row}>
              <span className={css.rowText}>Every action, by name</span>
              <Kbd keys="mod+k" />
            </div>
          </Card>
        </Section>
        {status.data === undefined ? null : <p className={css.faint}>Docket {status.data.version}</p>}
      </div>
    </PageBody>
  );
}

function Author(): ReactNode {
  const settings = useAnswer("settings_show", {});
  const save = useCommand("settings_save");
  const stored = settings.data?.author;
  const [author, setAuthor] = useState<string | null>(null);
  useEffect(() => {
    // What was typed is forgotten once it is what is stored.
    if (author !== null && author === stored) setAuthor(null);
  }, [author, stored]);
  const keep = async (): Promise<void> => {
    if (author === null) return;
    const saved = await save.run({ settings: { author: author.trim() } });
    if (saved !== null) {
      setAuthor(null);
      notifyDone(saved.author === "" ? "Saved." : `You are «${saved.author}» from now on.`);
    }
  };
  return (
    <Section title="You" about="Written beside your decisions about findings.">
      <form
        className={css.author}
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <TextInput
          label="Your name"
          value={author ?? stored ?? ""}
          onChange={(event) => setAuthor(event.currentTarget.value)}
        />
        <Button type="submit" disabled={author === null || author.trim() === stored} loading={save.running}>
          Save
        </Button>
      </form>
      {settings.problem === null ? null : (
        <ProblemView problem={settings.problem} onRetry={settings.refetch} />
      )}
      {save.problem === null ? null : <ProblemView problem={save.problem} />}
    </Section>
  );
}

function Looks(): ReactNode {
  const look = useAppearance();
  return (
    <Section title="Looks">
      <Card className={css.rows}>
        <div className={css.row}>
          <span className={css.rowText}>Theme</span>
          <Segmented<ThemeChoice>
            label="Theme"
            value={look.theme}
            options={[
              { value: "system", label: "As the system" },
              { value: "light", label: "Light" },
              { value: "dark", label: "Dark" },
            ]}
            onChange={look.setTheme}
          />
        </div>
        <div className={css.row}>
          <span className={css.rowText}>Density of lists</span>
          <Segmented<Density>
            label="Density of lists"
            value={look.density}
            options={[
              { value: "comfortable", label: "Comfortable" },
              { value: "compact", label: "Compact" },
            ]}
            onChange={look.setDensity}
          />
        </div>
        <div className={css.row}>
          <span className={css.rowText}>Text size</span>
          <Segmented
            label="Text size"
            value={String(look.textScale)}
            options={TEXT_SCALES.map((scale) => ({
              value: String(scale),
              label: `${Math.round(scale * 100)} %`,
            }))}
            onChange={(scale) => look.setTextScale(Number(scale))}
          />
        </div>
      </Card>
    </Section>
  );
}

function Places({ status }: { status: AppStatus }): ReactNode {
  const { keychain } = status;
  return (
    <Section title="Where things lie">
      <Card className={css.rows}>
        <PathRow name="Data folder" path={status.data_dir} />
        <PathRow name="Log file" path={status.log_file} />
        <div className={css.row}>
          <span className={css.rowText}>
            Keychain
            <span className={css.faint}>tokens and passwords, nowhere else</span>
          </span>
          <span className={css.state} data-testid="keychain-state">
            <Dot tone={keychain.ok ? "ok" : "bad"} />
            {keychain.ok ? `${keychain.name}, ready` : `${keychain.name}, not usable`}
          </span>
        </div>
      </Card>
      {keychain.problem === null ? null : (
        <div className={css.below}>
          <ProblemView problem={keychain.problem} />
        </div>
      )}
    </Section>
  );
}

function PathRow({ name, path }: { name: string; path: string }): ReactNode {
  const copy = () => copyAndSay(path, `The path of the ${name.toLowerCase()} is on the clipboard.`);
  return (
    <div className={css.row}>
      <span className={css.rowText}>
        {name}
        <code className={css.path}>{path}</code>
      </span>
      <Button aria-label={`Copy the path of the ${name.toLowerCase()}`} onClick={() => void copy()}>
        Copy
      </Button>
    </div>
  );
}

function Practice(): ReactNode {
  const practice = useAnswer("practice_status", {});
  const stop = useCommand("practice_stop");
  const url = practice.data?.url ?? null;
  if (url === null) return null;
  return (
    <Section title="Practice tracker">
      <Card className={css.rows}>
        <div className={css.row}>
          <span className={css.rowText}>
            Runs inside Docket
            <span className={css.faint}>
              <OutsideLink url={url}>{url}</OutsideLink>
            </span>
          </span>
          <ConfirmButton
            label="Stop it"
            question="Stop it? Its issues are gone then; the practice findings stay."
            confirm="Stop the practice tracker"
            keep="Let it run"
            running={stop.running}
            onConfirm={() => void stop.run({})}
          />
        </div>
      </Card>
      {stop.problem === null ? null : <ProblemView problem={stop.problem} />}
    </Section>
  );
}
