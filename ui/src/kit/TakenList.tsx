/**
 * What is taken out of a text before it is sent: for each find the line as it stood and as it goes.
 * The find is shown as it is; it never leaves this window.
 */
import type { ReactNode } from "react";
import { leakClassLabels, leakPlaceLabels, type Taken } from "../wire/contract";
import { count } from "./format";
import { Pill } from "./small";
import css from "./takenList.module.css";

export function TakenList({
  taken,
  places = true,
}: {
  taken: readonly Taken[];
  places?: boolean;
}): ReactNode {
  return (
    <ul className={css.list}>
      {taken.map((one) => (
        <li key={`${one.class} ${one.place} ${one.found}`} className={css.one}>
          <p className={css.head}>
            <Pill>{leakClassLabels[one.class]}</Pill>
            <span>
              {one.rule}
              {places ? `, in the ${leakPlaceLabels[one.place].toLowerCase()}` : ""}
              {one.times > 1 ? `, ${count(one.times)} times` : ""}
            </span>
          </p>
          <Line sign="−" words="Stood there" one={one} middle={<del className={css.gone}>{one.found}</del>} />
          <Line sign="+" words="Is sent" one={one} middle={<ins className={css.put}>{one.put}</ins>} />
        </li>
      ))}
    </ul>
  );
}

function Line(props: { sign: string; words: string; one: Taken; middle: ReactNode }): ReactNode {
  return (
    <div className={css.line}>
      <span className={css.sign} role="img" aria-label={props.words}>
        {props.sign}
      </span>
      <code className={css.text}>
        {props.one.lead}
        {props.middle}
        {props.one.tail}
      </code>
    </div>
  );
}
