// Training sets, versions and releases. A release needs the comparison to be open and the version's name to be typed.
import { get, post } from "../api.js";
import { data } from "../boot.js";
import { dateTime, short } from "../dates.js";
import { el, fill, icon } from "../dom.js";
import { t } from "../labels.js";
import { eitherName } from "../log/words.js";
import { languageName } from "../desk/words.js";
import { ask, complain, toast } from "../notices.js";

const LOOK_MS = 1500;
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const figure = (value) => (value === null || value === undefined ? "–" : Number(value).toFixed(3));
const name = (n) => (n === 0 ? `v0 (${t("learning.versions.standard")})` : `v${n}`);
const head = (...texts) => el("thead", {}, el("tr", {}, texts.map((text) => (text ? el("th", { scope: "col" }, text) : el("td")))));
const cell = (...children) => el("td", {}, ...children);
const table = (label, headings, rows) => el("div", { class: "panel log-table", tabindex: 0, role: "region", "aria-label": label }, el("table", {}, head(...headings), el("tbody", {}, rows)));

class Versions extends HTMLElement {
  connectedCallback() {
    this.now = el("div", { role: "status", class: "stack" });
    this.sets = el("div", { class: "stack" });
    this.versions = el("div", { class: "stack" });
    this.comparison = el("section", { class: "stack", "aria-label": t("learning.versions.comparison"), tabindex: -1 });
    this.watch = el("div", { class: "stack" });
    this.releases = el("div", { class: "stack" });
    const part = (title, body, ...actions) => el("section", { class: "stack" }, el("div", { class: "part-head" }, el("h2", {}, title), ...actions), body);
    fill(this, el("div", { class: "page log-page" },
      el("header", { class: "page-head" }, el("div", {}, el("h1", {}, t("learning.versions.title")), el("p", {}, t("learning.versions.lead"))),
        el("a", { class: "button", href: "/learning" }, t("learning.versions.to_review"))),
      this.now,
      part(t("learning.versions.sets"), this.sets, el("button", { type: "button", class: "button", onclick: () => this.makeSet() }, icon("plus"), t("learning.versions.new_set"))),
      part(t("learning.versions.versions"), this.versions), this.comparison,
      part(t("learning.versions.watch"), this.watch), part(t("learning.versions.history"), this.releases)));
    this.load();
  }

  async load() {
    clearTimeout(this.timer);
    try { this.show(await get("/learning/api/overview")); } catch (error) {
      complain(error);
      this.timer = setTimeout(() => this.load(), 4 * LOOK_MS);  // what is under way goes on: look again
    }
  }

  show(told) {
    this.told = told;
    const newest = told.releases[0];
    fill(this.now, el("p", { class: "notice good" }, told.current ? t("learning.versions.now", { n: told.current }) : t("learning.versions.now_standard"),
      told.loaded !== told.current && !newest?.problem && ` ${t("learning.versions.not_here_yet")}`),
    newest?.problem && el("p", { class: "notice bad" }, t("learning.versions.problem", { text: newest.problem })));
    this.showSets(told);
    this.showVersions(told);
    this.showWatch(told.watch);
    this.showReleases(told);
    clearTimeout(this.timer);
    const busy = told.versions.some((each) => ["training", "comparing"].includes(each.status)) || (told.loaded !== told.current && !newest?.problem);
    if (busy) this.timer = setTimeout(() => this.load(), LOOK_MS);
  }

  /** Amends a part only when it says something else: nobody loses the place where they are. */
  renew(node, told, make) {
    const shown = JSON.stringify(told);
    if (node.dataset.shown === shown) return;
    node.dataset.shown = shown;
    const label = node.contains(document.activeElement) ? document.activeElement.getAttribute("data-act") : null;
    fill(node, make());
    if (label) node.querySelector(`[data-act="${label}"]`)?.focus();
  }

