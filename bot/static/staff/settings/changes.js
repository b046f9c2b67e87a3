// What the audit log's lines say, in words: what was changed, from what, to what.
import { timeOfDay, weekday } from "../dates.js";
import { el } from "../dom.js";
import { has, t } from "../labels.js";

// How a subject is read: {name} is whatever stands there (a login may have dots in it). The first that fits is taken.
const SUBJECTS = [
  [/^setting\.number\.(?<key>\w+)$/, (key) => `settings.number.${key}.name`],
  [/^setting\.retention\.(?<key>\w+)$/, () => "settings.log.about.retention", (key) => t(`settings.privacy.kind.${key}.name`)],
  [/^setting\.(?<key>[\w.]+)$/, (key) => `settings.log.about.setting_${key.replaceAll(".", "_")}`],
  [/^staff\.(?<name>.+)\.(?<key>name|role|languages|capacity|password|second_factor|recovery_code|disabled|link|sessions|single_sign_on)$/, (key) => `settings.log.about.staff_${key}`],
  [/^staff\.(?<name>.+)$/, () => "settings.log.about.staff"],
  [/^key\.(?<name>.+)\.retired$/, () => "settings.log.about.key_retired"],
  [/^key\.(?<name>.+)$/, () => "settings.log.about.key"],
  [/^reply\.(?<locale>[\w-]+)\.(?<name>.+)$/, () => "settings.log.about.reply"],
  [/^learning\.(?<key>set|version)\.(?<name>\d+)$/, (key) => `settings.log.about.learning_${key}`],
  [/^(?<area>log|learning|privacy|insights)\.(?<key>\w+)$/, (key, area) => `settings.log.about.${area}_${key}`],
];

/** Name of a subject such as "staff.li.role"; an unknown one is shown as it is. */
export function subject(what) {
  for (const [pattern, labelOf, nameOf] of SUBJECTS) {
    const found = what.match(pattern)?.groups;
    if (!found) continue;
    const label = labelOf(found.key, found.area);
    if (has(label)) return el("span", { title: what }, t(label, { name: nameOf ? nameOf(found.key) : found.name ?? "", language: word("language", found.locale) }));
  }
  return el("code", {}, what);
}

const word = (kind, value) => (has(`settings.log.${kind}.${value}`) ? t(`settings.log.${kind}.${value}`) : value);

/** A value for people: texts as they are, lists in a row, things as "name: value · name: value". */
export function shown(value, what = "") {
  if (value === null || value === undefined || value === "") return "—";
  if (what === "setting.hours.week") return week(value);
  if (what === "setting.hours.days") return pairs(value, span);
  if (typeof value === "boolean") return t(value ? "shell.yes" : "shell.no");
  if (Array.isArray(value)) return value.map((each) => shown(each)).join(", ") || "—";
  if (typeof value === "object") return pairs(value, (each) => (each && typeof each === "object" && !Array.isArray(each) ? `(${shown(each)})` : shown(each)));
  for (const label of [`shell.role.${value}`, `settings.log.language.${value}`, `settings.assignment.way.${value}.name`]) if (has(label)) return t(label);
  return String(value);
}

const pairs = (things, told) => Object.entries(things).map(([name, each]) => `${word("field", name)}: ${told(each)}`).join(" · ") || "—";
const span = (hours) => (hours ? `${timeOfDay(hours[0])}–${timeOfDay(hours[1])}` : t("settings.hours.closed"));

/** Days with the same hours are told together: "Mon–Fri 09:00–18:00 · Sat closed". */
function week(days) {
  const groups = [];
  for (const [at, hours] of days.map(span).entries()) {
    if (groups.at(-1)?.hours === hours) groups.at(-1).last = at;
    else groups.push({ hours, first: at, last: at });
  }
  const name = (at) => weekday(at, "short");
  return groups.map(({ hours, first, last }) => `${first === last ? name(first) : `${name(first)}–${name(last)}`} ${hours}`).join(" · ");
}
