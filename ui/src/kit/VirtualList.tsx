/**
 * A long list of equally high rows of which only the visible ones are drawn.
 *
 * Keys as in any list box: arrows, Home, End, Page Up and Page Down move the active row.
 */
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import css from "./virtualList.module.css";

/** Rows drawn beyond the visible ones, on either side. */
const BEYOND = 8;
/** Shown before the list was measured. */
const FIRST_HEIGHT = 600;

export interface Range {
  from: number;
  /** Behind the last one. */
  to: number;
}

export function VirtualList(props: {
  label: string;
  count: number;
  /** Real pixels: unscaled ones times the text scale. */
  rowHeight: number;
  active: number;
  onActive: (index: number) => void;
  /** Which rows are wanted; told whenever it changes. */
  onRange?: (range: Range) => void;
  children: (index: number) => ReactNode;
}): ReactNode {
  const { count, active, onActive, onRange } = props;
  const height = props.rowHeight;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [seen, setSeen] = useState(FIRST_HEIGHT);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setSeen(element.clientHeight || FIRST_HEIGHT);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const from = Math.max(0, Math.min(count, Math.floor(top / height) - BEYOND));
  const to = Math.min(count, Math.ceil((top + seen) / height) + BEYOND);
  useEffect(() => onRange?.({ from, to }), [from, to, onRange]);

  const go = (index: number): void => {
    const next = Math.min(count - 1, Math.max(0, index));
    onActive(next);
    const element = box.current;
    if (element === null) return;
    if (next * height < element.scrollTop) element.scrollTop = next * height;
    else if ((next + 1) * height > element.scrollTop + seen) element.scrollTop = (next + 1) * height - seen;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(seen / height) - 1);
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: 0,
      End: count - 1,
      PageDown: active + page,
      PageUp: active - page,
    };
    const next = moves[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    go(next);
  };
  const indexes = Array.from({ length: Math.max(0, to - from) }, (_, row) => from + row);
  return (
    <div
      ref={box}
      className={css.box}
      role="listbox"
      data-page-list
      aria-label={props.label}
      tabIndex={0}
      aria-activedescendant={active >= from && active < to ? `${id}-${active}` : undefined}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" className={css.tall} style={{ height: count * height }}>
        {indexes.map((index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list itself takes the keys.
          // biome-ignore lint/a11y/useFocusableInteractive: the list box holds the focus for its options.
          <div
            key={index}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            aria-posinset={index + 1}
            aria-setsize={count}
            className={css.row}
            style={{ top: index * height, height }}
            onClick={() => onActive(index)}
          >
            {props.children(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
