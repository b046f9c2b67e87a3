// Saved studies: goal, locate, solve, review, with the figures before and after.
import { del, get, post, put } from "../api.js";
import { data } from "../boot.js";
import { dateTime } from "../dates.js";
import { el, fill } from "../dom.js";
import { t } from "../labels.js";
import { ask, complain, toast } from "../notices.js";
import { panel, redrawWithTheme } from "./panel.js";

const STEPS = ["goal", "locate", "solve", "review"];
const field = (name, control) => el("label", { class: "field" }, el("span", {}, t(`insights.study.${name}`)), control);
const options = (list, value, all) => [all && el("option", { value: "" }, t("insights.choose.all")), list.map((each) => el("option", { value: each.value, selected: each.value === value }, each.title))];

class Studies extends HTMLElement {
  connectedCallback() { if (!this.list) { this.list = el("div", { class: "stack" }); this.form = el("div"); fill(this, el("div", { class: "stack" }, this.form, this.list)); redrawWithTheme(this); this.load(); } }

  async load() {
    try {
      this.told = await get("/insights/api/studies");
      fill(this.form, el("div", { class: "bar" }, el("button", { type: "button", class: "button primary", onclick: () => this.edit({ days: 14, changed_on: this.told.today }) }, t("insights.study.new"))));
      fill(this.list, this.told.studies.map((each) => this.study(each)), !this.told.studies.length && el("p", { class: "empty" }, t("insights.study.none")));
    } catch (error) { complain(error); }
  }

  study(each) {
    const about = [this.told.measures.find((m) => m.value === each.measure)?.title, ...["channel", "locale", "issue"].map((name) => data.choices[name].find((c) => c.value === each[name])?.title)].filter(Boolean);
    return el("article", { class: "stack study", "aria-label": each.title },
      el("header", { class: "row" }, el("h2", {}, each.title), el("span", { class: "tag" }, t(`insights.study.verdict.${each.verdict}`)), el("span", { class: "hint" }, about.join(" · ")),
        el("span", { class: "row push" }, el("button", { type: "button", class: "button small", onclick: () => this.edit(each) }, t("insights.study.edit")),
          el("button", { type: "button", class: "button small danger", onclick: () => this.remove(each) }, t("insights.study.remove")))),
      el("ol", { class: "loop" }, STEPS.map((step) => el("li", {}, el("strong", {}, t(`insights.study.${step}`)), el("p", {}, each[step] || "–")))),
      each.panels.map((told) => panel({ ...told, id: `${told.id}-${each.id.slice(0, 8)}` }, () => {})),
      el("p", { class: "hint" }, t("insights.study.by", { name: each.made_by, at: dateTime(each.updated_at), day: each.changed_on, n: each.days })));
  }

  edit(each) {
    const control = {
      title: el("input", { value: each.title ?? "", required: true, maxlength: 120 }),
      measure: el("select", {}, options(this.told.measures, each.measure)),
      channel: el("select", {}, options(data.choices.channel, each.channel, true)), locale: el("select", {}, options(data.choices.locale, each.locale, true)), issue: el("select", {}, options(data.choices.issue, each.issue, true)),
      changed_on: el("input", { type: "date", value: each.changed_on, required: true }), days: el("input", { type: "number", min: 1, max: 366, value: String(each.days) }),
      ...Object.fromEntries(STEPS.map((step) => [step, el("textarea", { rows: 2, maxlength: 4000, value: each[step] ?? "" })])),
    };
    const save = async (event) => {
      event.preventDefault();
      const given = Object.fromEntries(Object.entries(control).map(([name, node]) => [name, name === "days" ? Number(node.value) : node.value]));
      try { await (each.id ? put(`/insights/api/studies/${each.id}`, given) : post("/insights/api/studies", given)); toast(t("insights.study.saved")); await this.load(); } catch (error) { complain(error); }
    };
    fill(this.form, el("form", { class: "panel insight", onsubmit: save, "aria-label": each.title ?? t("insights.study.new") },
      field("title", control.title), el("div", { class: "tries" }, ["measure", "channel", "locale", "issue", "changed_on", "days"].map((name) => field(name, control[name]))),
      STEPS.map((step) => field(step, control[step])),
      el("div", { class: "bar" }, el("button", { type: "button", class: "button", onclick: () => this.load() }, t("shell.cancel")), el("button", { class: "button primary" }, t("insights.study.save")))));
    control.title.focus();
  }

  async remove(each) {
    if (!(await ask({ title: t("insights.study.remove_title", { title: each.title }), action: t("insights.study.remove"), danger: true }))) return;
    try { await del(`/insights/api/studies/${each.id}`); await this.load(); } catch (error) { complain(error); }
  }
}
customElements.define("kairos-studies", Studies);
