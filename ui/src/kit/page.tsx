/** What a page is laid out with: its body, sections, cards, and what stands where there is nothing. */
import type { ReactNode } from "react";
import css from "./page.module.css";
import shared from "./shared.module.css";

export function EmptyState(props: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}): ReactNode {
  return (
    <div className={css.empty}>
      {props.icon === undefined ? null : (
        <div className={css.emptyIcon} aria-hidden="true">
          {props.icon}
        </div>
      )}
      <h2>{props.title}</h2>
      {props.children === undefined ? null : <p>{props.children}</p>}
      {props.actions === undefined ? null : <div className={css.emptyActions}>{props.actions}</div>}
    </div>
  );
}

/** A scrolling page with the usual margins. */
export function PageBody({ children, wide }: { children: ReactNode; wide?: boolean }): ReactNode {
  return (
    <div className={css.page}>
      <div className={wide ? undefined : css.inner}>{children}</div>
    </div>
  );
}

export function Section(props: {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <section className={css.section} aria-label={props.title}>
      <div className={css.sectionHead}>
        <h2>{props.title}</h2>
        {props.about === undefined ? null : <p>{props.about}</p>}
        <span className={shared.space} />
        {props.actions}
      </div>
      {props.children}
    </section>
  );
}

export function Card({
  children,
  className,
}: {
  children: ReactNode;
  className?: string | undefined;
}): ReactNode {
  return <div className={`${css.card} ${className ?? ""}`}>{children}</div>;
}
