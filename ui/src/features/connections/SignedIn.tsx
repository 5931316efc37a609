/** For ways of signing in without a secret to enter: what stands, and what happens next. */
import type { ReactNode } from "react";
import { Dot } from "../../kit";
import type { AuthKind, SecretRef } from "../../wire/contract";
import css from "./edit.module.css";
import { HelpText } from "./HelpText";
import { Scopes, storedWords } from "./SecretField";

export function SignedIn({ auth, stored }: { auth: AuthKind; stored: SecretRef | null }): ReactNode {
  const signedIn = stored !== null && stored.type !== "none";
  return (
    <div className={css.fieldGroup}>
      <div>
        <div className={css.label}>Signed in</div>
        <div className={css.stored}>
          <span className={css.caution}>
            <Dot tone={signedIn ? "ok" : "plain"} />
            <span>{signedIn ? storedWords(stored) : "Not yet: «Sign in» shows a code for the browser."}</span>
          </span>
        </div>
      </div>
      <div className={css.hint}>
        <Scopes auth={auth} tokenPage={null} />
        <HelpText text={auth.help} fold="How to set it up" />
      </div>
    </div>
  );
}
