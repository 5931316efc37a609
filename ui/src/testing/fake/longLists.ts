/** Lists of a made-up tracker that are too long to be read at once: searched, and given by page. */
import type { Choice, ChoiceList, Queries } from "../../wire/contract";

/** Entries that come with everything else that a target offers. */
export const AT_ONCE = 300;
const PAGE = 50;

export const AREA = { type: "field", id: "area" } as const satisfies ChoiceList;

const GIVEN =
  "Ada Amir Bea Boris Chika Cora Dag Dora Eli Emre Fay Finn Gus Hana Ida Ivo Jana Jun Kai Kim Lea Liv Mads Mei Nia Noor Olga Omar Per Pia Quinn Rana Rui Sam Sena Tara Tim Uma Vera Yusuf".split(
    " ",
  );
const FAMILY =
  "Abe Acker Baas Berg Brandt Cole Cruz Dahl Diaz Egger Eklund Falk Fuchs Gao Gomez Haas Hahn Ito Ivanov Jansen Jung Kaya Klein Koch Lang Levi Lund Maier Mori Moss Nagy Novak Okoye Olsen Pace Park Popa Quist Rahm Reyes Roth Sato Silva Stein Sund Tanaka Toth Ueda Unger Vogel Voss Wang Weiss Wolf Xu Yang Yilmaz Zeman Zhou Zorn".split(
    " ",
  );

function pairs<T>(first: readonly string[], second: readonly string[], of: (a: string, b: string) => T): T[] {
  return first.flatMap((a) => second.map((b) => of(a, b)));
}

function numbered(count: number, name: string): string[] {
  return Array.from({ length: count }, (_, at) => `${name} ${at + 1}`);
}

function choice(value: string, label: string, note: string | null): Choice {
  return { value, label, note };
}

const PEOPLE = pairs(GIVEN, FAMILY, (given, family) => {
  const login = `${given}.${family}`.toLowerCase();
  return choice(login, login, `${given} ${family}`);
});
const LABELS = pairs(numbered(30, "component"), numbered(50, "part"), (a, b) =>
  choice(`${a}: ${b}`, `${a}: ${b}`, null),
);
const AREAS = pairs(numbered(30, "Team"), numbered(30, "Module"), (a, b) =>
  // As with some vendors: what is stored is not what people read.
  choice(`${a}/${b}`.replaceAll(" ", "-").toLowerCase(), `${a} / ${b}`, null),
);

export function listOf(list: ChoiceList): Choice[] {
  switch (list.type) {
    case "labels":
      return LABELS;
    case "assignees":
      return PEOPLE;
    case "milestones":
      return [];
    case "field":
      return list.id === AREA.id ? AREAS : [];
  }
}

function fits(choice: Choice, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  return [choice.value, choice.label, choice.note ?? ""].some((text) => text.toLowerCase().includes(wanted));
}

/** Each page begins with the last entry of the page before, as when somebody joined meanwhile. */
export function choicesPage(
  request: Pick<Queries["connection_choices"]["request"], "list" | "search" | "page">,
): Queries["connection_choices"]["response"] {
  const found = listOf(request.list).filter((one) => fits(one, request.search));
  const from = request.page === null ? 0 : Number(request.page);
  const end = from + PAGE;
  return { choices: found.slice(from, end), next: end < found.length ? String(end - 1) : null };
}
