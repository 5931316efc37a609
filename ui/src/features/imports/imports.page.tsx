/** Imports: a report in, what it changed, and what was imported before. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { href, navigate, useRoute } from "../../app/router";
import { EmptyState, PageBody, PageHeader } from "../../kit";
import { useAnswer } from "../../wire/hooks";
import { setFiles, useFiles } from "./files";
import { ImportForm } from "./ImportForm";
import { ImportHistory } from "./ImportHistory";
import { WatchSection } from "./WatchSection";

export default function ImportsPage(): ReactNode {
  const { params } = useRoute();
  const files = useFiles();
  const list = useAnswer("import_list", { application: null, offset: 0, limit: 1 });
  const open = params.get("new") !== null || files.length > 0;
  const begin = (): void => navigate(href("imports", { new: "1" }));
  const close = (): void => {
    setFiles([]);
    navigate(href("imports"), { replace: true });
  };
  const none = list.data?.total === 0;
  return (
    <PageBody wide>
      <PageHeader
        title="Imports"
        actions={
          open ? undefined : (
            <Button variant="filled" onClick={begin}>
              Import reports
            </Button>
          )
        }
      />
      {open ? <ImportForm onClose={close} /> : null}
      {none && !open ? (
        <EmptyState
          title="Nothing was imported yet"
          actions={
            <Button variant="filled" onClick={begin}>
              Import reports
            </Button>
          }
        >
          Drop scanners' reports anywhere on this window, or choose them.
        </EmptyState>
      ) : null}
      <WatchSection />
      <ImportHistory />
    </PageBody>
  );
}
