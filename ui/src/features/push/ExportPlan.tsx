/** What a plan does, or did, as a file: every step with its issue, its end, and why. */
import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useActions } from "../../app/keys";
import { counted, notifyDone, notifyProblem } from "../../kit";
import { platform } from "../../platform";
import type { Plan } from "../../wire/contract";
import { useCalls } from "../../wire/hooks";
import { toProblem } from "../../wire/transport";

const FORMATS = [
  { format: "csv", ending: "csv", label: "CSV", note: "for a spreadsheet" },
  { format: "json", ending: "json", label: "JSON", note: "for another program" },
  { format: "markdown", ending: "md", label: "Markdown", note: "to paste into a report" },
] as const;

export function ExportPlan({ plan }: { plan: Plan }): ReactNode {
  const calls = useCalls();
  const [writing, setWriting] = useState(false);
  const run = async ({ format, ending }: (typeof FORMATS)[number]): Promise<void> => {
    const path = await platform().saveFile({ title: "Steps of the plan", name: `plan-${plan.id}.${ending}` });
    if (path === null) return;
    setWriting(true);
    try {
      const written = await calls.command("plan_export", { id: plan.id, format, path });
      notifyDone(`${counted(written.count, "step")} written to ${path}.`);
    } catch (thrown) {
      notifyProblem(toProblem(thrown));
    }
    setWriting(false);
  };
  useActions(
    FORMATS.map((one) => ({
      id: `plan-export-${one.format}`,
      label: `Save the plan's steps as ${one.label}…`,
      group: "Push",
      disabled: writing,
      run: () => void run(one),
    })),
  );
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button
          size="xs"
          variant="subtle"
          loading={writing}
          rightSection={<IconChevronDown size="1em" stroke={1.7} aria-hidden="true" />}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map((one) => (
          <Menu.Item key={one.format} onClick={() => void run(one)}>
            {one.label}, {one.note}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
