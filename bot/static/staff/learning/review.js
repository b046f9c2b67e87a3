// The review queue: one turn at a time, labelled with one key. Keys work while no field has the focus.
import { get, post, put } from "../api.js";
import { data } from "../boot.js";
import { feeling, languageName, needName } from "../desk/words.js";
import { short } from "../dates.js";
import { el, fill, icon } from "../dom.js";
import { has, t } from "../labels.js";
import { eitherName, named } from "../log/words.js";
import { complain, toast } from "../notices.js";

const CHOICES = 8;
const REASONS = ["by_hand", "contradicted", "worse", "unsure", "sample"];
const EMOTION_KEYS = { n: "neutral", h: "happy", x: "anxious", c: "confused", d: "disappointed", r: "frustrated", g: "angry", b: "abusive" };
const KEY_OF = Object.fromEntries(Object.entries(EMOTION_KEYS).map(([key, emotion]) => [emotion, key]));
const STORED = "kairos-review-keys";
const keysWanted = () => { try { return localStorage.getItem(STORED) !== "off"; } catch { return true; } };
const keepKeys = (on) => { try { localStorage.setItem(STORED, on ? "on" : "off"); } catch { /* it holds for this page then */ } };
const key = (text) => el("kbd", { "aria-hidden": "true" }, text);

class Review extends HTMLElement {
  connectedCallback() {
    this.reason = "";
    this.filter = el("select", { id: "review-reason", onchange: () => { this.reason = this.filter.value; this.next(); } });
    this.two = el("input", { type: "checkbox", onchange: () => this.chooseRaters() });
    this.keys = el("input", { type: "checkbox", checked: keysWanted(), onchange: () => keepKeys(this.keys.checked) });
    this.count = el("p", { class: "log-status", role: "status" });
    this.agreed = el("p", { class: "hint" });
    this.card = el("div", {});
    fill(this, el("div", { class: "page log-page" },
      el("header", { class: "page-head" }, el("div", {}, el("h1", {}, t("learning.review.title")), el("p", {}, t("learning.review.lead"))),
        el("a", { class: "button", href: "/learning/versions" }, t("learning.review.to_versions"))),
      el("div", { class: "panel block review-bar" },
        el("div", { class: "field" }, el("span", {}, el("label", { for: "review-reason" }, t("learning.review.reason_filter"))), this.filter),
        el("label", { class: "check" }, this.two, t("learning.review.two")),
        el("label", { class: "check" }, this.keys, t("learning.review.keys")),
        el("p", { class: "hint" }, t("learning.review.keys_hint")), this.agreed),
      this.count, this.card));
    addEventListener("keydown", (event) => this.onKey(event));
    this.next();
    this.showAgreement();
  }

  async showAgreement() {
    try {
      const { agreement } = await get("/learning/api/overview");
      const shown = (each) => (each.kappa === null ? "–" : each.kappa.toFixed(2));
      this.agreed.textContent = agreement.n ? t("learning.review.agreed_so_far", { n: agreement.n, intent: shown(agreement.intent), emotion: shown(agreement.emotion) }) : "";
    } catch (error) { complain(error); }
  }

  async chooseRaters() {
    try { await put("/learning/api/raters", { two: this.two.checked }); toast(t("shell.saved")); } catch (error) { complain(error); }
  }

  // What is shown can't be labelled once another item was asked for, and only the last question's answer is shown.
  async next(item = "") {
    const query = new URLSearchParams({ reason: this.reason, item });
    this.asked = query;
    this.card.inert = true;
    try {
      const told = await get(`/learning/api/review/next?${query}`);
      if (this.asked !== query) return;
      this.card.inert = false;
      this.two.checked = told.two_raters;
      const counts = told.counts.reasons;
      const waiting = ["open", "rated", "disputed"].reduce((sum, name) => sum + (told.counts.status[name] ?? 0), 0);
      this.count.textContent = t("learning.review.waiting", { n: waiting });
      fill(this.filter, el("option", { value: "" }, t("learning.review.all")), REASONS.map((reason) => el("option", { value: reason, selected: reason === this.reason }, `${t(`learning.review.reason.${reason}`)} (${counts[reason] ?? 0})`)));
      this.show(told.item);
    } catch (error) {
      if (this.asked === query) this.card.inert = false;
      complain(error);
    }
  }

