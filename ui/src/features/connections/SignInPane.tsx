/** Signing in with a code: the code to enter in the browser, how long it counts, what happens next. */
import { Button } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { copyAndSay, EmptyState, ProblemView } from "../../kit";
import { copyText, openOutside, webAddress } from "../../platform";
import type { UseJob } from "../../wire/hooks";
import type { SignInCode } from "../../wire/jobs";
import page from "./edit.module.css";
import css from "./signIn.module.css";
import { intoView } from "./TestPane";

const SECOND_MS = 1000;

/** Whole seconds until then, never below 0; renewed each second. */
function useSecondsLeft(until: string): number {
  const left = (): number => Math.max(0, Math.ceil((new Date(until).getTime() - Date.now()) / SECOND_MS));
  const [, renew] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => renew((count) => count + 1), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return left();
}

/** 872 → «14:32». */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function NotSignedIn(props: { tracker: string; onSignIn: () => void }): ReactNode {
  return (
    <EmptyState title="Not signed in yet" actions={<Button onClick={props.onSignIn}>Sign in</Button>}>
      Docket asks {props.tracker} for a short code and shows it here. You enter it in your browser, where you
      are signed in already; no password and no token passes through Docket's window.
    </EmptyState>
  );
}

export function SignInPane(props: {
  run: UseJob<"connection_sign_in">;
  tracker: string;
  scopes: readonly string[];
  onAgain: () => void;
  onCancel: () => void;
}): ReactNode {
  const { run, tracker } = props;
  if (run.state === "failed" && run.problem !== null) {
    return (
      <div data-testid="sign-in" ref={intoView}>
        <h2 className={page.title}>Not signed in</h2>
        <p className={page.about}>Nothing was changed, neither here nor in {tracker}.</p>
        <ProblemView
          problem={run.problem}
          actions={
            <Button variant="filled" onClick={props.onAgain}>
              Ask for a new code
            </Button>
          }
        />
      </div>
    );
  }
  return (
    <div data-testid="sign-in" ref={intoView}>
      <h2 className={page.title} aria-live="polite">
        {run.code === null ? `Asking ${tracker} for a code…` : "Enter this code in your browser"}
      </h2>
      {run.code === null ? (
        <p className={page.about}>This takes a moment.</p>
      ) : (
        <Code key={run.code.user_code} code={run.code} {...props} />
      )}
      <Button variant="subtle" disabled={run.id === null} onClick={props.onCancel}>
        Cancel
      </Button>
    </div>
  );
}

function Code(props: {
  code: SignInCode;
  tracker: string;
  scopes: readonly string[];
  onAgain: () => void;
}): ReactNode {
  const { code, tracker } = props;
  const left = useSecondsLeft(code.expires);
  const open = useRef<HTMLButtonElement>(null);
  useEffect(() => open.current?.focus({ preventScroll: true }), []);
  const address = webAddress(code.url);
  const host = address === null ? code.url : `${address.host}${address.pathname}`;
  const copy = () => copyAndSay(code.user_code, "The code is on the clipboard.");
  const go = (): void => {
    void copyText(code.user_code);
    void openOutside(code.complete_url ?? code.url);
  };
  return (
    <>
      <p className={page.about}>
        At <b className={css.host}>{host}</b>, where you are signed in to {tracker}.
      </p>
      <div className={css.card}>
        <output className={css.code} aria-label="Code">
          {code.user_code}
        </output>
        <div className={css.buttons}>
          {/* It copies the code on the way, so that it only has to be pasted. */}
          <Button
            ref={open}
            variant="filled"
            disabled={address === null}
            rightSection={<IconExternalLink size="1em" stroke={1.8} aria-label="opens in the browser" />}
            onClick={go}
          >
            Open the page
          </Button>
          <Button onClick={() => void copy()}>Copy the code</Button>
        </div>
        <p className={css.left} role="timer">
          {left === 0 ? "The code has ended." : `The code counts for another ${clock(left)}.`}
        </p>
      </div>
      <ol className={css.next} aria-label="What happens next">
        <li>
          The page asks for the code{code.complete_url === null ? "" : ", with it filled in already"}, and
          whether Docket may have access
          {props.scopes.length === 0 ? "" : ` (${props.scopes.join(", ")})`}.
        </li>
        <li>Confirm only if the code there is the one above.</li>
        <li>Docket notices it by itself within seconds, keeps the sign-in in the keychain, and tests.</li>
      </ol>
    </>
  );
}
