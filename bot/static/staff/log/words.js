// Words of the log and of learning for what the server tells in codes; words that were searched for, marked.
import { issueName } from "../desk/words.js";
import { el } from "../dom.js";
import { has, t } from "../labels.js";

export const named = (area) => (code) => (has(`hearing.${area}.${code}`) ? t(`hearing.${area}.${code}`) : String(code ?? ""));
export const intentName = named("intent");
/** An intent of the scheme, or a shop's own issue. */
export const eitherName = (code) => (has(`hearing.intent.${code}`) ? intentName(code) : issueName(code) || code);
export const handoverName = (code) => (has(`desk.handover.${code}`) ? t(`desk.handover.${code}`) : code);

/** A text as nodes, with the words found marked; a long text around the first of them. */
export function marked(text, words, around = 90) {
  const low = text.toLowerCase();
  const found = [];
  for (const word of words) for (let at = low.indexOf(word.toLowerCase()); at >= 0 && word; at = low.indexOf(word.toLowerCase(), at + word.length)) found.push([at, at + word.length]);
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const start = Math.max(0, (found[0]?.[0] ?? 0) - around), end = Math.min(text.length, start + 3 * around);
  const nodes = [start > 0 ? "…" : ""];
  let place = start;
  for (const [from, to] of found) {
    if (from < place || to > end) continue;
    nodes.push(text.slice(place, from), el("mark", {}, text.slice(from, to)));
    place = to;
  }
  return [...nodes, text.slice(place, end), end < text.length ? "…" : ""];
}
