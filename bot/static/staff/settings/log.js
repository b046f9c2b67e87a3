// The audit log, newest first.
import { get } from "../api.js";
import { dateTime } from "../dates.js";
import { el, fill } from "../dom.js";
import { t } from "../labels.js";
import { complain } from "../notices.js";
import { shown, subject } from "./changes.js";

const KINDS = { all: "", only_settings: "setting.", only_staff: "staff.", only_keys: "key.", only_replies: "reply.", only_log: "log.", only_learning: "learning.", only_privacy: "privacy." };

class Log extends HTMLElement {
  async connectedCallback() {
    this.what = "";
    this.rows = el("tbody");
    this.more = el("button", { type: "button", class: "button", hidden: true, onclick: () => this.load() }, t("settings.log.more"));
    const filter = el("select", { id: "log-filter", onchange: (event) => { this.what = event.target.value; this.load(true); } },
      Object.entries(KINDS).map(([label, value]) => el("option", { value }, t(`settings.log.${label}`))));
    fill(this, el("div", { class: "stack" },
      el("div", { class: "row" }, el("label", { for: "log-filter", class: "legend" }, t("settings.log.filter")), el("span", {}, filter)),
      el("div", { class: "panel log-table", tabindex: 0, role: "region", "aria-label": t("settings.log.title") },
        el("table", {}, el("thead", {}, el("tr", {}, ["when", "who", "what", "from", "to"].map((name) => el("th", { scope: "col" }, t(`settings.log.${name}`))))), this.rows)),
      el("div", { class: "bar" }, this.more)));
    await this.load(true);
  }

  async load(fresh = false) {
    try {
      const before = fresh || !this.last ? "" : `&before=${this.last}`;
      const told = await get(`/settings/api/log?what=${encodeURIComponent(this.what)}${before}`);
      if (fresh) this.rows.replaceChildren();
      for (const entry of told.entries) this.rows.append(this.row(entry));
      if (fresh && !told.entries.length) this.rows.append(el("tr", {}, el("td", { colspan: 5 }, t("settings.log.none"))));
      this.last = told.entries.at(-1)?.id;
      this.more.hidden = !told.more;
    } catch (error) { complain(error); }
  }

  row(entry) {
    return el("tr", {}, el("td", {}, dateTime(entry.at)),
      el("td", { title: entry.address ? t("settings.log.from_address", { address: entry.address }) : null }, entry.who),
      el("td", {}, subject(entry.what)), el("td", {}, el("del", {}, shown(entry.before, entry.what))), el("td", {}, el("ins", {}, shown(entry.after, entry.what))));
  }
}
customElements.define("kairos-log", Log);
