/** Which application is looked at: one of them, or all. */
import { Menu } from "@mantine/core";
import { IconCheck, IconPencil, IconSelector } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { count } from "../kit";
import type { ApplicationId } from "../wire/contract";
import { useAnswer } from "../wire/hooks";
import css from "./app.module.css";
import { usePreference } from "./preferences";
import { href, navigate } from "./router";

/** The application in view; null for all (also when the remembered one is gone). */
export function useApplication(): ApplicationId | null {
  const [application] = usePreference("application");
  const list = useAnswer("application_list", {});
  if (application === null || list.data === undefined) return application;
  return list.data.applications.some((one) => one.id === application) ? application : null;
}

export function ApplicationSwitcher(): ReactNode {
  const application = useApplication();
  const [, setApplication] = usePreference("application");
  const list = useAnswer("application_list", {});
  const applications = list.data?.applications ?? [];
  const label = applications.find((one) => one.id === application)?.name ?? "All applications";
  const row = (id: ApplicationId | null, name: string, active: number): ReactNode => (
    <Menu.Item
      key={id ?? "all"}
      role="menuitemradio"
      aria-checked={id === application}
      onClick={() => setApplication(id)}
      leftSection={
        id === application ? <IconCheck size="1.1em" aria-hidden="true" /> : <span className={css.noCheck} />
      }
      rightSection={<span className={css.faint}>{count(active)}</span>}
    >
      {name}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <button type="button" className={css.switcher} aria-label={`Application: ${label}`}>
          <span className={css.switcherText}>{label}</span>
          <IconSelector size="1.05em" stroke={1.7} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={css.tallMenu ?? ""}>
        {row(
          null,
          "All applications",
          applications.reduce((sum, one) => sum + one.active, 0),
        )}
        {applications.length === 0 ? null : <Menu.Divider />}
        {applications.map((one) => row(one.id, one.name, one.active))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconPencil size="1.1em" aria-hidden="true" />}
          onClick={() =>
            navigate(application === null ? href("applications") : href("applications", application))
          }
        >
          {application === null ? "Names and owners…" : "Name and owners…"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
