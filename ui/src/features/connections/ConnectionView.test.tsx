import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FAILING } from "../../testing/fake/checks";
import { madeConnection } from "../../testing/fake/connections";
import { CARD } from "../../testing/fake/kinds";
import { type Answers, renderWith } from "../../testing/render";
import type { CheckReport, Connection, TrackerKindCard } from "../../wire/contract";
import ConnectionsPage from "./connections.page";

/** A kind that this window has never heard of. */
const STRANGE: TrackerKindCard = {
  ...CARD,
  id: "strange",
  name: "Stranger",
  about: "A tracker of another kind.",
  fields: [
    { ...(CARD.fields[0] as TrackerKindCard["fields"][number]), label: "Where", help: "Its address." },
    {
      id: "shard",
      label: "Shard",
      kind: "choice",
      help: "",
      example: null,
      required: true,
      choices: [
        ["n", "North"],
        ["s", "South"],
      ],
      only_with: [],
    },
    {
      id: "realm",
      label: "Realm",
      kind: "text",
      help: "",
      example: null,
      required: true,
      choices: [],
      only_with: ["ticket"],
    },
  ],
  auth: [
    { ...(CARD.auth[0] as TrackerKindCard["auth"][number]), secret_label: "Key" },
    {
      id: "ticket",
      label: "A ticket",
      secret_label: "Ticket",
      scopes: [],
      help: "",
      needs_username: false,
      device: false,
    },
  ],
};

function answers(connections: Connection[], kinds = [CARD]): Answers {
  return {
    connection_kinds: () => ({ kinds }),
    connection_list: () => ({ connections }),
    connection_understand: ({ location }) => ({
      words: `Understood ${location}.`,
      api: null,
      web: null,
      target: null,
      owner: "acme",
      token_page: "https://example.com/tokens",
      cautions: ["The address is not encrypted."],
    }),
    connection_save: (request) => {
      const saved = madeConnection({ id: request.id ?? "5", label: request.label });
      connections.push(saved);
      return saved;
    },
    connection_remove: () => ({ count: 1 }),
    mapping_list: () => ({ mappings: [] }),
    application_list: () => ({ applications: [] }),
  };
}

const REPORT: CheckReport = {
  at: "2026-11-21T10:00:00Z",
  stages: FAILING,
  ok: false,
  summary: "",
  token_ends: null,
  text: "the redacted report",
};

describe("connecting a tracker", () => {
  it("offers a row with Connect for each kind", async () => {
    const { user } = renderWith(<ConnectionsPage />, {
      rpc: answers([], [CARD, STRANGE]),
      route: "/connections",
    });
    await user.click(await screen.findByRole("button", { name: "Connect Stranger" }));
    expect(window.location.hash).toBe("#/connections?new=1&kind=strange");
  });

  it("makes the form from the kind's card and sends what it asks for", async () => {
    const { user, sent } = renderWith(<ConnectionsPage />, {
      rpc: answers([], [STRANGE]),
      route: "/connections?new=1",
    });
    await user.click(await screen.findByLabelText(/^Where/));
    await user.paste("http://tracker.example.com/x");
    expect(
      await screen.findByText("Understood http://tracker.example.com/x."),
      "what was understood",
    ).toBeTruthy();
    expect(screen.getByText("The address is not encrypted."), "its cautions").toBeTruthy();
    expect(screen.queryByLabelText(/^Realm/), "a field of another way to sign in is not shown").toBeNull();

    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(screen.getByText("Shard must be filled in."), "what is missing is said at its field").toBeTruthy();
    expect(
      sent.some((call) => call.name === "connection_save"),
      "and nothing is sent",
    ).toBe(false);

    await user.click(screen.getByLabelText(/^Sign in with/, { selector: "input" }));
    await user.click(await screen.findByText("A ticket"));
    await user.click(screen.getByLabelText(/^Realm/));
    await user.paste("r1");
    await user.click(screen.getByLabelText(/^Shard/, { selector: "input" }));
    await user.click(await screen.findByText("South"));
    await user.click(screen.getByLabelText(/^Ticket/));
    await user.paste("t0p-secret");
    await user.click(screen.getByRole("checkbox", { name: /unencrypted/ }));
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(sent.some((call) => call.name === "connection_save")).toBe(true));
    expect(sent.find((call) => call.name === "connection_save")?.request).toMatchObject({
      id: null,
      kind: "strange",
      location: "http://tracker.example.com/x",
      auth: "ticket",
      secret: "t0p-secret",
      settings: { shard: "s", realm: "r1" },
      network: { allow_plain_http: true },
    });
  });

  it("asks about plain http only when it matters", async () => {
    const { user } = renderWith(<ConnectionsPage />, { rpc: answers([]), route: "/connections?new=1" });
    await user.click(await screen.findByLabelText(/^Address/));
    await user.paste("http://127.0.0.1:8080/");
    expect(screen.queryByRole("checkbox", { name: /unencrypted/ }), "this computer needs no yes").toBeNull();
  });

  it("never shows a stored secret and keeps it unless it is replaced", async () => {
    const { user, sent } = renderWith(<ConnectionsPage />, {
      rpc: answers([madeConnection()]),
      route: "/connections/1",
    });
    expect(await screen.findByText("In the keychain")).toBeTruthy();
    expect(screen.queryByLabelText("Token"), "no field, so nothing to read").toBeNull();
    await user.click(screen.getByLabelText("Label"));
    await user.paste("!");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(sent.some((call) => call.name === "connection_save")).toBe(true));
    expect(sent.find((call) => call.name === "connection_save")?.request).toMatchObject({ secret: null });
    await user.click(screen.getByRole("button", { name: "Replace…" }));
    expect(screen.getByLabelText(/^Token/).getAttribute("type")).toBe("password");
  });

  it("shows the stages as they come, and that nothing was written", async () => {
    let finish: (report: CheckReport) => void = () => undefined;
    const { user } = renderWith(<ConnectionsPage />, {
      rpc: answers([madeConnection()]),
      jobs: {
        connection_test: (_, onEvent) => {
          for (const [seq, stage] of FAILING.slice(0, 3).entries()) {
            onEvent({ job: "1", seq, news: { type: "stage", stage } });
          }
          return new Promise((resolve) => {
            finish = resolve;
          });
        },
      },
      route: "/connections/1",
    });
    await user.click(await screen.findByRole("button", { name: "Test connection" }));
    expect(await screen.findByText("Testing… 3 checks done")).toBeTruthy();
    expect(screen.getByText(/Nothing is written to GitHub/)).toBeTruthy();
    finish(REPORT);
    expect(await screen.findByText("1 of 13 checks failed")).toBeTruthy();
    expect(screen.getByText(/Nothing was written to GitHub. 546 ms in all./)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Copy report" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Test again" })).toBeTruthy();
  });

  it("asks in its place before it deletes", async () => {
    const { user, sent } = renderWith(<ConnectionsPage />, {
      rpc: answers([madeConnection()]),
      route: "/connections/1",
    });
    await user.click(await screen.findByRole("button", { name: "Delete…" }));
    const question = screen.getByText(/Delete «acme on GitHub»/);
    expect(document.activeElement?.textContent, "the safe answer has the focus").toBe("Keep it");
    const place = within(question.parentElement as HTMLElement);
    await user.click(place.getByRole("button", { name: "Delete the connection" }));
    await waitFor(() => expect(sent.some((call) => call.name === "connection_remove")).toBe(true));
  });
});
