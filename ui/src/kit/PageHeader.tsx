/** What a page puts into the bar on top: its title and its actions. */
import { createContext, type ReactNode, useContext } from "react";
import { createPortal } from "react-dom";
import css from "./pageHeader.module.css";
import shared from "./shared.module.css";

/** The frame's place for the page's header. */
export const HeaderSlot = createContext<HTMLElement | null>(null);

/** Puts anything into the bar on top. */
export function HeaderContent({ children }: { children: ReactNode }): ReactNode {
  const slot = useContext(HeaderSlot);
  return slot === null ? null : createPortal(children, slot);
}

/** The usual header: title, crumb, actions on the right. */
export function PageHeader(props: { title: string; crumb?: ReactNode; actions?: ReactNode }): ReactNode {
  return (
    <HeaderContent>
      <h1 className={css.title}>{props.title}</h1>
      {props.crumb === undefined ? null : <span className={css.crumb}>{props.crumb}</span>}
      <span className={shared.space} />
      {props.actions}
    </HeaderContent>
  );
}
