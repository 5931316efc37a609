/** The connections with their health, a row for each kind of tracker, and where issues go. */
import { Button, Switch } from "@mantine/core";
import type { ReactNode } from "react";
import { href, navigate } from "../../app/router";
import { useTrackerName } from "../../app/trackers";
import {
  Card,
  Dot,
  EmptyState,
  notifyProblem,
  PageBody,
  PageHeader,
  Pill,
  ProblemView,
  RelativeTime,
  Section,
  Skeletons,
} from "../../kit";
import type { Connection, Mapping } from "../../wire/contract";
import { useAnswer, useCommand } from "../../wire/hooks";
import css from "./connections.module.css";
import { mappingRequest } from "./mappingDraft";
import { tokenWarning } from "./TestPane";

export function ConnectionList(): ReactNode {
  const list = useAnswer("connection_list", {});
  const connections = list.data?.connections ?? [];
  return (
    <PageBody>
      <PageHeader title="Connections" />
      {list.problem === null ? null : <ProblemView problem={list.problem} onRetry={list.refetch} />}
      {list.pending ? <Skeletons /> : null}
      {connections.length === 0 ? null : (
        <Section title="Connected">
          <Card className={css.rows}>
            {connections.map((connection) => (
              <ConnectionRow key={connection.id} connection={connection} />
            ))}
          </Card>
        </Section>
      )}
      <Kinds />
      {list.data === undefined ? null : <Targets connected={connections.length > 0} />}
    </PageBody>
  );
}

function ConnectionRow({ connection }: { connection: Connection }): ReactNode {
  const name = useTrackerName(connection.kind);
  const last = connection.last_test;
  const warning = tokenWarning(last?.token_ends ?? null);
  return (
    <a className={css.rowLink} href={`#${href("connections", connection.id)}`} data-testid="connection-row">
      <span className={css.rowMain}>
        <span className={css.rowTitle}>{connection.label}</span>
        <span className={css.faint}>
          {name} · {connection.location}
        </span>
      </span>
      <span className={css.rowSide}>
        {last === null ? (
          <span className={css.health}>
            <Dot tone="plain" /> not tested yet
          </span>
        ) : (
          <span className={css.health}>
            <Dot tone={last.ok ? "ok" : "bad"} />
            <span className={css.clip} title={last.summary}>
              {last.ok ? "works" : last.summary}
            </span>
            <span className={css.faint}>
              <RelativeTime at={last.at} />
            </span>
          </span>
        )}
        {warning === null ? null : (
          <span className={css.health}>
            <Dot tone="warn" /> {warning}
          </span>
        )}
      </span>
    </a>
  );
}

function Kinds(): ReactNode {
  const kinds = useAnswer("connection_kinds", {});
  return (
    <Section title="Connect a tracker">
      {kinds.problem === null ? null : <ProblemView problem={kinds.problem} onRetry={kinds.refetch} />}
      {kinds.pending ? <Skeletons lines={2} /> : null}
      <Card className={css.rows}>
        {kinds.data?.kinds.map((kind) => (
          <div key={kind.id} className={css.row} data-testid={`kind-${kind.id}`}>
            <span className={css.rowMain}>
              <span className={css.rowTitle}>{kind.name}</span>
              <span className={css.faint}>{kind.about}</span>
            </span>
            <Button
              aria-label={`Connect ${kind.name}`}
              onClick={() => navigate(href("connections", { new: "1", kind: kind.id }))}
            >
              Connect
            </Button>
          </div>
        ))}
      </Card>
    </Section>
  );
}

function Targets({ connected }: { connected: boolean }): ReactNode {
  const list = useAnswer("mapping_list", {});
  const mappings = list.data?.mappings ?? [];
  const add = (): void => navigate(href("connections", "targets", "new"));
  return (
    <Section
      title="Where issues go"
      actions={mappings.length === 0 ? undefined : <Button onClick={add}>Add a mapping</Button>}
    >
      {list.problem === null ? null : <ProblemView problem={list.problem} onRetry={list.refetch} />}
      {list.data !== undefined && mappings.length === 0 ? (
        <Card>
          <EmptyState
            title={connected ? "No mapping yet" : "Connect a tracker first"}
            actions={
              connected ? (
                <Button variant="filled" onClick={add}>
                  Choose where issues go
                </Button>
              ) : undefined
            }
          >
            A mapping says which applications' findings become issues in which place of the tracker, with
            which labels, assignees and milestone.
          </EmptyState>
        </Card>
      ) : null}
      {mappings.length === 0 ? null : (
        <Card className={css.rows}>
          {mappings.map((mapping) => (
            <MappingRow key={mapping.id} mapping={mapping} />
          ))}
        </Card>
      )}
    </Section>
  );
}

function MappingRow({ mapping }: { mapping: Mapping }): ReactNode {
  const applications = useAnswer("application_list", {});
  const save = useCommand("mapping_save");
  const names = mapping.applications
    .map((id) => applications.data?.applications.find((one) => one.id === id)?.name)
    .filter((name) => name !== undefined);
  const activate = async (active: boolean): Promise<void> => {
    const done = await save.run({ ...mappingRequest(mapping), active });
    if (done === null && save.problem !== null) notifyProblem(save.problem);
  };
  return (
    <div className={css.row} data-testid="mapping-row">
      <a className={css.rowMain} href={`#${href("connections", "targets", mapping.id)}`}>
        <span className={css.rowTitle}>{mapping.label}</span>
        <span className={css.faint}>
          {names.length === 0 ? "no application" : names.join(", ")} → {mapping.target} through «
          {mapping.connection_label}»
        </span>
      </a>
      <span className={css.pills}>
        {mapping.labels.map((label) => (
          <Pill key={label}>{label}</Pill>
        ))}
      </span>
      <Switch
        label={mapping.active ? "On" : "Off"}
        aria-label={`Push through «${mapping.label}»`}
        checked={mapping.active}
        disabled={save.running}
        onChange={(event) => void activate(event.currentTarget.checked)}
      />
    </div>
  );
}
