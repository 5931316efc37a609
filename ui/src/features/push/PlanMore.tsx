/** What else can be done with a plan: name it, make it anew, take it back. */
import { Button, Popover, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useActions } from "../../app/keys";
import { href, navigate } from "../../app/router";
import { ProblemLine, ProblemView } from "../../kit";
import type { Plan } from "../../wire/contract";
import { useCommand, useJob } from "../../wire/hooks";
import css from "./push.module.css";

/** What a plan is called: its own name, or what it was made for. */
export function planName(plan: Plan): string {
  return plan.name ?? `Plan ${plan.id}`;
}

export function NamePlan({ plan }: { plan: Plan }): ReactNode {
  const rename = useCommand("plan_rename");
  const [open, setOpen] = useState(false);
  const [name, setName] = useState(plan.name ?? "");
  const save = async (): Promise<void> => {
    if ((await rename.run({ id: plan.id, name })) !== null) setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button size="xs" variant="subtle" onClick={() => setOpen(!open)}>
          {plan.name === null ? "Name…" : "Rename…"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className={css.nameForm}
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <TextInput
            data-autofocus
            label="Name of this plan"
            placeholder={`Plan ${plan.id}`}
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {rename.problem === null ? null : <ProblemLine problem={rename.problem} />}
          <Button type="submit" variant="filled" loading={rename.running}>
            Save
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Takes back what the plan did, or some of its steps: as a plan of its own, which is opened. */
export function UndoPlan({
  plan,
  steps,
  label,
}: {
  plan: Plan;
  steps: number[] | null;
  label: string;
}): ReactNode {
  const undo = useJob("plan_undo", `undo ${plan.id} ${steps?.join(",") ?? ""}`);
  const start = async (): Promise<void> => {
    const made = await undo.start({ id: plan.id, steps });
    if (made !== null) navigate(href("push", made.id));
  };
  const whole = steps === null;
  useActions(
    whole ? [{ id: "plan-undo", label: "Take this push back", group: "Push", run: () => void start() }] : [],
  );
  return (
    <>
      <Button
        size={whole ? "sm" : "xs"}
        variant="subtle"
        loading={undo.state === "running"}
        onClick={() => void start()}
      >
        {label}
      </Button>
      {undo.problem === null ? null : <ProblemLine problem={undo.problem} />}
    </>
  );
}

/** The plan that this one takes back, in words. */
export function UndoneWords({ plan }: { plan: Plan }): ReactNode {
  if (plan.undoes === null) return null;
  return (
    <p className={css.meta}>
      Takes back <a href={`#${href("push", plan.undoes)}`}>plan {plan.undoes}</a>, as far as nobody built on
      it.
    </p>
  );
}

/** A problem of a plan that is out of date, with the way on. */
export function StalePlan({ plan }: { plan: Plan }): ReactNode {
  const again = useJob("plan_again", `again ${plan.id}`);
  const start = async (): Promise<void> => {
    const made = await again.start({ id: plan.id });
    if (made !== null) navigate(href("push", made.id));
  };
  return (
    <>
      <Button variant="filled" loading={again.state === "running"} onClick={() => void start()}>
        Plan again
      </Button>
      {again.problem === null ? null : <ProblemView problem={again.problem} />}
    </>
  );
}
