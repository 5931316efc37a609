import { describe, expect, it, vi } from "vitest";
import { keyWords } from "../kit/keyWords";
import { type Action, chordOf, createKeyReader, createRegistry } from "./keymap";

function press(
  key: string,
  more: Partial<KeyboardEventInit> = {},
  target: EventTarget = document.body,
): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  Object.defineProperty(event, "target", { value: target });
  return event;
}

function setup(actions: (Partial<Action> & { id: string })[]) {
  const registry = createRegistry();
  registry.add(
    actions.map((action) => ({ label: action.id, group: "Test", run: () => undefined, ...action })),
  );
  let time = 0;
  const reader = createKeyReader(registry);
  const read = (event: KeyboardEvent): boolean => {
    Object.defineProperty(event, "timeStamp", { value: time });
    return reader(event);
  };
  return { registry, read, wait: (ms: number) => (time += ms) };
}

describe("chords", () => {
  it("know Ctrl on Linux and Cmd on a Mac", () => {
    const ctrl = { key: "k", ctrlKey: true, metaKey: false, altKey: false, shiftKey: false };
    const cmd = { ...ctrl, ctrlKey: false, metaKey: true };
    expect(chordOf(ctrl, false)).toBe("mod+k");
    expect(chordOf(cmd, true)).toBe("mod+k");
    expect(chordOf(ctrl, true), "Ctrl K on a Mac is another key").toBe("meta+k");
  });

  it("take a sign as it is and a letter with its shift", () => {
    const shifted = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: true };
    expect(chordOf({ key: "?", ...shifted }, false)).toBe("?");
    expect(chordOf({ key: "G", ...shifted }, false)).toBe("shift+g");
    expect(chordOf({ key: "ArrowDown", ...shifted }, false)).toBe("shift+arrowdown");
    expect(chordOf({ key: "Shift", ...shifted }, false)).toBeNull();
  });

  it("are said in the words of the machine", () => {
    expect(keyWords("mod+k", false)).toBe("Ctrl K");
    expect(keyWords("mod+k", true)).toBe("⌘ K");
    expect(keyWords("g f", false)).toBe("g then f");
    expect(keyWords("mod++", false)).toBe("Ctrl +");
  });
});

describe("the key reader", () => {
  it("runs sequences, and the plain key when the sequence is not one", () => {
    const find = vi.fn();
    const fold = vi.fn();
    const { read } = setup([
      { id: "go", keys: ["g f"], run: find },
      { id: "fold", keys: ["f"], run: fold },
      { id: "down", keys: ["j"] },
    ]);
    read(press("g"));
    read(press("f"));
    expect(find, "g f goes").toHaveBeenCalledTimes(1);
    expect(fold, "f alone did not run").not.toHaveBeenCalled();
    read(press("g"));
    expect(read(press("j")), "a key that does not go on runs by itself").toBe(true);
    read(press("f"));
    expect(fold).toHaveBeenCalledTimes(1);
  });

  it("forgets a begun sequence after a pause", () => {
    const find = vi.fn();
    const fold = vi.fn();
    const { read, wait } = setup([
      { id: "go", keys: ["g f"], run: find },
      { id: "fold", keys: ["f"], run: fold },
    ]);
    read(press("g"));
    wait(5000);
    read(press("f"));
    expect(find).not.toHaveBeenCalled();
    expect(fold).toHaveBeenCalledTimes(1);
  });

  it("leaves typing, menus and buttons alone", () => {
    const run = vi.fn();
    const { read } = setup([
      { id: "x", keys: ["x"], run },
      { id: "open", keys: ["enter"], run },
      { id: "palette", keys: ["mod+k"], whileTyping: true, run },
    ]);
    const input = document.createElement("input");
    expect(read(press("x", {}, input)), "letters in a field are letters").toBe(false);
    const menu = document.createElement("div");
    menu.setAttribute("role", "menu");
    const item = menu.appendChild(document.createElement("button"));
    expect(read(press("x", {}, item)), "a menu has its own keys").toBe(false);
    expect(read(press("Enter", {}, document.createElement("button"))), "a button takes Enter").toBe(false);
    expect(run).not.toHaveBeenCalled();
    expect(read(press("k", { ctrlKey: true }, input)), "the palette opens from a field too").toBe(true);
  });

  it("keeps to the place an action asks for", () => {
    const run = vi.fn();
    const { read } = setup([{ id: "down", keys: ["arrowdown"], within: '[role="grid"]', run }]);
    const pane = document.createElement("section");
    expect(read(press("ArrowDown", {}, pane)), "a pane scrolls by itself").toBe(false);
    const grid = document.createElement("div");
    grid.setAttribute("role", "grid");
    expect(read(press("ArrowDown", {}, grid))).toBe(true);
    expect(read(press("ArrowDown")), "with no focus the table moves").toBe(true);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("does nothing for a disabled action", () => {
    const run = vi.fn();
    const { read } = setup([{ id: "s", keys: ["s"], disabled: true, run }]);
    expect(read(press("s"))).toBe(false);
    expect(run).not.toHaveBeenCalled();
  });
});

it("a later registration of an id wins while it lives", () => {
  const registry = createRegistry();
  const action = (label: string): Action => ({ id: "a", label, group: "g", run: () => undefined });
  registry.add([action("first")]);
  const remove = registry.add([action("second")]);
  expect(registry.list().map((one) => one.label)).toEqual(["second"]);
  remove();
  expect(registry.list().map((one) => one.label)).toEqual(["first"]);
});
