// Other thresholds on past logs: what would have been handed over. Nothing is changed by trying.
import { post } from "../api.js";
import { dateTime } from "../dates.js";
import { el, fill } from "../dom.js";
import { t } from "../labels.js";
import { complain } from "../notices.js";
import { panel } from "./panel.js";

/** The form with its outcome. */
export function replay(thresholds, which, open) {
  const outcome = el("div", { class: "stack", role: "status" });
  const inputs = thresholds.map((each) => el("input", { type: "number", name: each.name, id: `try-${each.name}`, min: each.low, max: each.high, step: 1, value: String(each.value) }));
  const run = async (event) => {
    event.preventDefault();
    const numbers = {};
    thresholds.forEach((each, place) => { const value = Number(inputs[place].value); if (value !== each.value) numbers[each.name] = value; });
    button.disabled = true;
    try {
      const told = await post("/insights/api/replay", { ...which, numbers });
      const changes = told.changes.map((each) => el("tr", {}, el("th", { scope: "row" }, dateTime(each.at)), el("td", {}, each.how), el("td", {}, each.reason), el("td", {}, each.why),
        el("td", {}, each.conversation ? el("a", { href: `/log/${each.conversation}` }, each.conversation.slice(0, 12)) : "–")));
      fill(outcome, told.panels.map((each) => panel(each, open)), changes.length > 0 && el("section", { class: "panel insight" },
        el("header", {}, el("h2", {}, t("insights.replay.changes"))),
        el("div", { class: "insight-table", tabindex: 0, role: "region", "aria-label": t("insights.replay.changes") }, el("table", {},
          el("thead", {}, el("tr", {}, ["when", "how", "reason", "why", "conversation"].map((name) => el("th", { scope: "col" }, t(`insights.replay.column.${name}`))))), el("tbody", {}, changes)))));
    } catch (error) { complain(error); } finally { button.disabled = false; }
  };
  const button = el("button", { class: "button primary" }, t("insights.replay.run"));
  return el("section", { class: "stack", "aria-labelledby": "replay-title" },
    el("form", { class: "panel insight", onsubmit: run },
      el("header", {}, el("h2", { id: "replay-title" }, t("insights.replay.title"))), el("p", { class: "says" }, t("insights.replay.lead")),
      el("div", { class: "tries" }, thresholds.map((each, place) => el("label", { class: "field", for: `try-${each.name}` }, el("span", {}, each.title), inputs[place],
        el("small", { class: "hint" }, t("insights.replay.now_is", { value: each.value }))))),
      el("div", { class: "bar" }, button)),
    outcome);
}
