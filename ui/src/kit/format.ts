/** Numbers, times and sizes in words. English, as the window is. */

const NUMBER = new Intl.NumberFormat("en-US");

/** `12403` → «12,403». */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** «1 finding», «12,403 findings». */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time, roughly: «3 s», «4 min», «2 h», «3 d». */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MINUTE) return `${Math.round(ms / 1000)} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} h`;
  return `${Math.round(ms / DAY)} d`;
}

const DAY_MONTH = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const DAY_MONTH_YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** «3 Nov», with the year when it is not this one. */
export function day(at: string, now = Date.now()): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return (sameYear ? DAY_MONTH : DAY_MONTH_YEAR).format(date);
}

/** «21 Nov 09:12». */
export function moment(at: string, now = Date.now()): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : `${day(at, now)} ${CLOCK.format(date)}`;
}

/** «21 Nov 2026, 09:12». */
export function fullMoment(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : FULL.format(date);
}

/** «2 h ago», «in 9 d», beyond a week the day. */
export function ago(at: string, now = Date.now()): string {
  const then = new Date(at).getTime();
  if (Number.isNaN(then)) return at;
  const past = now - then;
  if (Math.abs(past) < MINUTE) return past >= 0 ? "just now" : "in a moment";
  if (Math.abs(past) > 7 * DAY) return day(at, now);
  return past > 0 ? `${span(past)} ago` : `in ${span(-past)}`;
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** «1.4 MB». */
export function bytes(value: number): string {
  let rest = value;
  let unit = 0;
  while (rest >= 1000 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${UNITS[unit]}`;
}

/** A field of a tracker as people read it: a name that is a path is read by its end («Priority»). */
export function fieldWords(field: string): string {
  if (!field.startsWith("/")) return field;
  return field.split("/").at(-1)?.split(".").at(-1) || field;
}
