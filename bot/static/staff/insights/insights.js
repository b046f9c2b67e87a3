// A measured page: figures, panels, and what its subject needs beside them.
import { get, put } from "../api.js";
import { data, may } from "../boot.js";
import { el, fill } from "../dom.js";
import { t } from "../labels.js";
import { complain, toast } from "../notices.js";
import { behind } from "./behind.js";
import { chosen, choosing } from "./choosing.js";
import { panel, redrawWithTheme } from "./panel.js";
import { replay } from "./replay.js";

const figure = (each) => el("div", { class: "figure" }, el("dt", {}, each.title), el("dd", {}, el("strong", {}, each.value), el("span", {}, each.hint)),
  each.how && el("dd", { class: "figure-how" }, el("details", {}, el("summary", {}, t("insights.how_computed")), el("p", {}, each.how))));

function wordsSwitch(now) {
  const box = el("input", { type: "checkbox", id: "better-words", checked: now.on, disabled: !may("edit_settings"), onchange: async () => {
    try { await put("/insights/api/words", { on: box.checked }); toast(t(box.checked ? "insights.words_on" : "insights.words_off")); } catch (error) { box.checked = !box.checked; complain(error); }
  } });
  return el("section", { class: "panel insight" }, el("label", { class: "row", for: "better-words" }, box, el("strong", {}, t("insights.words_switch"))),
    el("p", { class: "how" }, t("insights.words_switch_text", { floor: Math.round(now.floor * 100) })), !may("edit_settings") && el("p", { class: "hint" }, t("insights.words_who")));
}

class Insights extends HTMLElement {
  connectedCallback() {
    if (this.body) return;
    this.body = el("div", { class: "stack", "aria-live": "polite", "aria-busy": "true" });
    this.head = el("div");
    fill(this, el("div", { class: "stack" }, this.head, this.body));
    redrawWithTheme(this);
    this.load();
  }

  async load() {
    this.body.setAttribute("aria-busy", "true");
    try {
      const told = await get(`/insights/api/${data.tab}?${chosen()}`);
      const open = (link, title) => behind(link, title, told.which);
      const focused = this.head.contains(document.activeElement) ? [...this.head.querySelectorAll("button, input, select")].indexOf(document.activeElement) : -1;
      fill(this.head, choosing(told.which, () => this.load()));
      if (focused >= 0) this.head.querySelectorAll("button, input, select")[focused]?.focus();
      fill(this.body, told.behind && el("p", { class: "notice" }, t("insights.behind_now")),
        told.figures.length > 0 && el("dl", { class: "figures" }, told.figures.map(figure)),
        told.panels.map((each) => panel(each, open)),
        told.switch && wordsSwitch(told.switch), told.thresholds && replay(told.thresholds, told.which, open));
    } catch (error) { complain(error); fill(this.body, el("p", { class: "empty" }, error.text ?? "")); }
    this.body.setAttribute("aria-busy", "false");
  }
}
customElements.define("kairos-insights", Insights);
