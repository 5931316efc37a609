import type { ReactNode } from "react";
import { PageHeader } from "../../kit";

export function FindingsPage(): ReactNode {
  return <PageHeader title="Findings" />;
}