  showSets({ sets }) {
    this.renew(this.sets, sets, () => (sets.length === 0 ? el("p", { class: "hint" }, t("learning.versions.sets_none")) : table(t("learning.versions.sets"),
      [t("learning.versions.set"), t("learning.versions.rows"), t("learning.versions.held_out"), t("learning.versions.agreement"), t("learning.versions.made"), t("learning.versions.by"), ""],
      sets.map((set) => el("tr", {}, cell(String(set.n), set.note && el("small", { class: "note" }, set.note), set.erased > 0 && el("span", { class: "tag warm" }, t("learning.versions.erased", { n: set.erased }))),
        cell(String(set.rows)), cell(String(set.held_out)), cell(set.agreement.n ? figure(set.agreement.intent?.kappa) : "–"), cell(short(set.at)), cell(set.by),
        cell(el("button", { type: "button", class: "button small", "data-act": `train-${set.n}`, onclick: () => this.act(() => post("/learning/api/versions", { set: set.n })) }, t("learning.versions.train_from", { n: set.n }))))))));
  }

  showVersions({ versions, current }) {
    this.renew(this.versions, [versions, current], () => (versions.length === 0 ? el("p", { class: "hint" }, t("learning.versions.versions_none")) : table(t("learning.versions.versions"),
      [t("learning.versions.version"), t("learning.versions.set"), t("learning.versions.status"), t("learning.versions.verdict"), t("learning.versions.made"), t("learning.versions.by"), ""],
      versions.map((each) => el("tr", {}, cell(`v${each.n}`), cell(String(each.set)), cell(this.status(each, current)),
        cell(each.verdict && el("span", { class: `tag ${{ better: "good", worse: "hot" }[each.verdict] ?? ""}` }, t(`learning.versions.verdicts.${each.verdict}`)), each.verdict && el("small", { class: "note" }, t("learning.versions.beside", { n: each.compared_with }))),
        cell(short(each.at)), cell(each.by), cell(el("div", { class: "row" },
          each.verdict && el("button", { type: "button", class: "button small", "data-act": `open-${each.n}`, onclick: () => this.open(each.n) }, t("learning.versions.comparison")),
          each.status === "ready" && each.n !== current && each.compared_with !== current && el("button", { type: "button", class: "button small", "data-act": `compare-${each.n}`, onclick: () => this.act(() => post(`/learning/api/versions/${each.n}/compare`)) }, t("learning.versions.compare")))))))));
  }

  status(each, current) {
    if (["training", "comparing"].includes(each.status)) {
      const what = t(`learning.versions.what.${each.what || "waiting"}`), n = Math.round(100 * each.share);
      return [el("progress", { max: 100, value: n, "aria-label": what }), el("small", { class: "note" }, t("learning.versions.progress", { what, n }))];
    }
    return [el("span", { class: each.n === current ? "tag good" : each.status === "failed" ? "tag hot" : "tag" }, each.n === current ? t("learning.versions.released_now") : t(`learning.versions.state.${each.status}`)),
      each.error && el("small", { class: "note" }, t("learning.versions.failed", { text: each.error }))];
  }

  showWatch(watch) {
    this.renew(this.watch, watch, () => {
      if (!watch) return el("p", { class: "hint" }, t("learning.versions.watch_none"));
      const share = (sign, when) => (watch.turns[when] ? percent(sign[when] / watch.turns[when]) : "–");
      return [el("p", { class: watch.worse.length ? "notice bad" : "notice" }, watch.worse.length ? t("learning.versions.watch_worse", { names: watch.worse.map((each) => t(`learning.versions.sign.${each}`)).join(", ") }) : t("learning.versions.watch_fine")),
        el("p", { class: "hint" }, t("learning.versions.watch_lead", { hours: watch.hours, ...watch.turns })),
        table(t("learning.versions.watch"), [t("learning.versions.measure"), t("learning.versions.before"), t("learning.versions.since"), t("learning.versions.p")],
          Object.entries(watch.signs).map(([sign, each]) => el("tr", {}, cell(t(`learning.versions.sign.${sign}`)), cell(share(each, "before")), cell(share(each, "since")), cell(each.p === null ? t("learning.versions.too_few") : figure(each.p)))))];
    });
  }

