// Opening hours: a week, and the days that differ from it.
import { get, put } from "../api.js";
import { timeOfDay, weekday } from "../dates.js";
import { el, fill, icon } from "../dom.js";
import { t } from "../labels.js";
import { complain, toast } from "../notices.js";

const NINE_TO_NINE = [540, 1260];
const minutes = (text, midnight) => {
  const [hour, minute] = text.split(":").map(Number);
  return hour * 60 + minute || midnight; // until 00:00 is the day's end
};

class Hours extends HTMLElement {
  async connectedCallback() {
    try { this.show(await get("/settings/api/hours")); } catch (error) { complain(error); }
  }

  show(told) {
    this.told = told;
    this.week = told.week.map((span) => span && [...span]);
    this.days = Object.entries(told.days).map(([day, span]) => ({ day, span: span && [...span] }));
    this.draw();
  }

  draw() {
    const locked = !this.told.may_edit;
    const days = el("div", {}, this.days.length ? this.days.map((each, index) => this.special(each, index, locked)) : el("p", { class: "hint" }, t("settings.hours.days_none")));
    fill(this, el("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); this.save(); } },
      el("p", {}, el("span", { class: this.told.open ? "tag good" : "tag" }, t(this.told.open ? "settings.hours.open_now" : "settings.hours.closed_now"))),
      locked && el("p", { class: "notice" }, t("settings.read_only")),
      el("section", { class: "panel block" },
        el("h2", {}, t("settings.hours.week"),
          !locked && el("button", { type: "button", class: "button small quiet", onclick: () => { this.week = this.week.map(() => this.week[0] && [...this.week[0]]); this.draw(); } }, t("settings.hours.copy"))),
        el("div", { class: "week" }, this.week.map((span, index) => this.day(span, index, locked)))),
      el("section", { class: "panel block" },
        el("h2", {}, t("settings.hours.days"),
          !locked && el("button", { type: "button", class: "button small", onclick: () => this.addDay() }, icon("plus"), t("settings.hours.add_day"))),
        days),
      !locked && el("div", { class: "bar stick" }, el("button", { class: "button primary" }, t("shell.save")))));
  }

  day(span, index, locked) {
    const name = weekday(index);
    return el("div", { class: "week-day", role: "group", "aria-label": name },
      el("strong", {}, name),
      el("label", { class: "check" }, el("input", { type: "checkbox", checked: span !== null, disabled: locked,
        onchange: (event) => { this.week[index] = event.target.checked ? [...NINE_TO_NINE] : null; this.draw(); } }), t("settings.hours.open")),
      this.times(span, name, locked));
  }

  times(span, name, locked) {
    if (!span) return el("span", { class: "span" }, t("settings.hours.closed"));
    const input = (index) => el("input", { type: "time", required: true, disabled: locked, value: timeOfDay(span[index]),
      "aria-label": `${name}: ${t(index ? "settings.hours.until" : "settings.hours.from")}`,
      onchange: (event) => { span[index] = minutes(event.target.value, index ? 1440 : 0); } });
    return el("span", { class: "span" }, input(0), "–", input(1));
  }

  special(each, index, locked) {
    return el("div", { class: "special", role: "group", "aria-label": each.day },
      el("input", { type: "date", required: true, value: each.day, disabled: locked, "aria-label": t("settings.hours.date"),
        onchange: (event) => { each.day = event.target.value; } }),
      el("label", { class: "check" }, el("input", { type: "checkbox", checked: each.span !== null, disabled: locked,
        onchange: (event) => { each.span = event.target.checked ? [...NINE_TO_NINE] : null; this.draw(); } }), t("settings.hours.open")),
      this.times(each.span, each.day, locked),
      !locked && el("button", { type: "button", class: "icon-button", "aria-label": t("settings.hours.remove_day", { day: each.day }),
        onclick: () => { this.days.splice(index, 1); this.draw(); } }, icon("close")));
  }

  addDay() {
    const day = this.days.length ? new Date(Date.parse(this.days.at(-1).day) + 86400000).toISOString().slice(0, 10) : this.told.today;
    this.days.push({ day, span: null });
    this.draw();
    [...this.querySelectorAll('input[type="date"]')].at(-1).focus();
  }

  async save() {
    try {
      const days = Object.fromEntries(this.days.map((each) => [each.day, each.span]));
      this.show(await put("/settings/api/hours", { week: this.week, days }));
      toast(t("settings.in_force"));
    } catch (error) { complain(error); }
  }
}
customElements.define("kairos-hours", Hours);
