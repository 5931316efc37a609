/** The edge of a pane on the right, moved by pointer or by ← →. */
import type { KeyboardEvent, PointerEvent, ReactNode } from "react";
import css from "./findings.module.css";

const STEP = 24;

export function PaneHandle(props: {
  width: number;
  scale: number;
  onWidth: (width: number) => void;
}): ReactNode {
  const { width, scale, onWidth } = props;
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault();
    const start = event.clientX;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => onWidth(width + (start - move.clientX) / scale);
    handle.onpointerup = () => {
      handle.onpointermove = null;
      handle.onpointerup = null;
    };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? STEP : event.key === "ArrowRight" ? -STEP : 0;
    if (by === 0) return;
    event.preventDefault();
    onWidth(width + by);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is no hr.
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the pane"
      aria-valuenow={Math.round(width)}
      aria-valuemin={280}
      aria-valuemax={760}
      tabIndex={0}
      className={css.handle}
      onPointerDown={drag}
      onKeyDown={onKeyDown}
    />
  );
}