  showReleases({ releases, current, before }) {
    this.renew(this.releases, [releases, current, before], () => (releases.length === 0 ? el("p", { class: "hint" }, t("learning.versions.history_none")) : [
      current !== 0 && data.may_release && el("div", {}, el("button", { type: "button", class: "button danger", "data-act": "back", onclick: () => this.rollBack(before, current) }, t("learning.versions.rollback"))),
      table(t("learning.versions.history"), [t("learning.versions.made"), t("learning.versions.version"), t("learning.versions.by"), t("learning.versions.reason")],
        releases.map((each) => el("tr", {}, cell(dateTime(each.at)), cell(`${t(`learning.versions.kind.${each.kind}`)}: ${t("learning.versions.from_to", { from: each.previous, to: each.version })}`), cell(each.by), cell(each.reason, each.override && el("small", { class: "note" }, each.override)))))]));
  }

  async act(work) {
    try { this.show(await work()); } catch (error) { complain(error); }
  }

  async makeSet() {
    const given = await ask({ title: t("learning.versions.new_set_title"), text: t("learning.versions.new_set_text"), action: t("learning.versions.new_set"),
      fields: [el("label", { class: "field" }, el("span", {}, t("learning.versions.note")), el("input", { name: "note", maxlength: 400 }))] });
    if (given) await this.act(() => post("/learning/api/sets", { note: given.note }));
  }

  async open(n) {
    try { this.showComparison(await get(`/learning/api/versions/${n}/comparison`)); this.comparison.focus(); this.comparison.scrollIntoView({ block: "start" }); } catch (error) { complain(error); }
  }

  showComparison(told) {
    const { comparison: c, n, compared_with: old } = told;
    const names = (list) => list.map(eitherName).join(", ");
    const pair = (label, each, values) => el("tr", {}, el("th", { scope: "row" }, label), cell(figure(values[0])), cell(figure(values[1])),
      cell(each.macro_f1_difference ? t("learning.versions.interval", { low: figure(each.macro_f1_difference[0]), high: figure(each.macro_f1_difference[1]) }) : ""), cell(`+${each.gained}`), cell(`−${each.lost}`), cell(figure(each.p)));
    const changed = c.classes.filter((each) => each.gained || each.lost);
    const examples = (title, list) => list.length > 0 && el("details", {}, el("summary", {}, `${title} (${list.length})`), el("ul", { class: "review-around" }, list.map((each) => el("li", { dir: "auto" }, t("learning.versions.example", { text: each.text, wanted: eitherName(each.wanted), old: eitherName(each.old), new: eitherName(each.new), before: old, after: n })))));
    fill(this.comparison, el("h2", {}, t("learning.versions.comparison_title", { new: n, old })),
      el("p", { class: `notice ${{ better: "good", worse: "bad" }[c.verdict] ?? ""}` }, t(`learning.versions.sentence.${c.verdict}`, { new: n, n: c.n, gained: c.intent.gained, lost: c.intent.lost, p: figure(c.intent.p) })),
      c.worse_in.length > 0 && el("p", { class: "notice bad" }, t("learning.versions.worse_in", { names: names(c.worse_in) })),
      el("p", { class: "hint" }, t("learning.versions.held_out_text", { n: c.n, own: c.own })),
      table(t("learning.versions.overall"), [t("learning.versions.measure"), name(old), `v${n}`, t("learning.versions.difference"), t("learning.versions.gained"), t("learning.versions.lost"), t("learning.versions.p")],
        [pair(t("learning.versions.wanted_f1"), c.intent, c.intent.macro_f1), pair(t("learning.versions.feeling_f1"), c.emotion, c.emotion.macro_f1), pair(t("learning.versions.danger"), c.safety, c.safety.recall),
          ...c.languages.map((each) => pair(languageName(each.name), each, each.macro_f1))]),
      el("details", {}, el("summary", {}, `${t("learning.versions.classes")} · ${t("learning.versions.classes_changed")} (${changed.length})`),
        table(t("learning.versions.classes"), [t("learning.versions.classes"), t("learning.versions.messages"), name(old), `v${n}`, t("learning.versions.gained"), t("learning.versions.lost"), t("learning.versions.p"), t("learning.versions.p_holm")],
          changed.map((each) => el("tr", {}, el("th", { scope: "row" }, eitherName(each.name)), cell(String(each.n)), cell(figure(each.f1[0])), cell(figure(each.f1[1])), cell(`+${each.gained}`), cell(`−${each.lost}`), cell(figure(each.p)), cell(figure(each.p_holm)))))),
      examples(t("learning.versions.examples_gained"), c.gained), examples(t("learning.versions.examples_lost"), c.lost),
      this.releaseForm(told));
  }

