/** A kind's help: the beginning always shows, points and steps stand below it or in a fold. */
import type { ReactNode } from "react";
import css from "./help.module.css";
import { type Help, type HelpBlock, type HelpPoint, helpText } from "./helpText";

/** All of it. `fold` says what the folded part answers. */
export function HelpText({ text, fold }: { text: string; fold: string }): ReactNode {
  if (text.trim() === "") return null;
  const help = helpText(text);
  const [first] = help.lead;
  return (
    <div className={css.help}>
      {help.lead.length === 1 && first !== undefined ? (
        <p>
          <Point point={first} />
        </p>
      ) : (
        <Points points={help.lead} />
      )}
      <Rest help={help} fold={fold} />
    </div>
  );
}

/** For fields, which have a place for a line of their own. */
export function helpOfField(text: string, fold: string): { line: string | undefined; rest: ReactNode } {
  if (text.trim() === "") return { line: undefined, rest: null };
  const help = helpText(text);
  const [first, ...others] = help.lead;
  const line = first === undefined ? undefined : wordsOf(first);
  if (others.length === 0 && help.rest.length === 0) return { line, rest: null };
  return {
    line,
    rest: (
      <div className={css.help}>
        <Points points={others} />
        <Rest help={help} fold={fold} />
      </div>
    ),
  };
}

function wordsOf(point: HelpPoint): string {
  return point.term === null ? point.text : `${point.term}: ${point.text}`;
}

function Rest({ help, fold }: { help: Help; fold: string }): ReactNode {
  if (help.rest.length === 0) return null;
  const blocks = help.rest.map((block) => <Block key={block.type + wordsAt(block)} block={block} />);
  if (!help.folds) return blocks;
  return (
    <details className={css.fold}>
      <summary>{fold}</summary>
      <div className={css.folded}>{blocks}</div>
    </details>
  );
}

/** Where a block begins: no two of them begin alike. */
function wordsAt(block: HelpBlock): string {
  return (block.type === "steps" ? block.steps[0] : block.points[0]?.text) ?? "";
}

function Block({ block }: { block: HelpBlock }): ReactNode {
  if (block.type === "points") return <Points points={block.points} />;
  return (
    <>
      {block.before === null ? null : <p>{block.before}</p>}
      <ol className={css.steps}>
        {block.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </>
  );
}

function Points({ points }: { points: readonly HelpPoint[] }): ReactNode {
  if (points.length === 0) return null;
  return (
    <ul className={css.points}>
      {points.map((point) => (
        <li key={wordsOf(point)}>
          <Point point={point} />
        </li>
      ))}
    </ul>
  );
}

function Point({ point }: { point: HelpPoint }): ReactNode {
  if (point.term === null) return point.text;
  return (
    <>
      <b className={css.term}>{point.term}:</b> {point.text}
    </>
  );
}
