// Labels by key, from the page; never from a script.
import { labels, locale } from "./boot.js";

const plural = new Intl.PluralRules(locale);

/** The label with its values put in. With a value `n` there may be forms `key.one` and `key.other`. */
export function t(key, values = {}) {
  const form = "n" in values && `${key}.${plural.select(Number(values.n))}`;
  const text = labels[form] ?? labels[key] ?? labels[`${key}.other`];
  if (text === undefined) { console.warn(`no label ${key}`); return key; }
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** True when there is such a label: for codes that come from the server. */
export const has = (key) => key in labels;
