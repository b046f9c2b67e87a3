// Times for people, in their language. Everything that comes from the server is an ISO time in UTC.
import { locale } from "./boot.js";
import { t } from "./labels.js";

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

export const time = (iso) => clock.format(new Date(iso));
export const day = (iso) => date.format(new Date(iso));
export const dateTime = (iso) => full.format(new Date(iso));
const weekdays = { long: weekdayNames("long"), short: weekdayNames("short") };
function weekdayNames(weekday) { return new Intl.DateTimeFormat(locale, { weekday, timeZone: "UTC" }); }
/** A time of day from its minutes, as a time field takes it; the day's end is 00:00. */
export const timeOfDay = (minutes) => `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
/** Name of a day of the week; 0 is Monday. */
export const weekday = (index, length = "long") => weekdays[length].format(Date.UTC(2024, 0, 1 + index));

/** The time today, else the day with the time. */
export function short(iso) {
  const at = new Date(iso);
  return at.toDateString() === new Date().toDateString() ? clock.format(at) : `${date.format(at)} ${clock.format(at)}`;
}

/** How long ago: just now, 5 min ago, 3 h ago, 2 d ago. */
export function ago(iso, now = Date.now()) {
  const minutes = Math.floor((now - new Date(iso)) / 60000);
  if (minutes < 1) return t("shell.ago.now");
  if (minutes < 60) return t("shell.ago.minutes", { n: minutes });
  if (minutes < 1440) return t("shell.ago.hours", { n: Math.floor(minutes / 60) });
  return t("shell.ago.days", { n: Math.floor(minutes / 1440) });
}

/** How long something lasts, from seconds. */
export function lasting(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return t("shell.lasting.seconds", { n: s });
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return t("shell.lasting.minutes", { n: minutes });
  if (minutes < 1440) return t("shell.lasting.hours", { n: Math.floor(minutes / 60), m: minutes % 60 });
  return t("shell.lasting.days", { n: Math.floor(minutes / 1440), m: Math.floor((minutes % 1440) / 60) });
}
