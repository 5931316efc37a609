import { screen, waitFor } from "@testing-library/react";
import { useRef, useState } from "react";
import { expect, it } from "vitest";
import { renderWith } from "../../testing/render";
import type { QueryCheck } from "../../wire/contract";
import { QueryBar } from "./QueryBar";

function Bar({ onLeave }: { onLeave: () => void }) {
  const [query, setQuery] = useState("status:active");
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <QueryBar query={query} onQuery={setQuery} onLeave={onLeave} inputRef={input} />
      <output>{query}</output>
    </>
  );
}

/** A check that says «bad» is a mistake and offers `severity:` for `sev`. */
function checked(text: string): QueryCheck {
  const at = text.indexOf("bad");
  return {
    problem: at < 0 ? null : { from: at, to: at + 3, message: "There is no field «bad»." },
    completions: text.endsWith("sev")
      ? [
          {
            insert: "severity:",
            label: "severity:",
            note: "how bad it is",
            from: text.length - 3,
            to: text.length,
          },
        ]
      : [],
    terms: [],
  };
}

function setup(check: (text: string) => QueryCheck | Promise<QueryCheck> = checked) {
  let left = 0;
  const shown = renderWith(
    <Bar
      onLeave={() => {
        left += 1;
      }}
    />,
    { rpc: { query_check: ({ text }) => check(text) } },
  );
  return { ...shown, left: () => left, input: screen.getByRole("combobox", { name: "Query" }) };
}

it("shows the mistake after Enter and does not take the query over", async () => {
  const { user, input, left } = setup();
  await user.clear(input);
  await user.type(input, "bad:1{Enter}");
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("There is no field «bad».");
  expect(input.getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByRole("status").textContent, "what was shown is still shown").not.toContain("bad");
  expect(left(), "the bar keeps the focus").toBe(0);
});

it("waits for a slow check before Enter counts", async () => {
  let answer: (() => void) | undefined;
  const { user, input, left } = setup((text) =>
    text === "bad:1" || text === "good"
      ? new Promise((resolve) => {
          answer = () => resolve(checked(text));
        })
      : checked(text),
  );
  await user.clear(input);
  await user.type(input, "good{Enter}");
  expect(left(), "not judged yet").toBe(0);
  await waitFor(() => expect(answer).toBeDefined());
  answer?.();
  await waitFor(() => expect(screen.getByRole("status").textContent).toBe("good"));
  expect(left(), "then the bar is left").toBe(1);
});

it("completes by Tab, keeps what was asked, and offers it again", async () => {
  const { user, input, remembered } = setup();
  await user.clear(input);
  await user.type(input, "sev");
  await screen.findByRole("option", { name: /severity:/ });
  await user.tab();
  expect((input as HTMLInputElement).value).toBe("severity:");
  await user.type(input, "high{Enter}");
  await waitFor(() => expect(screen.getByRole("status").textContent).toBe("severity:high"));
  expect(remembered.queryHistory, "kept for the next time").toEqual(["severity:high"]);
  await user.clear(input);
  expect(await screen.findByRole("option", { name: /severity:high/ })).toBeTruthy();
});
