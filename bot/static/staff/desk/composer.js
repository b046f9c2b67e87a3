// Where a reply or a note is written: suggestions to begin with, hints while typing, ready replies with "/".
import { get, post } from "../api.js";
import { who } from "../boot.js";
import { el, fill, icon } from "../dom.js";
import { has, t } from "../labels.js";
import { toast } from "../notices.js";
import * as acts from "./acts.js";
import { Menu } from "./menu.js";
import { isMine, on, rowOf, state, tellTyping, whose } from "./store.js";
import { nameOf, stepName } from "./words.js";

const HINT_AFTER_MS = 350;
const FILES_AT_MOST = 5;
const OFFERED = 8; // in the list above the text
const HINTS_SHOWN = 3;
const MENTION = /[@＠]([^\s@＠]*)$/u;
const TAKEN = "image/jpeg,image/png,image/webp,image/gif,application/pdf";
/** A step that would be skipped comes first, then a promise to record, then words. */
const weight = ({ code }) => (code.startsWith("skip") ? 2 : code === "promise" ? 1 : 0);
const drafts = new Map(), filesOf = new Map();
let canned = null;

class Composer extends HTMLElement {
  kind = "reply"; hints = []; suggestions = []; of = ""; recorded = false; // the promise in this draft

  connectedCallback() {
    if (this.text) return;
    this.text = el("textarea", { rows: 2, maxlength: 4000, dir: "auto", oninput: () => this.typed(), onkeydown: (event) => this.key(event), onpaste: (event) => this.drop(event, event.clipboardData) });
    this.hintList = el("ul", { class: "hints", role: "status", "aria-label": t("desk.hints") });
    this.chips = el("div", { class: "suggestions", role: "group", "aria-label": t("desk.suggestions") });
    this.menu = new Menu(this.text, t("desk.canned"));
    this.tabs = el("div", { class: "kinds", role: "group" });
    this.sendButton = el("button", { type: "submit", class: "button primary" });
    this.confirm = el("button", { type: "button", class: "button small ask-settled", onclick: () => this.askSettled(), title: t("desk.ask_settled") }, icon("check"), el("span", { class: "words" }, t("desk.ask_settled_short")));
    this.record = el("button", { type: "button", class: "button small", "aria-keyshortcuts": "Alt+P", title: "Alt+P", onclick: () => this.promise() }, icon("clock"), el("span", { class: "words" }, t("desk.record_promise")));
    this.picker = el("input", { type: "file", accept: TAKEN, multiple: true, hidden: true, onchange: () => { this.bring([...this.picker.files]); this.picker.value = ""; } });
    this.attach = el("button", { type: "button", class: "button small", "aria-label": t("desk.attach"), title: t("desk.attach"), onclick: () => this.picker.click() }, icon("attach"));
    this.fileList = el("ul", { class: "brought", "aria-label": t("desk.files_to_send"), "aria-live": "polite" });
    this.locked = el("p", { class: "locked" });
    this.form = el("form", { class: "writing", onsubmit: (event) => { event.preventDefault(); this.submit(); }, ondragover: (event) => { if (this.mine) event.preventDefault(); }, ondrop: (event) => this.drop(event, event.dataTransfer) }, this.chips, this.hintList, this.menu.node, this.tabs,
      el("label", { class: "paper" }, this.label = el("span", { class: "visually-hidden" }), this.text), this.fileList, this.picker,
      el("div", { class: "writing-foot" }, this.attach, this.record, this.confirm, el("span", { class: "grow" }), this.sendButton));
    fill(this, this.locked, this.form);
    on("open", () => this.begin());
    for (const kind of ["rows", "card"]) on(kind, () => { this.show(); this.suggest(); });
    this.begin();
  }

  begin() {
    this.of = state.open?.id ?? "";
    this.text.value = drafts.get(this.of) ?? "";
    this.hints = []; this.suggestions = []; this.suggestedFor = ""; this.recorded = false;
    this.kind = "reply";
    this.menu.hide();
    this.showHints();
    this.showFiles();
    this.show(true);
    this.fit();
  }

  get row() { return rowOf(this.of); }
  get mine() { return isMine(this.row); }

