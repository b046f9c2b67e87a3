// What the figures are narrowed to: days and dimensions. The address of the page holds the choice, so that it can be shared.
import { data } from "../boot.js";
import { el } from "../dom.js";
import { t } from "../labels.js";

const NAMES = ["begin", "end", "channel", "locale", "issue", "kind"];
const SPANS = [1, 7, 28, 90];
const iso = (date) => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;

/** The choice in the page's address. */
export function chosen() {
  const asked = new URLSearchParams(location.search);
  return new URLSearchParams(NAMES.filter((name) => asked.get(name)).map((name) => [name, asked.get(name)]));
}

/** The form; `changed()` is called after the address was changed. `which` is what is in force. */
export function choosing(which, changed) {
  const put = (values) => {
    const next = new URLSearchParams({ ...which, ...values });
    for (const name of NAMES) if (!next.get(name)) next.delete(name);
    history.replaceState(null, "", `?${next}`);
    changed();
  };
  const span = (days) => {
    const begin = new Date(`${which.end}T12:00:00`);
    begin.setDate(begin.getDate() - days + 1);
    return iso(begin);
  };
  const day = (name) => el("label", { class: "field" }, el("span", {}, t(`insights.choose.${name}`)),
    el("input", { type: "date", value: which[name], onchange: (event) => event.target.value && put({ [name]: event.target.value }) }));
  const dimension = (name) => el("label", { class: "field" }, el("span", {}, t(`insights.column.${name}`)),
    el("select", { onchange: (event) => put({ [name]: event.target.value }) }, el("option", { value: "" }, t("insights.choose.all")),
      data.choices[name].map((each) => el("option", { value: each.value, selected: each.value === which[name] }, each.title))));
  return el("form", { class: "choosing", onsubmit: (event) => event.preventDefault(), "aria-label": t("insights.choose.title") },
    el("div", { class: "row", role: "group", "aria-label": t("insights.choose.span") }, SPANS.map((days) => el("button", {
      type: "button", class: "button small", "aria-pressed": String(span(days) === which.begin), onclick: () => put({ begin: span(days) }),
    }, t("insights.choose.days", { n: days })))),
    day("begin"), day("end"), ["channel", "locale", "issue", "kind"].map(dimension));
}
