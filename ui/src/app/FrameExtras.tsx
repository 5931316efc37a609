/**
 * What lies over every page: each feature may bring one (`features/<name>/everywhere.tsx`),
 * such as the place where a dropped file lands.
 */
import type { ComponentType, ReactNode } from "react";

const extras = import.meta.glob<{ default: ComponentType }>("../features/*/everywhere.tsx", { eager: true });

export function FrameExtras(): ReactNode {
  return Object.entries(extras).map(([path, { default: Extra }]) => <Extra key={path} />);
}