  show(anew = false) {
    const name = nameOf(whose()), mine = this.mine;
    const shown = `${this.of} ${mine} ${this.kind} ${this.row?.status} ${this.row?.agent?.id} ${name}`;
    if (!anew && this.shown === shown) return;
    const became = mine && this.wasMine === false && this.shownOf === this.of;
    this.shown = shown; this.wasMine = mine; this.shownOf = this.of;
    if (!mine) this.kind = "note";
    else if (became) this.kind = "reply";
    fill(this.tabs, ["reply", "note"].map((kind) => el("button", { type: "button", "aria-pressed": String(kind === this.kind), disabled: kind === "reply" && !mine, onclick: () => this.choose(kind) }, t(`desk.${kind}`))));
    const reply = this.kind === "reply";
    this.locked.hidden = mine;
    this.locked.textContent = this.row?.status === "taken" ? t("desk.reply_locked_by", { name: this.row.agent.name }) : t("desk.reply_locked", { name });
    this.form.classList.toggle("is-note", !reply);
    this.text.placeholder = t(reply ? "desk.reply_placeholder" : "desk.note_placeholder", { name });
    this.label.textContent = t(reply ? "desk.reply" : "desk.note");
    this.sendButton.textContent = t(reply ? "desk.send" : "desk.save_note");
    this.confirm.hidden = this.record.hidden = this.chips.hidden = this.hintList.hidden = this.attach.hidden = this.fileList.hidden = !reply;
    if (mine) this.suggest();
    if (became) this.text.focus();
  }

  choose(kind) { this.kind = kind; this.show(true); this.text.focus(); }

  get files() { return filesOf.get(this.of) ?? []; }

  setFiles(files, of = this.of) { filesOf.set(of, files); if (of === this.of) this.showFiles(); }

  /** Files that were dropped or pasted here; pasted text stays text. */
  drop(event, from) {
    const files = [...(from?.files ?? [])];
    if (!files.length || !this.mine || this.kind !== "reply") return;
    event.preventDefault();
    this.bring(files);
  }

  async bring(files) {
    const of = this.of;
    const held = () => filesOf.get(of) ?? [];
    if (held().length + files.length > FILES_AT_MOST) toast(t("desk.files_at_most", { n: FILES_AT_MOST }), { bad: true });
    for (const file of files.slice(0, FILES_AT_MOST - held().length)) {
      const waits = { id: "", name: file.name };
      this.setFiles([...held(), waits], of);
      const taken = await acts.bring(of, file);
      this.setFiles(held().flatMap((each) => (each === waits ? (taken ? [taken] : []) : [each])), of);
    }
  }

  showFiles() {
    fill(this.fileList, this.files.map((file) => el("li", { "aria-busy": file.id ? null : "true" }, file.kind === "photo" ? el("img", { src: `/desk/attachments/${file.id}?thumbnail=1`, alt: "" }) : icon("attach"),
      el("span", {}, file.id ? file.name || t("desk.file") : t("desk.bringing", { name: file.name })),
      file.id && el("button", { type: "button", class: "icon-button", "aria-label": t("desk.drop_file", { name: file.name || t("desk.file") }), onclick: () => { this.setFiles(this.files.filter((each) => each !== file)); this.text.focus(); } }, icon("close")))));
  }

  put(text, files = []) { if (files.length) this.setFiles([...this.files, ...files].slice(0, FILES_AT_MOST)); this.text.value = text; this.typed(); this.choose("reply"); this.text.setSelectionRange(text.length, text.length); }

  fit() { this.text.style.blockSize = "auto"; this.text.style.blockSize = `${Math.min(this.text.scrollHeight + 2, 220)}px`; }

  typed() {
    drafts.set(this.of, this.text.value);
    this.fit();
    this.complete();
    if (this.kind !== "reply") return;
    if (this.text.value) tellTyping();
    clearTimeout(this.waits);
    this.waits = setTimeout(() => this.askHints(), HINT_AFTER_MS);
  }

  async askHints() {
    const [text, of] = [this.text.value, this.of];
    if (!text.trim() || !this.mine) { this.hints = []; this.showHints(); return; }
    try {
      const told = await post(`/desk/api/conversations/${of}/hints`, { text });
      if (this.of !== of || this.text.value !== text) return;
      this.hints = told.hints;
      this.showHints();
    } catch { /* hints are a help, not a condition */ }
  }

  showHints() {
    const shown = this.hints.filter((hint) => hint.code !== "promise" || !this.recorded).sort((a, b) => weight(b) - weight(a)).slice(0, HINTS_SHOWN);
    fill(this.hintList, shown.map((hint) => {
      const reason = hint.reason ? `desk.reason.${hint.reason.toLowerCase().replace(/[^a-z]+/g, "_").replace(/^_|_$/g, "")}` : "";
      const steps = (hint.missing ?? "").split(",").filter(Boolean).map(stepName).join(" + ");
      const text = t(`desk.hint.${hint.code.replace("skip.offer_unheard", "skip_offer").replace("skip.close_unconfirmed", "skip_close")}`, { ...hint, steps, language: hint.language ? t(`desk.language.${hint.language}`) : "", reason: reason && has(reason) ? t(reason) : hint.reason ?? "" });
      return el("li", { class: hint.code.startsWith("skip") ? "hint-line grave" : "hint-line" }, icon(hint.code === "promise" ? "clock" : "warning"), el("span", {}, text), hint.code === "promise" && el("button", { type: "button", class: "link", onclick: () => this.promise() }, `${t("desk.record_promise")} (Alt+P)`));
    }));
  }

