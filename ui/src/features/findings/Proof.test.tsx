import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { renderWith } from "../../testing/render";
import type { Evidence } from "../../wire/contract";
import { epssWords, knownWords, Proof, percent } from "./Proof";

const piece: Evidence = {
  label: null,
  method: "GET",
  url: "https://shop.example/?q=1",
  request: "GET /?q=1 HTTP/1.1\nCookie: session=*****",
  response: "HTTP/1.1 200 OK\n\n<img src=x onerror=alert(1)>",
  payload: null,
  text: null,
};

it("shows proof as text that does nothing", () => {
  const { container } = renderWith(<Proof id="1" evidence={[piece]} />, {});
  const response = screen.getByLabelText("Response").querySelector("pre");
  expect(response?.textContent, "markup is text").toContain("<img src=x onerror=alert(1)>");
  expect(container.querySelector("img"), "and no element").toBeNull();
  expect(screen.getByText("GET https://shop.example/?q=1").closest("details")?.open, "folded").toBe(false);
  expect(screen.queryByLabelText("Payload"), "what is not there has no place").toBeNull();
});

it("fetches the record when somebody wants to see it, and can say that there is none", async () => {
  const record = { form: "json" as const, text: '{"ruleId":"r"}', file: "a.sarif", import: "1" };
  let kept = true;
  const { sent, user, unmount } = renderWith(<Proof id="7" evidence={[]} />, {
    rpc: { finding_raw: () => ({ record: kept ? record : null }) },
  });
  expect(
    sent.map((call) => call.name),
    "not before",
  ).not.toContain("finding_raw");
  await user.click(screen.getByText("Raw record"));
  const shown = within(screen.getByRole("region", { name: "Evidence" }));
  expect((await shown.findByLabelText("Record")).querySelector("pre")?.textContent, "as it stood there").toBe(
    '{"ruleId":"r"}',
  );
  expect(shown.getByText(/From a.sarif/), "from where").toBeTruthy();
  unmount();
  kept = false;
  const again = renderWith(<Proof id="8" evidence={[]} />, {
    rpc: { finding_raw: () => ({ record: null }) },
  });
  await again.user.click(screen.getByText("Raw record"));
  expect(await screen.findByText(/It is not kept/), "and why").toBeTruthy();
});

it("puts chances and catalogues into words", () => {
  expect(percent(0.00042)).toBe("0.042 %");
  expect(percent(0.0137)).toBe("1.4 %");
  expect(percent(0.941)).toBe("94 %");
  expect(epssWords({ score: 0.94, percentile: null, date: "2026-01-31" })).toBe(
    "94 % within 30 days (2026-01-31)",
  );
  expect(knownWords({ source: null, added: null, due: null, ransomware: false })).toBe("the report says so");
  expect(knownWords({ source: "CISA", added: "2026-01-01", due: "2026-01-22", ransomware: true })).toBe(
    "listed by CISA on 2026-01-01, to be fixed until 2026-01-22, used by ransomware",
  );
});
