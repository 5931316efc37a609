import { screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { pushSelection, setPushSelection } from "../../app/pushSelection";
import { madeConnection, madeMapping } from "../../testing/fake/connections";
import { type Answers, renderWith } from "../../testing/render";
import type { PracticeReady } from "../../wire/contract";
import WelcomePage from "./welcome.page";

afterEach(() => setPushSelection(null));

const URL = "http://127.0.0.1:40001";
const SHOP = { id: "a", name: "Practice shop", created: "", active: 39, findings: 40 };
const CONNECTION = madeConnection({ id: "9", label: "Practice GitHub", location: URL });
const MAPPING = madeMapping({
  id: "8",
  connection: "9",
  connection_label: "Practice GitHub",
  applications: ["a"],
});

function rpc(url: () => string | null): Answers {
  return {
    practice_status: () => ({ url: url() }),
    connection_list: () => ({ connections: [madeConnection(), CONNECTION] }),
    mapping_list: () => ({ mappings: [madeMapping(), MAPPING] }),
    application_list: () => ({ applications: [SHOP] }),
    finding_count: () => ({ total: 39, severities: [], linked: 0, suggested: 0 }),
    job_cancel: () => ({ count: 1 }),
  };
}

describe("the welcome page", () => {
  it("begins the practice with visible steps, then leads on", async () => {
    let url: string | null = null;
    let finish: () => void = () => undefined;
    const { user } = renderWith(<WelcomePage />, {
      rpc: rpc(() => url),
      jobs: {
        practice_begin: (_, onEvent) => {
          const progress = {
            text: "Importing a sample report",
            done: 2,
            total: 5,
            unit: "steps",
            rate: null,
            remaining_ms: null,
            waiting_for: null,
            waiting_until: null,
          };
          onEvent({ job: "1", seq: 0, news: { type: "progress", progress } });
          return new Promise<PracticeReady>((resolve) => {
            finish = () => {
              url = `${URL}/`;
              resolve({} as PracticeReady);
            };
          });
        },
      },
      route: "/welcome",
    });
    await user.click(screen.getByRole("button", { name: "Try it with practice data" }));
    expect(await screen.findByText("Importing a sample report"), "the step is named").toBeTruthy();
    expect(screen.getByText("2 of 5 steps"), "and how far it is").toBeTruthy();
    finish();
    await user.click(await screen.findByRole("button", { name: "Push them, grouped" }));
    expect(window.location.hash, "mapping and grouping are chosen already").toBe("#/push?mapping=8&by=rule");
    expect(pushSelection()).toEqual({
      type: "matching",
      query: "status:active",
      application: "a",
      except: [],
    });
  });

  it("finds a running practice again after a reload", async () => {
    const { user, preferences } = renderWith(<WelcomePage />, {
      rpc: rpc(() => `${URL}/`),
      route: "/welcome",
    });
    await user.click(await screen.findByRole("button", { name: "Look at the 39 findings" }));
    expect(decodeURIComponent(window.location.hash)).toBe("#/findings?q=status:active");
    expect(preferences.get("application")).toBe("a");
    expect(screen.getByRole("button", { name: /Open Practice GitHub/ })).toBeTruthy();
  });

  it("asks before it throws a practice away", async () => {
    const { user, sent } = renderWith(<WelcomePage />, { rpc: rpc(() => `${URL}/`), route: "/welcome" });
    await user.click(await screen.findByRole("button", { name: "Begin again…" }));
    expect(screen.getByText(/are thrown away/)).toBeTruthy();
    expect(sent.some((call) => call.name === "practice_begin")).toBe(false);
  });

  it("shows why the practice could not start", async () => {
    const { user } = renderWith(<WelcomePage />, {
      rpc: rpc(() => null),
      jobs: {
        practice_begin: () => {
          throw { code: "internal", message: "It could not be started.", hint: "A firewall.", context: {} };
        },
      },
      route: "/welcome",
    });
    await user.click(screen.getByRole("button", { name: "Try it with practice data" }));
    expect(await screen.findByText("It could not be started.")).toBeTruthy();
    await waitFor(() =>
      expect(screen.getByRole("button", { name: "Try it with practice data" })).toBeTruthy(),
    );
  });
});
