/** A row for each kind of tracker, the connections with their health, and where issues go. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { href, navigate } from "../../app/router";
import {
  Card,
  counted,
  Dot,
  day,
  PageBody,
  PageHeader,
  ProblemView,
  RelativeTime,
  Section,
  Skeletons,
} from "../../kit";
import type { Connection, TrackerKindCard } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import { storedSecret } from "./connectionDraft";
import { MappingRows } from "./MappingRows";
import css from "./rows.module.css";
import { storedWords } from "./SecretField";
import { tokenWarning } from "./TestPane";

export function ConnectionList(): ReactNode {
  const list = useAnswer("connection_list", {});
  const kinds = useAnswer("connection_kinds", {});
  const connections = list.data?.connections ?? [];
  const cards = kinds.data?.kinds ?? [];
  return (
    <PageBody>
      <PageHeader title="Connections" />
      <Section title="Connect a tracker">
        {kinds.problem === null ? null : <ProblemView problem={kinds.problem} onRetry={kinds.refetch} />}
        {kinds.pending ? <Skeletons lines={2} /> : null}
        <Card className={css.rows}>
          {cards.map((card) => (
            <KindRow
              key={card.id}
              card={card}
              connected={connections.filter((one) => one.kind === card.id).length}
            />
          ))}
        </Card>
      </Section>
      {list.problem === null ? null : <ProblemView problem={list.problem} onRetry={list.refetch} />}
      {list.pending ? <Skeletons /> : null}
      {connections.length === 0 ? null : (
        <Section title="Connected">
          <Card className={css.rows}>
            {connections.map((connection) => (
              <ConnectionRow
                key={connection.id}
                connection={connection}
                card={cards.find((card) => card.id === connection.kind)}
              />
            ))}
          </Card>
        </Section>
      )}
      {list.data === undefined ? null : <MappingRows connected={connections.length > 0} />}
    </PageBody>
  );
}

function KindRow({ card, connected }: { card: TrackerKindCard; connected: number }): ReactNode {
  return (
    <div className={css.row} data-testid={`kind-${card.id}`}>
      <span className={css.rowMain}>
        <span className={css.rowTitle}>{card.name}</span>
        <span className={css.faint}>{card.about}</span>
      </span>
      {connected === 0 ? null : <span className={css.faint}>{counted(connected, "connection")}</span>}
      <Button
        aria-label={`Connect ${card.name}`}
        onClick={() => navigate(href("connections", { new: "1", kind: card.id }))}
      >
        Connect
      </Button>
    </div>
  );
}

function ConnectionRow(props: { connection: Connection; card: TrackerKindCard | undefined }): ReactNode {
  const { connection, card } = props;
  const last = connection.last_test;
  return (
    <a className={css.rowLink} href={`#${href("connections", connection.id)}`} data-testid="connection-row">
      <span className={css.rowMain}>
        <span className={css.rowTitle}>{connection.label}</span>
        <span className={css.faint}>
          {card?.name ?? "the tracker"} · {connection.location}
        </span>
      </span>
      <span className={css.rowSide}>
        {last === null ? null : (
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
        <Secret connection={connection} card={card} />
      </span>
    </a>
  );
}

/** Where the secret is, and until when it counts. */
function Secret(props: { connection: Connection; card: TrackerKindCard | undefined }): ReactNode {
  const { connection, card } = props;
  const ends = connection.last_test?.token_ends ?? null;
  const warning = tokenWarning(ends);
  const secret = card === undefined ? connection.secret : storedSecret(card, connection.auth, connection);
  const auth = card?.auth.find((one) => one.id === connection.auth);
  if (secret === null || secret.type === "none") {
    return (
      <span className={css.health}>
        <Dot tone="warn" /> {auth?.device ? "not signed in yet" : "no secret is stored"}
      </span>
    );
  }
  const until = ends === null || warning !== null ? "" : `, ends on ${day(ends)}`;
  const untested = connection.last_test === null ? " · not tested yet" : "";
  return (
    <span className={css.secret}>
      <span>
        {auth?.device ? "Signed in" : (auth?.secret_label ?? "Secret")} {lower(storedWords(secret))}
        {until}
        {untested}
      </span>
      {warning === null ? null : (
        <span className={css.warning}>
          <Dot tone="warn" /> {warning}
        </span>
      )}
    </span>
  );
}

function lower(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}
