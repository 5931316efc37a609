/** React's side of the key map. */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from "react";
import { type Action, createKeyReader, createRegistry, type Registry } from "./keymap";

const KeysContext = createContext<Registry | null>(null);

export function KeysProvider({ children }: { children: ReactNode }): ReactNode {
  const registry = useMemo(() => createRegistry(), []);
  useEffect(() => {
    const read = createKeyReader(registry);
    // Chords with Ctrl (or Cmd) come before what a field does with the key alone: a closed list
    // would open on Enter, also with Ctrl held. An open one has its turn first.
    const isEarly = ({ ctrlKey, metaKey, target }: KeyboardEvent): boolean =>
      ctrlKey !== metaKey && !(target instanceof Element && target.ariaExpanded === "true");
    const early = (event: KeyboardEvent): void => {
      if (isEarly(event) && read(event)) event.stopPropagation();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (!isEarly(event)) read(event);
    };
    document.addEventListener("keydown", early, { capture: true });
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", early, { capture: true });
      document.removeEventListener("keydown", onKey);
    };
  }, [registry]);
  return <KeysContext value={registry}>{children}</KeysContext>;
}

export function useRegistry(): Registry {
  const registry = useContext(KeysContext);
  if (registry === null) throw new Error("useActions needs a KeysProvider above it.");
  return registry;
}

/**
 * Offers actions while the component is on screen. The list may be made anew on every
 * render; only its words and keys decide whether it is registered again.
 */
export function useActions(actions: readonly Action[]): void {
  const registry = useRegistry();
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  const shape = JSON.stringify(
    actions.map(({ id, label, group, keys, disabled, whileTyping, hidden, within }) => [
      id,
      label,
      group,
      keys,
      disabled,
      whileTyping,
      hidden,
      within,
    ]),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` stands for the actions.
  useEffect(
    () =>
      registry.add(
        latest.current.map((action) => ({
          ...action,
          run: () => latest.current.find((one) => one.id === action.id)?.run(),
        })),
      ),
    [registry, shape],
  );
}

export function useActionList(): readonly Action[] {
  const registry = useRegistry();
  return useSyncExternalStore(registry.subscribe, registry.list);
}
