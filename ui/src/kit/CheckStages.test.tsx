import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FAILING, PASSING } from "../testing/fake/checks";
import { renderWith } from "../testing/render";
import { CheckStages, checkDuration, checkHeadline } from "./CheckStages";

describe("the checks of a connection test", () => {
  it("opens the first failing one with what was seen and what to do", () => {
    renderWith(<CheckStages stages={FAILING} />);
    const failed = within(screen.getByTestId("check-sso"));
    expect(failed.getByText(/403 on GET/), "the evidence is shown").toBeTruthy();
    expect(failed.getByText(/Authorize the token for acme once/), "the next step is shown").toBeTruthy();
    expect(
      failed.getByRole("button", { name: /Authorize on github.com/ }),
      "the page that helps",
    ).toBeTruthy();
  });

  it("says what the checks behind a failure wait for", () => {
    renderWith(<CheckStages stages={FAILING} />);
    const waiting = within(screen.getByTestId("check-target"));
    expect(waiting.getByText("waits for «Single sign-on»"), "it names the check").toBeTruthy();
    expect(waiting.getByText(/not run/), "and is not told by grey alone").toBeTruthy();
  });

  it("opens only the first of several failures", () => {
    const [first] = FAILING.filter((stage) => stage.state === "failed");
    if (first === undefined) throw new Error("the made-up test fails nowhere");
    const second = { ...first, id: "later", title: "Later", evidence: "a second piece of evidence" };
    renderWith(<CheckStages stages={[...FAILING, second]} />);
    expect(screen.queryByText("a second piece of evidence"), "one thing at a time").toBeNull();
  });

  it("counts in words", () => {
    expect(checkHeadline(FAILING, false)).toBe("1 of 13 checks failed");
    expect(checkHeadline(PASSING, false)).toBe("All 11 checks passed, 1 with a warning");
    expect(checkHeadline(FAILING.slice(0, 3), true)).toBe("Testing… 3 checks done");
    expect(checkDuration([{ ...FAILING[0], ms: 2100 } as never])).toBe("2.1 s in all.");
  });

  it("refuses a help page that is not a web address", () => {
    const stage = { ...FAILING[7], link: ["Help", "javascript:alert(1)"] } as never;
    renderWith(<CheckStages stages={[stage]} />);
    expect(screen.queryByRole("button", { name: /Help/ }), "nothing to click").toBeNull();
  });
});
