/** The applications that findings belong to: their names, and who owns which of their files. */
import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { href, navigate, useRoute } from "../../app/router";
import {
  Card,
  ChangeProgress,
  ConfirmButton,
  count,
  counted,
  day,
  EmptyState,
  notifyDone,
  PageBody,
  PageHeader,
  ProblemView,
  Section,
  Skeletons,
  useChange,
} from "../../kit";
import type { Application } from "../../wire/contract";
import { useAnswer, useCommand } from "../../wire/hooks";
import css from "./applications.module.css";
import { Owners } from "./Owners";

export default function ApplicationsPage(): ReactNode {
  const { rest } = useRoute();
  const list = useAnswer("application_list", {});
  const id = rest[0];
  const one = list.data?.applications.find((application) => application.id === id);
  if (one !== undefined) return <OneApplication key={one.id} application={one} />;
  return (
    <PageBody>
      <PageHeader title="Applications" />
      {list.problem === null ? null : <ProblemView problem={list.problem} onRetry={list.refetch} />}
      {list.data === undefined ? (
        list.problem === null ? (
          <Skeletons />
        ) : null
      ) : id !== undefined ? (
        <EmptyState
          title="There is no such application"
          actions={<Button onClick={() => navigate(href("applications"))}>All applications</Button>}
        >
          It may have been removed.
        </EmptyState>
      ) : (
        <List applications={list.data.applications} />
      )}
    </PageBody>
  );
}

function List({ applications }: { applications: readonly Application[] }): ReactNode {
  return (
    <>
      {applications.length === 0 ? (
        <EmptyState
          title="No application yet"
          actions={<Button onClick={() => navigate(href("imports"))}>Import a report</Button>}
        >
          An application is what reports are about: a program, a service, an image. The first import makes
          one.
        </EmptyState>
      ) : (
        <Card className={css.rows}>
          {applications.map((one) => (
            <a key={one.id} className={css.row} href={`#${href("applications", one.id)}`}>
              <span className={css.name}>{one.name}</span>
              <span className={css.faint}>
                {count(one.active)} active of {counted(one.findings, "finding")} · since {day(one.created)}
              </span>
            </a>
          ))}
        </Card>
      )}
      <Add />
    </>
  );
}

function Add(): ReactNode {
  const add = useCommand("application_add");
  const [name, setName] = useState("");
  const keep = async (): Promise<void> => {
    const added = await add.run({ name });
    if (added !== null) navigate(href("applications", added.id));
  };
  return (
    <Section title="Another one">
      <form
        className={css.line}
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <TextInput
          label="Name of a new application"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" disabled={name.trim() === ""} loading={add.running}>
          Add
        </Button>
      </form>
      {add.problem === null ? null : <ProblemView problem={add.problem} />}
    </Section>
  );
}

function OneApplication({ application }: { application: Application }): ReactNode {
  return (
    <PageBody>
      <PageHeader
        title={application.name}
        crumb={<a href={`#${href("applications")}`}>Applications</a>}
        actions={<Remove application={application} />}
      />
      <Name application={application} />
      <Section
        title="Who owns which file"
        about="Findings then have an owner: to filter by, to group issues by, and to be told in them."
      >
        <Owners application={application.id} />
      </Section>
    </PageBody>
  );
}

function Name({ application }: { application: Application }): ReactNode {
  const rename = useCommand("application_rename");
  const [name, setName] = useState<string | null>(null);
  const keep = async (): Promise<void> => {
    if (name === null) return;
    const kept = await rename.run({ id: application.id, name });
    if (kept === null) return;
    setName(null);
    notifyDone(`It is called «${kept.name}» now.`);
  };
  return (
    <Section title="Name">
      <form
        className={css.line}
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <TextInput
          label="Name of the application"
          value={name ?? application.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button
          type="submit"
          disabled={name === null || name.trim() === "" || name.trim() === application.name}
          loading={rename.running}
        >
          Rename
        </Button>
      </form>
      {rename.problem === null ? null : <ProblemView problem={rename.problem} />}
    </Section>
  );
}

function Remove({ application }: { application: Application }): ReactNode {
  const remove = useChange("application_remove");
  const gone = async (): Promise<void> => {
    const done = await remove.run({ id: application.id });
    if (done === null) return;
    notifyDone(`«${application.name}» is gone, with ${counted(done.count, "finding")}.`);
    navigate(href("applications"), { replace: true });
  };
  return (
    <>
      {remove.problem === null ? null : <span className={css.faint}>{remove.problem.message}</span>}
      <ChangeProgress change={remove} />
      <ConfirmButton
        label="Remove"
        question={`Remove it with its ${counted(application.findings, "finding")}? Issues stay in their trackers.`}
        confirm="Remove"
        running={remove.running}
        onConfirm={() => void gone()}
      />
    </>
  );
}
