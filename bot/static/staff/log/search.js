// The log's search: words, filters, saved searches, the rows found. The page's address holds what was asked for.
import { del, get, post } from "../api.js";
import { data, who } from "../boot.js";
import { channelName, curve, face, feeling, languageName, nameOf, stepName, tone } from "../desk/words.js";
import { short } from "../dates.js";
import { el, fill, icon } from "../dom.js";
import { t } from "../labels.js";
import { ask, complain, toast } from "../notices.js";
import { eitherName, handoverName, marked, named } from "./words.js";

const CHOICES = {
  channel: [["web", "telegram"], channelName],
  language: [["zh-CN", "zh-TW", "en"], languageName],
  issue: [data.intents, eitherName],
  kind: [["zero", "first", "second", "ultimate"], named("kind")],
  emotion: [["neutral", "happy", "anxious", "confused", "disappointed", "frustrated", "angry", "abusive"], (code) => t(`desk.emotion.${code}`)],
  intensity: [["1", "2", "3"], (code) => t(`log.at_least.${code}`)],
  stage: [["explore", "offer", "action", "confirm"], stepName],
  outcome: [["open", "settled", "reopened", "handed_over", "else", "goodbye", "stopped"], named("outcome")],
  expectation: [["missed", "met", "exceeded"], named("expectation")],
  reason: [["safety", "threat", "abuse", "asked", "rule", "action_failed", "heat", "unresolved", "offers_refused", "missing_facts", "misunderstood", "survey", "agent_silent", "engine_down"], handoverName],
  owner: [["bot", "queue", "human"], named("owner")],
  agent: [data.agents.map((each) => each.id), (id) => data.agents.find((each) => each.id === id)?.name ?? id],
};
const TEXTS = { since: "date", until: "date", customer: "text" };
const TICKS = ["unsure", "commented"];

class LogSearch extends HTMLElement {
  connectedCallback() {
    this.q = el("input", { id: "log-q", name: "q", type: "search", maxlength: 400, autocomplete: "off", "aria-describedby": "log-hint", enterkeyhint: "search" });
    this.filters = el("details", { class: "log-filters" }, this.summary = el("summary", {}), el("div", { class: "log-fields" },
      Object.entries(TEXTS).map(([name, type]) => this.field(name, el("input", { id: `log-${name}`, name, type, maxlength: type === "text" ? 120 : null }))),
      Object.entries(CHOICES).map(([name, [codes, say]]) => this.field(name, el("select", { id: `log-${name}`, name },
        el("option", { value: "" }, t("log.any")), codes.map((code) => el("option", { value: code }, say(code)))))),
      TICKS.map((name) => el("label", { class: "check" }, el("input", { type: "checkbox", name, value: "true" }), t(`log.field.${name}`)))));
    this.form = el("form", { class: "log-form panel", role: "search", onsubmit: (event) => { event.preventDefault(); this.search(); } },
      el("div", { class: "log-words" }, el("label", { for: "log-q", class: "visually-hidden" }, t("log.search")), icon("search"), this.q,
        el("button", { class: "button primary" }, t("log.go")), el("button", { type: "button", class: "button quiet", onclick: () => this.clear() }, t("log.clear"))),
      el("p", { id: "log-hint", class: "hint" }, t("log.search_hint")), this.filters);
    this.q.setAttribute("placeholder", t("log.search"));
    this.savedList = el("ul", { class: "log-saved" });
    this.status = el("p", { class: "log-status", role: "status" });
    this.rows = el("ol", { class: "log-rows panel" });
    this.more = el("button", { type: "button", class: "button", hidden: true, onclick: () => this.load() }, t("log.more"));
    fill(this, el("div", { class: "page log-page" },
      el("header", { class: "page-head" }, el("div", {}, el("h1", {}, t("log.title")), el("p", {}, t("log.lead"))),
        el("div", { class: "row" },
          el("button", { type: "button", class: "button", onclick: () => this.save() }, icon("star"), t("log.save")),
          el("button", { type: "button", class: "button", onclick: () => this.share() }, icon("link"), t("log.copy_link")),
          el("button", { type: "button", class: "button", onclick: () => this.export() }, icon("down"), t("log.export")))),
      this.form, el("section", { "aria-label": t("log.saved") }, this.savedList), this.status, this.rows, el("div", { class: "bar" }, this.more)));
    this.put(Object.fromEntries(new URLSearchParams(location.search)));
    this.search(true);
    this.loadSaved();
  }

  field(name, control) {
    return el("div", { class: "field" }, el("span", {}, el("label", { for: control.id }, t(`log.field.${name}`))), control);
  }

