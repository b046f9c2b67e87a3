// The desk: the queue, the conversation, the card beside it; on a phone one at a time.
import { el, fill, icon } from "../dom.js";
import { t } from "../labels.js";
import { ask, complain, toast } from "../notices.js";
import * as acts from "./acts.js";
import { ring } from "./alerts.js";
import "./card.js";
import "./composer.js";
import "./conversation.js";
import "./queue.js";
import { isMine, mySeat, on, openConversation, rowOf, state } from "./store.js";
import { nameOf } from "./words.js";

/** Every key with what it does, one in a line. */
const showKeys = () => ask({
  title: t("desk.keys"), action: t("shell.close"), cancel: "",
  fields: [el("ul", { class: "keys-list" }, t("desk.keys_text").split(" · ").map((line) => el("li", {}, line)))],
});

class Desk extends HTMLElement {
  connectedCallback() {
    if (this.queue) return;
    this.strip = el("p", { class: "strip", role: "status", hidden: true });
    this.care = el("div", { class: "care", role: "status", hidden: true });
    [this.queue, this.talk, this.card] = ["kairos-queue", "kairos-conversation", "kairos-card"].map((name) => document.createElement(name));
    this.keys = el("button", { type: "button", class: "tool keys", "aria-label": t("desk.keys"), title: t("desk.keys"), onclick: showKeys }, "?");
    fill(this, this.strip, this.care, this.queue, this.talk, this.card);
    this.queue.querySelector(".queue-head")?.append(this.keys);
    addEventListener("hashchange", () => this.go());
    addEventListener("keydown", (event) => this.key(event));
    on("online", (online) => { this.strip.hidden = online; this.strip.textContent = online ? "" : t("shell.offline"); });
    on("told", (told) => this.told(told));
    on("seats", () => this.showCare());
    on("rows", (change) => this.noticeNew(change));
    this.go();
  }

  async go() {
    const id = decodeURIComponent(location.hash.slice(1));
    document.body.classList.toggle("shows-talk", Boolean(id));
    document.body.classList.remove("shows-card");
    try {
      await openConversation(id || null);
    } catch (error) {
      complain(error);
      location.hash = "";
    }
  }

  /** Something for this person alone: given to them, mentioned, whispered. */
  told({ kind, conversation, by = "" }) {
    const text = t(`desk.told.${kind}`, { customer: nameOf(rowOf(conversation)), by });
    const go = () => { location.hash = conversation; };
    if (state.open?.id !== conversation) toast(text, { action: { label: t("desk.open_it"), run: go }, seconds: 12 });
    ring(text, go);
  }

  /** Rings when a customer begins to wait for anybody, and when one's own customer writes. */
  noticeNew({ rows = [], before = [] }) {
    for (const [at, row] of rows.entries()) {
      const was = before[at];
      const go = () => { location.hash = row.id; };
      if (row.status === "waiting" && was?.status !== "waiting" && !row.assigned && mySeat()?.status === "here") ring(t("desk.told.waiting", { customer: nameOf(row) }), go);
      else if (isMine(row) && row.last?.author === "customer" && was?.last?.seq !== row.last.seq && (document.visibilityState !== "visible" || state.open?.id !== row.id)) ring(`${nameOf(row)}: ${row.last.text}`, go);
    }
  }

  showCare() {
    const seat = mySeat();
    this.care.hidden = !seat?.rest_since;
    if (this.care.hidden || this.care.dataset.since === seat.rest_since) return;
    this.care.dataset.since = seat.rest_since;
    const why = seat.heated_running >= 3 ? "heated_running" : "abuse";
    fill(this.care, icon("moon"), el("p", {}, el("strong", {}, t("desk.rest_title")), " ", t(`desk.rest_text.${why}`)),
      el("button", { type: "button", class: "button small primary", onclick: () => acts.presence("away") }, t("desk.rest_break")), el("button", { type: "button", class: "button small", onclick: acts.restOver }, t("desk.rest_fine")));
  }

  key(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const id = state.open?.id, row = rowOf(id), composer = this.talk.composer;
    const does = {
      ArrowDown: () => this.queue.step(1), ArrowUp: () => this.queue.step(-1), KeyT: () => id && !isMine(row) && acts.take(id),
      KeyR: () => id && composer.choose("reply"), KeyN: () => id && composer.choose("note"), KeyP: () => id && isMine(row) && composer.promise(),
      KeyU: () => this.talk.undoLast(), KeyB: () => isMine(row) && acts.handBack(id), KeyC: () => isMine(row) && acts.close(id),
      Digit1: () => composer.use(0), Digit2: () => composer.use(1), Digit3: () => composer.use(2),
    }[event.code];
    if (!does) return;
    event.preventDefault();
    does();
  }
}

customElements.define("kairos-desk", Desk);