  /** The only place where a version can be released: below what it was compared by. */
  releaseForm(told) {
    const { n, comparison: c, stale, seen, current } = told;
    if (!data.may_release || n === current) return null;
    if (stale) return el("p", { class: "notice warn" }, t("learning.versions.stale"));
    const word = `v${n}`, worse = c.verdict === "worse";
    const confirm = el("input", { name: "confirm", required: true, autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: 20 });
    const go = el("button", { class: "button danger", disabled: true }, t("learning.versions.release"));
    const override = worse && el("textarea", { name: "override", required: true, minlength: data.reason_chars, maxlength: 2000, "aria-describedby": "override-hint" });
    const reason = el("input", { name: "reason", maxlength: 2000 });
    const check = () => { go.disabled = confirm.value.trim() !== word || (worse && override.value.trim().length < data.reason_chars); };
    const submit = async (event) => {
      event.preventDefault();
      try {
        const after = await post(`/learning/api/versions/${n}/release`, { confirm: confirm.value, seen, reason: reason.value, override: override ? override.value : "" });
        fill(this.comparison);
        this.show(after);
        toast(t("learning.versions.released", { n }));
        this.now.scrollIntoView({ block: "center" });
      } catch (error) { complain(error); }
    };
    return el("form", { class: "panel block", onsubmit: submit, oninput: check },
      el("h3", {}, t("learning.versions.release_title", { n })), el("p", {}, t("learning.versions.release_text", { n })),
      worse && el("label", { class: "field" }, el("span", {}, t("learning.versions.override")), override, el("span", { class: "hint", id: "override-hint" }, t("learning.versions.override_hint", { n: data.reason_chars }))),
      el("label", { class: "field" }, el("span", {}, t("learning.versions.why")), reason),
      el("label", { class: "field" }, el("span", {}, t("learning.versions.confirm", { word })), confirm), el("div", { class: "bar" }, go));
  }

  async rollBack(target, current) {
    const given = await ask({ title: t("learning.versions.rollback_title", { n: target }), text: t("learning.versions.rollback_text", { from: current }), action: t("learning.versions.rollback"), danger: true, fields: [
      el("label", { class: "field" }, el("span", {}, t("learning.versions.reason")), el("input", { name: "reason", required: true, maxlength: 2000 })),
      el("label", { class: "field" }, el("span", {}, t("learning.versions.confirm", { word: `v${target}` })), el("input", { name: "confirm", required: true, autocomplete: "off", autocapitalize: "none" }))] });
    if (!given) return;
    try { this.show(await post("/learning/api/rollback", given)); toast(t("learning.versions.rolled_back", { n: target })); } catch (error) { complain(error); }
  }
}
customElements.define("kairos-versions", Versions);