  async promise() {
    const hint = this.hints.find((each) => each.code === "promise");
    if (await acts.promise(this.of, this.text.value.trim().slice(0, 300), hint?.due)) this.recorded = true;
    this.showHints();
  }

  async suggest() {
    const of = this.of;
    if (!this.mine || this.kind !== "reply") return;
    // A message is heard a moment after it is shown: what fits it is known only then.
    const key = `${of} ${state.open?.seq} ${this.row?.emotion} ${this.row?.heat} ${JSON.stringify(state.open?.card?.steps ?? "")}`;
    if (this.suggestedFor === key) return;
    this.suggestedFor = key;
    try {
      const told = await get(`/desk/api/conversations/${of}/suggestions`);
      if (this.of !== of) return;
      this.suggestions = told.suggestions;
      fill(this.chips, this.suggestions.map((each, at) => el("button", { type: "button", class: "suggestion", "aria-keyshortcuts": `Alt+${at + 1}`, onclick: () => this.use(at) },
        el("span", { class: "suggestion-source" }, each.source === "wording" ? each.about.split("+").map(stepName).join(" + ") : t(`desk.suggestion_source.${each.source}`), each.source === "worked" && ` · −${each.about}`, el("kbd", {}, `Alt ${at + 1}`)), el("span", { class: "suggestion-text" }, each.text))));
    } catch { this.suggestedFor = ""; }
  }

  /** Puts a suggestion into the draft, behind what is there. */
  use(at) {
    const each = this.suggestions[at];
    if (!each) return;
    const before = this.text.value.trim();
    this.put(before ? `${before} ${each.text}` : each.text);
  }

  async askSettled() {
    const known = this.suggestions.find((each) => each.about === "confirm");
    const text = this.text.value.trim() || known?.text || t("desk.ask_settled_short");
    const asked = this.text.value.trim() || known ? text : await this.confirmText();
    if (asked && (await acts.send(this.of, asked, { confirm: true, files: this.files }))) this.clear();
  }

  async confirmText() {
    const texts = { "zh-CN": "现在都解决了吗？", "zh-TW": "現在都解決了嗎？", en: "Is everything settled now?" };
    return texts[this.row?.locale] ?? texts.en;
  }

  clear() { this.text.value = ""; drafts.delete(this.of); if (this.kind === "reply") this.setFiles([]); this.hints = []; this.recorded = false; this.showHints(); this.fit(); }

  async submit() {
    const text = this.text.value.trim(), files = this.kind === "reply" ? this.files : [];
    if ((!text && !files.length) || this.busy) return;
    if (files.some((file) => !file.id)) { toast(t("desk.still_bringing")); return; }
    this.busy = true;
    try {
      if (this.kind === "note") { if (await acts.note(this.of, text)) this.clear(); } else if (await acts.send(this.of, text, { files })) this.clear();
    } finally { this.busy = false; this.text.focus(); }
  }

  key(event) {
    if (event.isComposing) return; // Chinese input: Enter chooses a word
    if (this.menu.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) { event.preventDefault(); this.submit(); }
  }

  /** What may be completed: a ready reply after "/", a colleague after "@" in a note. */
  async complete() {
    const text = this.text.value;
    const slash = this.kind === "reply" && /^\/([\w.-]*)$/u.exec(text), at = this.kind === "note" && MENTION.exec(text);
    if (at) this.menu.show(this.colleagues(at[1]));
    else if (!slash) this.menu.hide();
    else {
      const replies = await this.ready(slash[1]);
      if (this.text.value === text) this.menu.show(replies, t("desk.canned_none"));
    }
  }

  colleagues(begun) {
    const fits = ({ id, name }) => id !== who.id && name !== begun && name.toLowerCase().startsWith(begun.toLowerCase());
    return state.seats.filter(fits).slice(0, OFFERED).map(({ name, status }) => ({
      name: `@${name}`, hint: t(status === "here" ? "desk.here" : "desk.away"),
      use: () => { this.text.value = this.text.value.replace(MENTION, `@${name} `); this.typed(); this.text.focus(); },
    }));
  }

  async ready(begun) {
    canned ??= get("/desk/api/canned").then((told) => told.canned).catch(() => { canned = null; return []; });
    const locale = this.row?.locale ?? "en";
    return (await canned).filter((each) => each.locale === locale && each.shortcut.startsWith(begun)).slice(0, OFFERED)
      .map((each) => ({ name: `/${each.shortcut}`, hint: each.title || each.text, use: () => this.put(this.filled(each.text)) }));
  }

  /** A ready reply with what is known put in. */
  filled(text) {
    const known = state.open?.card, order = known?.orders?.[0];
    const values = { name: known?.customer?.name, agent: who.name, order: order?.number, item: order?.item };
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] || whole);
  }
}

customElements.define("kairos-composer", Composer);