  show(item) {
    this.item = item;
    if (!item) {
      this.labels = null;
      fill(this.card, el("div", { class: "panel empty" }, icon("check"), el("h2", {}, t("learning.review.none")), el("p", {}, t("learning.review.none_text")),
        this.last && el("button", { type: "button", class: "button", onclick: () => this.undo() }, t("learning.review.undo"), " ", key("U"))));
      return;
    }
    this.labels = structuredClone(item.as_heard);
    const first = item.heard.intent;
    this.candidates = [first, ...item.ranking, item.heard.runner_up].filter((name, place, all) => name && all.indexOf(name) === place).slice(0, CHOICES);
    const choice = (name, place) => el("button", { type: "button", class: place === 0 ? "button primary choice" : "button choice", "data-intent": name, onclick: () => this.save(name) },
      key(String(place + 1)), el("span", {}, eitherName(name)), place === 0 && el("small", {}, t("learning.review.as_heard")));
    this.other = el("select", { id: "review-other" }, el("option", { value: "" }, t("learning.review.choose")), data.intents.map((name) => el("option", { value: name }, eitherName(name))));
    const saveOther = el("button", { type: "button", class: "button", onclick: () => (this.other.value ? this.save(this.other.value) : this.other.focus()) }, t("learning.review.save"));
    fill(this.card, el("article", { class: "panel block review" },
      item.status === "disputed" && el("div", { class: "notice warn" }, el("p", {}, t("learning.review.disputed")), el("ul", {}, item.labels.map(({ by, labels }) => el("li", {}, t("learning.review.said", { name: by, intent: eitherName(labels.intent), feeling: feeling(labels.emotion, labels.intensity) }))))),
      el("p", { class: "tags" }, item.reasons.map((reason) => el("span", { class: "tag info" }, t(`learning.review.reason.${reason}`))), el("span", { class: "lang" }, languageName(item.locale)), el("span", { class: "meta" }, short(item.at)),
        el("a", { class: "link", href: `/log/${item.conversation}` }, t("learning.review.in_log"))),
      el("blockquote", { class: "review-text", dir: "auto", lang: item.locale, tabindex: -1 }, item.text),
      el("p", { class: "hint" }, `${t("learning.review.heard_as")}: ${eitherName(first)}, ${feeling(item.heard.emotion, item.heard.intensity)}`),
      el("fieldset", {}, el("legend", { class: "legend" }, t("learning.review.wanted")), el("div", { class: "review-choices" }, this.candidates.map(choice)),
        el("div", { class: "row" }, el("label", { for: "review-other", class: "legend" }, t("learning.review.other"), " ", key("O")), this.other, saveOther)),
      el("fieldset", {}, el("legend", { class: "legend" }, t("learning.review.feeling")), this.emotions = el("div", { class: "review-feelings" }, data.emotions.map((emotion) => this.radio("emotion", emotion, t(`desk.emotion.${emotion}`), KEY_OF[emotion])))),
      this.strength = el("fieldset", {}, el("legend", { class: "legend" }, t("learning.review.strength")), el("div", { class: "review-feelings" }, [1, 2, 3].map((n) => this.radio("intensity", String(n), t(`log.at_least.${n}`))))),
      el("div", { class: "review-more" },
        el("fieldset", {}, el("legend", { class: "legend" }, t("learning.review.needs")), data.needs.map((need) => this.tick("needs", need, needName(need)))),
        el("fieldset", {}, el("legend", { class: "legend" }, t("learning.review.flags")), data.flags.map((flag) => this.tick("flags", flag, named("flag")(flag)))),
        el("div", { class: "field" }, el("span", {}, el("label", { for: "review-lang" }, t("learning.review.language"))),
          el("select", { id: "review-lang", onchange: (event) => { this.labels.lang = event.target.value; } }, data.languages.map((code) => el("option", { value: code, selected: code === this.labels.lang }, languageName(code)))))),
      el("div", { class: "bar" },
        el("button", { type: "button", class: "button", title: t("learning.review.skip_hint"), onclick: () => this.skip() }, t("learning.review.skip"), " ", key("S")),
        this.last && el("button", { type: "button", class: "button", onclick: () => this.undo() }, t("learning.review.undo"), " ", key("U"))),
      el("details", { open: true }, el("summary", {}, t("learning.review.around")), el("ol", { class: "review-around" }, item.around.map((message) => el("li", { class: message.is_it ? "is-it" : null }, el("strong", {}, named("author")(message.author)), " ", el("span", { dir: "auto" }, message.text)))))));
    this.showFeeling();
    if (this.moved) this.card.querySelector(".review-text").focus({ preventScroll: true });
  }