  /** What is asked for, without what is empty. */
  get asked() {
    return Object.fromEntries([...new FormData(this.form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
  }

  put(asked) {
    for (const control of this.form.elements) {
      if (!control.name) continue;
      if (control.type === "checkbox") control.checked = Boolean(asked[control.name]);
      else control.value = asked[control.name] ?? "";
    }
    this.filters.open = Object.keys(asked).some((name) => name !== "q");
    this.count();
  }

  count() {
    const n = Object.keys(this.asked).filter((name) => name !== "q").length;
    fill(this.summary, n ? t("log.active", { n }) : t("log.filters"));
  }

  clear() { this.put({}); this.search(); this.q.focus(); }

  search(first = false) {
    this.count();
    const query = new URLSearchParams(this.asked).toString();
    if (!first) history.replaceState(null, "", query ? `?${query}` : location.pathname);
    this.after = "";
    return this.load(true);
  }

  async load(fresh = false) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const query = new URLSearchParams({ ...this.asked, ...(fresh ? {} : { after: this.after }) });
    this.rows.setAttribute("aria-busy", "true");
    try {
      const told = await get(`/log/api/search?${query}`);
      if (turn !== this.turn) return;
      if (fresh) { this.rows.replaceChildren(); this.say(told); }
      const firstNew = told.rows.map((row) => this.row(row));
      this.rows.append(...firstNew);
      this.rows.hidden = !this.rows.firstChild;
      if (!fresh) firstNew[0]?.querySelector("a")?.focus();
      this.after = told.after;
      this.more.hidden = !told.after;
    } catch (error) { complain(error); }
    if (turn === this.turn) this.rows.removeAttribute("aria-busy");
  }

  say({ count, counted_at_most: most }) {
    this.status.textContent = !count ? t("log.nothing") : count >= most ? t("log.found_more", { n: most }) : t("log.found", { n: count });
  }

  row(row) {
    const where = `/log/${row.id}`;
    const tags = [row.reasons.map((code) => el("span", { class: "tag warm" }, handoverName(code))), row.agents.map((name) => el("span", { class: "tag info" }, name)),
      row.outcome && row.outcome !== "open" && el("span", { class: row.outcome === "settled" ? "tag good" : "tag" }, named("outcome")(row.outcome)),
      row.comments > 0 && el("span", { class: "tag" }, t("log.comments_n", { n: row.comments }))];
    return el("li", { class: "log-row" },
      face(nameOf(row), row.id),
      el("div", { class: "log-what" },
        el("p", { class: "log-top" }, el("a", { href: where }, nameOf(row)), el("span", { class: "lang" }, languageName(row.locale)), el("span", { class: "lang" }, channelName(row.channel)),
          row.intensity > 0 && el("span", { class: `feel ${tone(Math.max(0, ...row.heats))}` }, feeling(row.emotion, row.intensity)),
          el("time", { datetime: row.updated_at, class: "log-when" }, short(row.updated_at))),
        el("p", { class: "log-issues" }, row.issues.map(eitherName).join(" · "), el("span", { class: "meta" }, ` ${t("log.messages", { n: row.messages })}`)),
        row.hits.map((hit) => el("p", { class: "log-hit" }, el("a", { href: `${where}#m${hit.seq}` }, `${named("author")(hit.author)} #${hit.seq}`), " ", el("span", { dir: "auto" }, marked(hit.text, hit.marks)))),
        el("p", { class: "tags" }, tags)),
      row.heats.length > 1 && curve(row.heats, { label: t("desk.feelings") }));
  }

  async loadSaved() {
    try { this.showSaved((await get("/log/api/searches")).searches); } catch (error) { complain(error); }
  }

  showSaved(searches) {
    if (!searches.length) { fill(this.savedList, el("li", { class: "hint" }, t("log.saved_none"))); return; }
    fill(this.savedList, searches.map((each) => el("li", {},
      el("button", { type: "button", class: "button small", title: each.mine ? null : t("log.shared_by", { name: each.by }), onclick: () => { this.put(each.query); this.search(); } }, icon(each.shared ? "people" : "star"), each.name),
      (each.mine || who.role === "administrator") && el("button", { type: "button", class: "icon-button small", "aria-label": t("log.remove_search", { name: each.name }), onclick: () => this.forget(each) }, icon("close")))));
  }

  async forget(search) {
    try { this.showSaved((await del(`/log/api/searches/${search.id}`)).searches); this.q.focus(); } catch (error) { complain(error); }
  }

  async save() {
    const given = await ask({ title: t("log.save_title"), action: t("shell.save"), fields: [
      el("label", { class: "field" }, el("span", {}, t("log.save_name")), el("input", { name: "name", required: true, maxlength: 80, value: this.asked.q ?? "" })),
      el("label", { class: "check" }, el("input", { type: "checkbox", name: "shared", value: "yes" }), t("log.save_shared"))] });
    if (!given) return;
    try { this.showSaved((await post("/log/api/searches", { name: given.name, shared: Boolean(given.shared), query: this.asked })).searches); toast(t("shell.saved")); } catch (error) { complain(error); }
  }

  async share() {
    try { await navigator.clipboard.writeText(location.href); toast(t("log.link_copied")); } catch { toast(location.href, { seconds: 20 }); }
  }

  async export() {
    const given = await ask({ title: t("log.export_title"), text: t("log.export_text"), action: t("log.export_go"), fields: [
      el("label", { class: "field" }, el("span", {}, t("log.export_form")), el("select", { name: "form" }, ["csv", "jsonl", "parquet"].map((form) => el("option", { value: form }, t(`log.form.${form}`))))),
      data.may_personal ? el("label", { class: "check" }, el("input", { type: "checkbox", name: "personal", value: "yes" }), t("log.export_personal")) : null,
      el("p", { class: "hint" }, t("log.export_redacted"))] });
    if (!given) return;
    const answer = await fetch("/log/api/export", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": who.csrf },
      body: JSON.stringify({ form: given.form, personal: Boolean(given.personal), query: this.asked }) }).catch(() => null);
    if (!answer?.ok) { complain(await answer?.json().catch(() => ({})) ?? {}); return; }
    const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? `log.${given.form}`;
    const link = el("a", { href: URL.createObjectURL(await answer.blob()), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    toast(t("log.exported", { n: Number(answer.headers.get("x-rows")) }));
  }
}
customElements.define("kairos-log-search", LogSearch);
