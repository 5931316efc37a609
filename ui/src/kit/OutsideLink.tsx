/** A link that leaves the window: only http(s), its host shown, opened in the person's browser. */
import { IconExternalLink } from "@tabler/icons-react";
import type { MouseEvent, ReactNode } from "react";
import { openOutside, webAddress } from "../platform";
import css from "./outsideLink.module.css";

export function OutsideLink(props: { url: string; children?: ReactNode; host?: boolean }): ReactNode {
  const address = webAddress(props.url);
  if (address === null) return <span>{props.children ?? props.url}</span>;
  // The window itself must never go there, not even by a middle click.
  const leave = (event: MouseEvent): void => {
    event.preventDefault();
    void openOutside(address.href);
  };
  return (
    <span>
      <a className={css.link} href={address.href} rel="noreferrer" onClick={leave} onAuxClick={leave}>
        {props.children ?? `${address.host}${address.pathname === "/" ? "" : address.pathname}`}{" "}
        <IconExternalLink size="0.95em" stroke={1.8} aria-label="opens in the browser" />
      </a>
      {props.host ? <span className={css.host}> {address.host}</span> : null}
    </span>
  );
}