  radio(name, value, text, letter = "") {
    return el("label", { class: "pill" }, el("input", { type: "radio", name, value, onchange: () => this.feel(name, value) }), text, letter && key(letter.toUpperCase()));
  }

  tick(name, value, text) {
    return el("label", { class: "check" }, el("input", { type: "checkbox", checked: this.labels[name].includes(value), onchange: (event) => {
      this.labels[name] = event.target.checked ? [...this.labels[name], value] : this.labels[name].filter((each) => each !== value);
    } }), text);
  }

  feel(name, value) {
    this.labels[name] = name === "intensity" ? Number(value) : value;
    if (name === "emotion") this.labels.intensity = value === "neutral" ? 0 : this.labels.intensity || 2;
    this.showFeeling();
  }

  showFeeling() {
    for (const input of this.card.querySelectorAll("input[type=radio]")) input.checked = String(this.labels[input.name]) === input.value;
    this.strength.hidden = this.labels.emotion === "neutral";
  }

  async save(intent) {
    if (!this.item || this.busy) return;
    await this.act(async () => {
      const told = await post(`/learning/api/review/${this.item.id}/label`, { ...this.labels, intent });
      toast(t(`learning.review.saved_as.${told.status}`, { intent: eitherName(intent) }));
    });
  }

  async skip() {
    if (!this.item) return;
    await this.act(async () => { await post(`/learning/api/review/${this.item.id}/skip`); toast(t("learning.review.saved_as.skipped")); });
  }

  async act(work) {
    if (this.busy) return;
    this.busy = true;
    try { const id = this.item.id; await work(); this.last = id; this.moved = true; await this.next(); } catch (error) { complain(error); } finally { this.busy = false; }
  }

  async undo() {
    if (!this.last) return;
    const id = this.last;
    this.last = "";
    try { await post(`/learning/api/review/${id}/undo`); toast(t("learning.review.saved_as.open")); await this.next(id); } catch (error) { complain(error); }
  }

  onKey(event) {
    const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), select, textarea, button, a, summary, dialog");
    if (!this.keys.checked || event.ctrlKey || event.metaKey || event.altKey || (typing && !(event.target.closest("button") && event.key !== "Enter" && event.key !== " "))) return;
    const letter = event.key.toLowerCase();
    const place = event.key === "Enter" ? 0 : Number(event.key) - 1;
    if (letter === "u") { event.preventDefault(); this.undo(); return; }
    if (!this.item || this.card.inert) return;
    if (this.candidates[place]) { event.preventDefault(); this.save(this.candidates[place]); }
    else if (letter === "s") this.skip();
    else if (letter === "o") { event.preventDefault(); this.other.focus(); }
    else if (EMOTION_KEYS[letter]) this.feel("emotion", EMOTION_KEYS[letter]);
    else if ((event.key === "+" || event.key === "-") && this.labels.emotion !== "neutral") this.feel("intensity", Math.min(3, Math.max(1, this.labels.intensity + (event.key === "+" ? 1 : -1))));
  }
}
customElements.define("kairos-review", Review);
