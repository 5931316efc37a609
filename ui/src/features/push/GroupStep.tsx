/** Step 1 of a push: where to, grouped how, and at once how many issues that makes. */
import { Button, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { useApplication } from "../../app/ApplicationSwitcher";
import { useActions } from "../../app/keys";
import { useRoom } from "../../app/layout";
import { usePreference } from "../../app/preferences";
import { setPushSelection, usePushSelection } from "../../app/pushSelection";
import { href, navigate, useRoute } from "../../app/router";
import {
  count,
  counted,
  Dot,
  EmptyState,
  PageHeader,
  ProblemLine,
  ProblemView,
  ProgressLine,
  Skeletons,
} from "../../kit";
import type { GroupBy, GroupPreview, Mapping, Selection } from "../../wire/contract";
import { type Answer, useAnswer, useCommand, useJob } from "../../wire/hooks";
import { GroupKeys, parseKeys } from "./GroupKeys";
import { GroupOptions } from "./GroupOptions";
import { GroupTree } from "./GroupTree";
import { byKeys, isWhole, moveFindings, withKeys } from "./grouping";
import { useGroups } from "./groupList";
import { OneGroup } from "./OneGroup";
import { PushSteps } from "./PushSteps";
import css from "./push.module.css";

const REGROUP_MS = 200;
/** Below this width (unscaled) the header holds only what cannot be done otherwise. */
const ROOMY = 1100;

/** What is pushed: the choice made on Findings, else everything active in view. */
function useSelection(): { selection: Selection; chosen: boolean } {
  const chosen = usePushSelection();
  const application = useApplication();
  if (chosen !== null) return { selection: chosen, chosen: true };
  return { selection: { type: "matching", query: "status:active", application, except: [] }, chosen: false };
}

/** The mapping in use: the chosen one, the last one, the only one that fits. */
function useMapping() {
  const { params } = useRoute();
  const [remembered, remember] = usePreference("pushMapping");
  const [picked, setPicked] = useState<string | null>(params.get("mapping"));
  const list = useAnswer("mapping_list", {});
  const mappings = list.data?.mappings ?? [];
  const find = (id: string | null): Mapping | undefined => mappings.find((one) => one.id === id);
  const active = mappings.filter((one) => one.active);
  const mapping = find(picked) ?? find(remembered) ?? (active.length === 1 ? active[0] : undefined);
  const choose = (id: string): void => {
    setPicked(id);
    remember(id);
  };
  return { list, mappings, mapping, choose };
}

export function GroupStep(): ReactNode {
  const { params } = useRoute();
  const { selection, chosen } = useSelection();
  const [rememberedKeys, rememberKeys] = usePreference("pushGroupBy");
  const [by, setBy] = useState<GroupBy>(() =>
    byKeys(parseKeys(params.get("by") ?? rememberedKeys.join(","))),
  );
  const [settled] = useDebouncedValue(by, REGROUP_MS);
  const { list, mappings, mapping, choose } = useMapping();
  const size = useAnswer("finding_count", { selection });
  const asked = { selection, group_by: settled, mapping: mapping?.id ?? null };
  const preview = useAnswer("group_preview", asked, {
    on: list.data !== undefined && isWhole(settled),
    keep: true,
  });
  const groups = useGroups(preview.data, asked, preview.old);
  const make = useJob("plan_make", "push");
  const cancel = useCommand("job_cancel");
  const room = useRoom();
  const [line, setLine] = useState(0);
  const total = size.data?.total;
  const making = make.state === "running";
  const ready = mapping?.active === true && total !== undefined && total > 0 && !making && isWhole(by);

  const plan = async (): Promise<void> => {
    if (mapping === undefined || !ready) return;
    rememberKeys(by.keys);
    const made = await make.start({ selection, mapping: mapping.id, group_by: by });
    if (made === null) return;
    make.clear();
    setPushSelection(null);
    navigate(href("push", made.id));
  };
  useActions([
    {
      id: "push-preview",
      label: "Preview the issues",
      group: "Push",
      keys: ["mod+enter"],
      whileTyping: true,
      disabled: !ready,
      run: () => void plan(),
    },
  ]);
  const issues = preview.data?.groups;
  const application = selection.type === "matching" ? selection.application : null;
  const add = href("connections", "targets", "new", { back: "push", application });
  return (
    <>
      <PageHeader
        title={total === undefined ? "Push" : `Push ${counted(total, "finding")}`}
        crumb={mapping === undefined ? undefined : `to ${mapping.target} through «${mapping.label}»`}
        actions={
          <>
            {room.width < ROOMY ? null : (
              <Button variant="subtle" onClick={() => navigate(href("findings"))}>
                Back to findings
              </Button>
            )}
            {making ? (
              <Button onClick={() => make.id !== null && void cancel.run({ id: make.id })}>Cancel</Button>
            ) : null}
            <Button variant="filled" disabled={!ready} onClick={() => void plan()}>
              {issues === undefined || issues === 0 ? "Preview" : `Preview ${counted(issues, "issue")}`}
            </Button>
          </>
        }
      />
      {total === 0 ? (
        <Nothing chosen={chosen} />
      ) : (
        <div className={css.room}>
          <div className={css.two}>
            <section className={css.left} aria-label="Grouping">
              <div className={css.leftHead}>
                <PushSteps at={1} />
                <MappingField
                  list={list.problem}
                  mappings={mappings}
                  mapping={mapping}
                  add={add}
                  onChoose={choose}
                />
                <GroupKeys keys={by.keys} onChange={(keys) => setBy(withKeys(by, keys))} />
                <GroupOptions by={by} linked={preview.data?.linked ?? 0} onChange={setBy} />
                <Numbers preview={preview} chosen={chosen} />
              </div>
              {preview.data === undefined ? null : (
                <GroupTree
                  groups={groups}
                  by={settled}
                  line={line}
                  onLine={setLine}
                  onDrop={(findings, group) => setBy(moveFindings(by, findings, group.name))}
                />
              )}
            </section>
            <section className={css.right} aria-label="Group">
              {make.state === "running" && make.progress !== null ? (
                <ProgressLine wide progress={make.progress} />
              ) : null}
              {make.problem === null ? null : (
                <ProblemView
                  problem={make.problem}
                  onRetry={() => void plan()}
                  actions={
                    mapping === undefined ? undefined : (
                      <Button onClick={() => navigate(href("connections", "targets", mapping.id))}>
                        Look at the mapping
                      </Button>
                    )
                  }
                />
              )}
              <MappingCautions mapping={mapping} selection={selection} />
              <SuggestedCaution count={size.data?.suggested ?? 0} selection={selection} />
              {list.data !== undefined && mappings.length === 0 ? <NoMapping add={add} /> : null}
              {preview.data?.groups === 0 && preview.data.linked > 0 ? (
                <AllLinked preview={preview.data} />
              ) : null}
              {preview.data === undefined || mappings.length === 0 ? null : (
                <OneGroup
                  groups={groups.known}
                  total={preview.data.groups}
                  line={Math.min(line, Math.max(0, groups.known.length - 1))}
                  by={by}
                  mapping={mapping?.id ?? null}
                  onChange={setBy}
                />
              )}
            </section>
          </div>
        </div>
      )}
    </>
  );
}

/** A mapping by label, target and connection, each told once: a label often names them. */
export function mappingWords(mapping: Mapping, through: string | undefined): string {
  const parts = mapping.label.split(" · ");
  for (const part of [mapping.target, through]) {
    if (part !== undefined && !parts.includes(part)) parts.push(part);
  }
  return `${parts.join(" · ")}${mapping.active ? "" : " (off)"}`;
}

function MappingField(props: {
  list: Parameters<typeof ProblemLine>[0]["problem"] | null;
  mappings: readonly Mapping[];
  mapping: Mapping | undefined;
  /** Where a new mapping is made. */
  add: string;
  onChoose: (id: string) => void;
}): ReactNode {
  const { mappings, mapping } = props;
  const connections = useAnswer("connection_list", {}).data?.connections ?? [];
  const words = (one: Mapping): string =>
    mappingWords(one, connections.find((connection) => connection.id === one.connection)?.label);
  return (
    <div>
      <Select
        label="Where issues go"
        placeholder={mappings.length === 0 ? "No mapping yet" : "Choose a mapping"}
        data={mappings.map((one) => ({ value: one.id, label: words(one) }))}
        value={mapping?.id ?? null}
        disabled={mappings.length === 0}
        onChange={(id) => id !== null && props.onChoose(id)}
      />
      {props.list === null ? null : <ProblemLine problem={props.list} />}
      {mappings.length === 0 ? null : (
        <a className={css.quietLink} href={`#${props.add}`}>
          Add a mapping…
        </a>
      )}
    </div>
  );
}

function Numbers(props: { preview: Answer<GroupPreview>; chosen: boolean }): ReactNode {
  const { preview, chosen } = props;
  const data = preview.data;
  if (preview.problem !== null) return <ProblemView problem={preview.problem} onRetry={preview.refetch} />;
  if (data === undefined) return <Skeletons lines={2} />;
  const meta = [
    chosen ? "" : "everything that is active",
    data.groups === data.new ? "" : `${count(data.new)} new`,
    data.linked === 0 ? "" : `${counted(data.linked, "finding")} in an issue already`,
    data.left_out === 0 ? "" : `${count(data.left_out)} left out`,
  ]
    .filter((part) => part !== "")
    .join(" · ");
  return (
    <div aria-live="polite" data-old={preview.old || undefined} className={css.numbers}>
      <h2 className={css.headline} data-testid="push-headline">
        {counted(data.findings, "finding")} → {counted(data.groups, "issue")}
      </h2>
      <p className={css.meta}>{meta}</p>
      {data.warnings.map((warning) => (
        <p key={warning} className={css.caution}>
          <Dot tone="warn" />
          <span>{warning}</span>
        </p>
      ))}
    </div>
  );
}

function MappingCautions(props: { mapping: Mapping | undefined; selection: Selection }): ReactNode {
  const { mapping, selection } = props;
  const applications = useAnswer("application_list", {});
  if (mapping === undefined) return null;
  const application = selection.type === "matching" ? selection.application : null;
  const name = applications.data?.applications.find((one) => one.id === application)?.name;
  const foreign = application !== null && !mapping.applications.includes(application);
  const edit = `#${href("connections", "targets", mapping.id, { back: "push" })}`;
  return (
    <>
      {mapping.active ? null : (
        <p className={css.caution}>
          <Dot tone="warn" />
          <span>
            «{mapping.label}» is switched off. <a href={edit}>Switch it on</a> or choose another mapping.
          </span>
        </p>
      )}
      {foreign ? (
        <p className={css.caution}>
          <Dot tone="warn" />
          <span>
            «{mapping.label}» is not for {name ?? "this application"}.{" "}
            <a href={edit}>Add it to the mapping</a> or choose another one.
          </span>
        </p>
      ) : null}
    </>
  );
}

/** Findings that may be duplicates or suppressed would become issues all the same. */
function SuggestedCaution(props: { count: number; selection: Selection }): ReactNode {
  const { selection } = props;
  if (props.count === 0) return null;
  const these = selection.type === "matching" ? selection.query : `id:${selection.ids.join(",")}`;
  return (
    <p className={css.caution}>
      <Dot tone="warn" />
      <span>
        Suggestions about {counted(props.count, "finding")} wait for an answer: duplicates of another tool's,
        or suppressed in a report.{" "}
        <a href={`#${href("findings", { q: `${these} proposal:yes`.trim() })}`}>Look at them first</a>, or
        push them like the others.
      </span>
    </p>
  );
}

function NoMapping({ add }: { add: string }): ReactNode {
  const connections = useAnswer("connection_list", {});
  const connected = (connections.data?.connections.length ?? 0) > 0;
  return (
    <EmptyState
      title={connected ? "Where should the issues go?" : "No tracker is connected yet"}
      actions={
        connected ? (
          <Button variant="filled" onClick={() => navigate(add)}>
            Choose where issues go
          </Button>
        ) : (
          <Button variant="filled" onClick={() => navigate(href("connections", { new: "1" }))}>
            Connect a tracker
          </Button>
        )
      }
    >
      {connected
        ? "A mapping names the place in the tracker, its labels and assignees. The selection stays as it is."
        : "The selection stays as it is; come back here afterwards."}
    </EmptyState>
  );
}

function Nothing({ chosen }: { chosen: boolean }): ReactNode {
  return (
    <EmptyState
      title={chosen ? "The selection is empty" : "There is nothing to push"}
      actions={
        <Button variant="filled" onClick={() => navigate(href("findings"))}>
          Choose findings
        </Button>
      }
    >
      Select findings and press <kbd>p</kbd>.
    </EmptyState>
  );
}

/** Pushing the same findings again: nothing to create, and where they are. */
function AllLinked({ preview }: { preview: GroupPreview }): ReactNode {
  return (
    <EmptyState
      title="Everything selected is in an issue already"
      actions={<Button onClick={() => navigate(href("issues"))}>Look at the issues</Button>}
    >
      {counted(preview.linked, "finding")} would be skipped, and nothing created. The preview says for each in
      which issue it is.
    </EmptyState>
  );
}
