/** The last exchanges with the tracker, redacted. */
import { Button, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { copyAndSay, count, fullMoment, ProblemView, RelativeTime, Skeletons } from "../../kit";
import type { ConnectionId, Exchange } from "../../wire/contract";
import { useAnswer } from "../../wire/hooks";
import page from "./edit.module.css";
import css from "./log.module.css";

const ROWS = 200;

function matches(exchange: Exchange, filter: string): boolean {
  const text = `${exchange.method} ${exchange.url} ${exchange.status ?? ""} ${exchange.error ?? ""}`;
  return text.toLowerCase().includes(filter.trim().toLowerCase());
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The request as a command; the token is left to the person. */
export function asCurl(exchange: Exchange): string {
  const parts = ["curl", "-i", "-X", exchange.method, quoted(exchange.url)];
  parts.push("-H", quoted("Authorization: Bearer YOUR-TOKEN"));
  if (exchange.request !== null && exchange.request !== "") parts.push("--data", quoted(exchange.request));
  return parts.join(" ");
}

export function RequestLog(props: { connection: ConnectionId; onClose: () => void }): ReactNode {
  const list = useAnswer("connection_exchanges", { connection: props.connection, limit: ROWS });
  const [filter, setFilter] = useState("");
  const shown = list.data?.exchanges.filter((exchange) => matches(exchange, filter)) ?? [];
  return (
    <div data-testid="request-log">
      <div className={css.logHead}>
        <h2 className={page.title}>Request log</h2>
        <TextInput
          aria-label="Filter requests"
          placeholder="Filter by method, address, status"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <Button onClick={list.refetch}>Refresh</Button>
        <Button variant="subtle" onClick={props.onClose}>
          Close
        </Button>
      </div>
      <p className={page.about}>
        The last {ROWS} exchanges, newest first. Secrets are taken out before they are kept.
      </p>
      {list.problem === null ? null : <ProblemView problem={list.problem} onRetry={list.refetch} />}
      {list.pending ? <Skeletons /> : null}
      {list.data !== undefined && shown.length === 0 ? (
        <p className={page.about}>
          {filter === ""
            ? "Nothing was asked yet. Test the connection first."
            : "No exchange matches the filter."}
        </p>
      ) : null}
      <ul className={page.plainList}>
        {shown.map((exchange) => (
          // Exchanges have no name of their own, and newer ones come before them.
          <li key={`${exchange.at} ${exchange.method} ${exchange.url} ${exchange.ms}`}>
            <OneExchange exchange={exchange} />
          </li>
        ))}
      </ul>
    </div>
  );
}

export function OneExchange({ exchange }: { exchange: Exchange }): ReactNode {
  const bad = exchange.status === null || exchange.status >= 400;
  const copy = () => copyAndSay(asCurl(exchange), "Copied as curl, without the secret.");
  return (
    <details className={css.exchange}>
      <summary>
        <span className={css.method}>{exchange.method}</span>
        <span className={css.url}>{exchange.url}</span>
        <span data-bad={bad || undefined} className={css.code}>
          {exchange.status ?? "no answer"}
        </span>
        <span className={css.faint}>{count(exchange.ms)} ms</span>
        <span className={css.faint}>
          <RelativeTime at={exchange.at} />
        </span>
      </summary>
      <div className={css.exchangeBody}>
        <div className={css.exchangeMeta}>
          <span className={css.faint}>{fullMoment(exchange.at)}</span>
          <Button size="xs" onClick={() => void copy()}>
            Copy as curl
          </Button>
        </div>
        {exchange.error === null ? null : <p>{exchange.error}</p>}
        {Object.keys(exchange.headers).length === 0 ? null : (
          <Body
            title="Answer headers"
            text={Object.entries(exchange.headers)
              .map(([name, value]) => `${name}: ${value}`)
              .join("\n")}
          />
        )}
        {exchange.request === null ? null : <Body title="Sent" text={exchange.request} />}
        {exchange.response === null ? null : <Body title="Answer" text={exchange.response} />}
      </div>
    </details>
  );
}

function Body({ title, text }: { title: string; text: string }): ReactNode {
  return (
    <>
      <h3 className={css.small}>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by key. */}
      <pre className={css.body} tabIndex={0}>
        {text}
      </pre>
    </>
  );
}
