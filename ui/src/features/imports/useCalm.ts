/** What is being typed, once it has not changed for a moment: not each letter is a reason to look anew. */
import { useEffect, useState } from "react";

const CALM_MS = 400;

/** `value` as it was when it came to rest. Values are compared by what they say. */
export function useCalm<T>(value: T): T {
  const [calm, setCalm] = useState(value);
  const same = JSON.stringify(calm) === JSON.stringify(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    if (same) return undefined;
    const timer = setTimeout(() => setCalm(JSON.parse(text)), CALM_MS);
    return () => clearTimeout(timer);
  }, [same, text]);
  return calm;
}
