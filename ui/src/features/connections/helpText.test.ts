import { describe, expect, it } from "vitest";
import { type HelpBlock, helpText, sentences } from "./helpText";

const GITHUB =
  "Classic: tick the whole of «repo», and «read:org» under «admin:org». Fine-grained: choose the organisation as resource owner and give «Issues: read and write». If your organisation uses single sign-on, authorise the token for it («Configure SSO»). Only when issues are to be put on a Project board: also tick «project» (classic), or give the organisation permission «Projects: read and write» (fine-grained; boards of a person need a classic token). Leave everything else out; «admin:org_hook» is for programs that measure the cycle times of issues by webhook. Copy the token at once; it is shown only once.";
const ENTRA =
  "For Azure DevOps Services. Register an app once: 1. Open https://entra.microsoft.com, «App registrations», «New registration». 2. Name it Docket, choose «Accounts in this organizational directory only», leave the redirect URI empty. 3. Under «Authentication» set «Allow public client flows» to Yes. 4. Under «API permissions» add «Azure DevOps», «user_impersonation». 5. Copy «Application (client) ID» and «Directory (tenant) ID» into the form. Your company may forbid signing in with a code; then use a personal access token.";
const GITLAB =
  "On your GitLab choose your picture, Edit profile, Applications, Add new application (an administrator can do the same for everybody under Admin, Applications). Name: Docket. Redirect URI: http://127.0.0.1 (it is not used). Take the tick from «Confidential», tick the scope «api», save, and copy the Application ID. Needs GitLab 17.9 or later. If your GitLab lies under a path, give its API address above (https://host/path/api/v4).";

/** Every word of it, without the steps' numbers. */
function words(blocks: readonly HelpBlock[]): string {
  return blocks
    .flatMap((block) =>
      block.type === "points"
        ? block.points.map((one) => (one.term === null ? one.text : `${one.term}: ${one.text}`))
        : [...(block.before === null ? [] : [block.before]), ...block.steps],
    )
    .join(" ");
}

describe("sentences", () => {
  it.each([
    "Needs GitLab 17.9 or later.",
    "Give it a name, e.g. Docket, or e.g. «Docket. For us».",
    "Choose a role (i.e. Planner, Reporter etc. Anything higher will do).",
    "Put it into docket.toml. or .env, as in v2.1. of it.",
    "The address (https://host/a.b/v4. Nothing else) of it.",
    "Under https://tracker.example.com/a?b=c. it stands, or at 127.0.0.1. too.",
    "Choose «Which? All! These. Those» and go on.",
    "Ask J. Doe, Dr. No or Acme Ltd vs. Acme Inc for it.",
    "1. Nothing follows",
  ])("does not take apart: %s", (text) => {
    expect(sentences(text)).toEqual([text]);
  });

  it("ends where a sentence ends, also behind a quote, a bracket, a year or a file's name", () => {
    expect(
      sentences(
        "Save («Update application»). Open it! Really? «Yes.» Ends on 1 December 2026. Under «Custom» tick it. See docket.toml. Then stop",
      ),
    ).toEqual([
      "Save («Update application»).",
      "Open it!",
      "Really?",
      "«Yes.»",
      "Ends on 1 December 2026.",
      "Under «Custom» tick it.",
      "See docket.toml.",
      "Then stop",
    ]);
  });
});

describe("help", () => {
  it("that is short stays in one piece", () => {
    const short = "Of the app that was registered. It is no secret.";
    expect(helpText(short)).toEqual({ lead: [{ term: null, text: short }], rest: [], folds: false });
    expect(helpText("")).toEqual({ lead: [{ term: null, text: "" }], rest: [], folds: false });
  });

  it("that begins with alternatives shows each of them, and folds what holds for all", () => {
    const { lead, rest, folds } = helpText(GITHUB);
    expect(lead.map((one) => one.term)).toEqual(["Classic", "Fine-grained"]);
    expect(folds).toBe(true);
    expect(rest).toHaveLength(1);
    expect(rest[0]).toMatchObject({
      points: [
        { term: null, text: expect.stringMatching(/^If your organisation .*SSO»\)\.$/) },
        { term: null, text: expect.stringMatching(/^Only when .*classic token\)\.$/) },
        { term: null, text: expect.stringMatching(/^Leave everything/) },
        { term: null, text: "Copy the token at once; it is shown only once." },
      ],
    });
  });

  it("with numbers has steps, what introduces them, and what is said afterwards", () => {
    const { lead, rest, folds } = helpText(ENTRA);
    expect(lead).toEqual([{ term: null, text: "For Azure DevOps Services." }]);
    expect(folds).toBe(true);
    expect(rest.map((block) => block.type)).toEqual(["steps", "points"]);
    const [steps, after] = rest;
    expect(steps).toMatchObject({ before: "Register an app once:" });
    expect(steps?.type === "steps" ? steps.steps : []).toEqual([
      "Open https://entra.microsoft.com, «App registrations», «New registration».",
      expect.stringMatching(/^Name it Docket,/),
      "Under «Authentication» set «Allow public client flows» to Yes.",
      expect.stringMatching(/^Under «API permissions»/),
      expect.stringMatching(/^Copy .* into the form\.$/),
    ]);
    expect(after === undefined ? "" : words([after])).toMatch(/^Your company may forbid/);
  });

  it("of several sentences shows the first and has the others as points, some with a term", () => {
    const { lead, rest } = helpText(GITLAB);
    expect(lead).toHaveLength(1);
    expect(rest[0]).toMatchObject({
      points: [
        { term: "Name", text: "Docket." },
        { term: "Redirect URI", text: "http://127.0.0.1 (it is not used)." },
        { term: null },
        { term: null, text: "Needs GitLab 17.9 or later." },
        { term: null },
      ],
    });
  });

  it("with two more sentences needs no fold", () => {
    const help = helpText(
      "Tick «api» («read_api» can only read). A project or group token also needs a role: Planner, Reporter or higher. Copy the token at once; it is shown only once.",
    );
    expect(help.folds).toBe(false);
    expect(help.rest[0]).toMatchObject({ points: [{ term: null }, { term: null }] });
  });

  it.each([GITHUB, ENTRA, GITLAB])("loses no word (%#)", (text) => {
    const { lead, rest } = helpText(text);
    expect(`${words([{ type: "points", points: lead }])} ${words(rest)}`).toBe(
      text.replace(/(?<=\s)\d\. /g, ""),
    );
  });
});
