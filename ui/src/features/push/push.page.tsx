/** Push: group, preview, apply. A plan's own address opens it at the step where it stands. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { href, navigate, useRoute } from "../../app/router";
import { EmptyState, PageBody, PageHeader, ProblemView, Skeletons } from "../../kit";
import { useAnswer } from "../../wire/hooks";
import { GroupStep } from "./GroupStep";
import { PlanView } from "./PlanView";

export default function PushPage(): ReactNode {
  const [plan] = useRoute().rest;
  return plan === undefined ? <GroupStep /> : <StoredPlan key={plan} id={plan} />;
}

function StoredPlan({ id }: { id: string }): ReactNode {
  const plan = useAnswer("plan_show", { id });
  if (plan.data !== undefined) return <PlanView plan={plan.data} />;
  return (
    <PageBody>
      <PageHeader title="Push" />
      {plan.problem === null ? (
        <Skeletons />
      ) : plan.problem.code === "not_found" ? (
        <EmptyState
          title="There is no such plan"
          actions={<Button onClick={() => navigate(href("plans"))}>All plans</Button>}
        >
          It may have been deleted.
        </EmptyState>
      ) : (
        <ProblemView problem={plan.problem} onRetry={plan.refetch} />
      )}
    </PageBody>
  );
}
