/** Connections to trackers, and where issues go. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { href, navigate, useRoute } from "../../app/router";
import { EmptyState, PageBody, PageHeader, ProblemView, Skeletons } from "../../kit";
import { useAnswer } from "../../wire/hooks";
import { ConnectionList } from "./ConnectionList";
import { ConnectionView } from "./ConnectionView";
import { MappingPage } from "./mapping/MappingPage";

export default function ConnectionsPage(): ReactNode {
  const { rest, params } = useRoute();
  if (rest[0] === "targets" && rest[1] !== undefined) {
    return <MappingPage key={rest[1]} id={rest[1] === "new" ? null : rest[1]} />;
  }
  if (rest[0] !== undefined && rest[0] !== "targets") return <OneConnection id={rest[0]} />;
  if (params.get("new") !== null) return <NewConnection kind={params.get("kind")} />;
  return <ConnectionList />;
}

function OneConnection({ id }: { id: string }): ReactNode {
  const list = useAnswer("connection_list", {});
  const kinds = useAnswer("connection_kinds", {});
  const connection = list.data?.connections.find((one) => one.id === id);
  const card = kinds.data?.kinds.find((kind) => kind.id === connection?.kind);
  if (connection !== undefined && card !== undefined) {
    return <ConnectionView key={id} card={card} connection={connection} />;
  }
  const problem = list.problem ?? kinds.problem;
  return (
    <PageBody>
      <PageHeader title="Connections" />
      {problem !== null ? (
        <ProblemView problem={problem} onRetry={list.refetch} />
      ) : list.fetching || kinds.pending ? (
        <Skeletons />
      ) : (
        <EmptyState
          title="There is no such connection"
          actions={<Button onClick={() => navigate(href("connections"))}>All connections</Button>}
        >
          It may have been deleted.
        </EmptyState>
      )}
    </PageBody>
  );
}

function NewConnection({ kind }: { kind: string | null }): ReactNode {
  const kinds = useAnswer("connection_kinds", {});
  const known = kinds.data?.kinds ?? [];
  // With one kind of tracker there is nothing to choose.
  const card = known.find((one) => one.id === kind) ?? (known.length === 1 ? known[0] : undefined);
  if (card !== undefined) return <ConnectionView key={`new ${card.id}`} card={card} connection={null} />;
  if (kinds.data !== undefined) return <ConnectionList />;
  return (
    <PageBody>
      <PageHeader title="Connections" />
      {kinds.problem === null ? (
        <Skeletons />
      ) : (
        <ProblemView problem={kinds.problem} onRetry={kinds.refetch} />
      )}
    </PageBody>
  );
}
