/** Where issues go: the mappings, each to be switched off and on. */
import { Button, Switch } from "@mantine/core";
import type { ReactNode } from "react";
import { href, navigate } from "../../app/router";
import { Card, EmptyState, Pill, ProblemLine, ProblemView, Section } from "../../kit";
import type { Mapping } from "../../wire/contract";
import { useAnswer, useCommand } from "../../wire/hooks";
import { mappingRequest } from "./mapping/mappingDraft";
import css from "./rows.module.css";

/** More labels than this are counted. */
const LABELS = 4;

export function MappingRows({ connected }: { connected: boolean }): ReactNode {
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
            which fields, labels and people.
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
  const activate = (active: boolean): void => void save.run({ ...mappingRequest(mapping), active });
  const more = mapping.labels.length - LABELS;
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
        {mapping.labels.slice(0, LABELS).map((label) => (
          <Pill key={label}>{label}</Pill>
        ))}
        {more > 0 ? <Pill>{more} more</Pill> : null}
      </span>
      <Switch
        label={mapping.active ? "On" : "Off"}
        aria-label={`Push through «${mapping.label}»`}
        checked={mapping.active}
        disabled={save.running}
        onChange={(event) => activate(event.currentTarget.checked)}
      />
      {save.problem === null ? null : <ProblemLine problem={save.problem} />}
    </div>
  );
}
