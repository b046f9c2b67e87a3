// The supervisor's board: what happens at the desk now, and the way to step in.
import { get } from "../api.js";
import { dateTime, lasting } from "../dates.js";
import { el, fill } from "../dom.js";
import { t } from "../labels.js";
import { complain } from "../notices.js";
import * as acts from "./acts.js";
import { released } from "./pressing.js";
import { on } from "./store.js";
import { curve, face, isGrave, languageName, mood, nameOf, promiseName, reasonOf, urgent } from "./words.js";

const AGAIN_MS = 5000;
const percent = (share) => (share === null ? t("desk.board.none_yet") : `${Math.round(share * 100)} %`);

class Board extends HTMLElement {
  connectedCallback() {
    if (this.begun) return;
    this.begun = true;
    this.body = el("div", { class: "board-body" });
    fill(this, el("div", { class: "page board" }, el("header", { class: "page-head" }, el("div", {}, el("h1", {}, t("desk.board.title")), el("p", {}, t("desk.board.lead")))), this.body));
    on("rows", () => this.soon());
    on("seats", () => this.soon());
    setInterval(() => this.load(), AGAIN_MS);
    this.load();
  }

  soon() { this.waits ??= setTimeout(() => { this.waits = null; this.load(); }, 400); }

  async load() {
    if (document.visibilityState === "hidden" || document.querySelector("dialog[open]")) return;
    try {
      const board = await get("/desk/api/board");
      const text = JSON.stringify({ ...board, at: "" });
      released(() => {
        if (text !== this.shown) { this.shown = text; this.show(board); }
        this.tick();
      });
    } catch (error) {
      if (!this.failed) complain(error);
      this.failed = true;
      return;
    }
    this.failed = false;
  }

  show(board) {
    const focused = document.activeElement?.dataset?.act;
    const { first_reply: first } = board;
    const tile = (label, value, hint = "", bad = false) => el("div", { class: bad ? "tile bad" : "tile" }, el("dt", {}, label), el("dd", { class: "numbers" }, value), hint && el("dd", { class: "tile-hint" }, hint));
    fill(this.body,
      el("dl", { class: "tiles" },
        tile(t("desk.board.waiting"), board.waiting, "", board.alarms.some((row) => row.status === "waiting")), tile(t("desk.board.served"), board.served),
        tile(t("desk.board.first_reply"), first.n ? lasting(first.median_s) : t("desk.board.none_yet"), first.n ? t("desk.board.first_reply_hint", { p90: lasting(first.p90_s) }) : ""),
        tile(t("desk.board.prompt"), percent(first.prompt)), tile(t("desk.board.slipping"), board.promises.length, "", board.promises.length > 0),
        tile(t("desk.board.overrides"), board.overrides, t("desk.board.overrides_hint"))),
      this.alarms(board), this.conversations(board), this.agents(board), this.promises(board));
    if (focused) this.querySelector(`[data-act="${focused}"]`)?.focus();
  }

  alarms({ alarms }) {
    return el("section", { "aria-live": "polite" }, el("h2", {}, t("desk.board.alarms")),
      alarms.length ? el("ul", { class: "alarms" }, alarms.map((row) => el("li", { class: "alarm" }, el("strong", {}, nameOf(row)),
        el("span", { "data-clock": row.status === "taken" ? row.unanswered_since : row.since, "data-says": row.status === "taken" ? "desk.board.silent" : "", "data-agent": row.agent?.name ?? "" }, row.status === "taken" ? "" : t("desk.board.over_limit")), this.buttons(row)))) : el("p", { class: "none" }, t("desk.board.no_alarms")));
  }

  buttons(row) {
    const button = (label, act, run) => el("button", { type: "button", class: "button small", "data-act": `${act}-${row.id}`, "aria-label": `${label}: ${nameOf(row)}`, onclick: run }, label);
    const held = row.status === "taken";
    return el("span", { class: "row" }, el("a", { class: "button small", href: `/desk#${row.id}`, "aria-label": `${t("desk.board.look")}: ${nameOf(row)}` }, t("desk.board.look")),
      button(t("desk.assign"), "assign", () => acts.assign(row.id)), held && button(t("desk.whisper"), "whisper", () => acts.whisper(row.id)),
      button(t("desk.take"), "take", async () => { if (await acts.take(row.id)) location.assign(`/desk#${row.id}`); }));
  }

  conversations({ rows }) {
    const sorted = [...rows].sort((a, b) => b.urgency.score - a.urgency.score);
    if (!sorted.length) return el("section", {}, el("h2", {}, t("desk.board.conversations")), el("p", { class: "none" }, t("desk.empty_queue.all")));
    const head = ["who", "feeling", "wait", "with", "do"].map((key) => el("th", { scope: "col" }, t(`desk.board.${key}`)));
    return el("section", {}, el("h2", {}, t("desk.board.conversations")), el("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": t("desk.board.conversations") }, el("table", { class: "board-table" }, el("thead", {}, el("tr", {}, head)),
      el("tbody", {}, sorted.map((row) => el("tr", {},
        el("th", { scope: "row" }, el("span", { class: "row" }, face(nameOf(row), row.id), el("span", {}, el("strong", {}, nameOf(row)), el("small", {}, `${languageName(row.locale)} · `, el("span", { class: isGrave(row) && "grave" }, reasonOf(row)))))),
        el("td", {}, el("span", { class: "row" }, curve(row.heats), mood(row))),
        el("td", {}, el("span", { class: "numbers", "data-clock": row.status === "waiting" ? row.since : row.unanswered_since ?? "" }, row.status === "taken" && !row.unanswered_since ? t("desk.answered") : ""), el("span", { class: "chips" }, row.urgency.reasons.filter(({ code }) => !code.startsWith("reason.") && code !== "queue").slice(0, 2).map((why) => el("span", { class: "chip" }, urgent(why))))),
        el("td", { class: "with" }, row.agent?.name ?? (row.assigned ? t("desk.waiting_for", { name: row.assigned.name }) : "–")), el("td", {}, this.buttons(row))))))));
  }

  agents({ agents }) {
    return el("section", {}, el("h2", {}, t("desk.board.agents")), agents.length ? el("ul", { class: "agents" }, agents.map((seat) => el("li", {},
      face(seat.name, seat.id), el("span", { class: "grow" }, el("strong", {}, seat.name), el("small", {}, `${t(seat.status === "here" ? "desk.here" : "desk.away")} · ${seat.languages.map(languageName).join(", ") || t("desk.board.languages")}${seat.rest_since ? ` · ${t("desk.board.resting")}` : ""}`)),
      el("meter", { min: 0, max: seat.capacity, value: seat.load, high: seat.capacity * 0.8, "aria-label": `${seat.name}: ${t("desk.board.load", seat)}` }), el("span", { class: "numbers" }, t("desk.board.load", seat))))) : el("p", { class: "none" }, t("desk.board.no_agents")));
  }

  promises({ promises }) {
    return el("section", {}, el("h2", {}, t("desk.board.promises")), promises.length ? el("ul", { class: "promises" }, promises.map((promise) => el("li", { class: Date.parse(promise.told_due_at) < Date.now() ? "late" : "" },
      el("span", {}, el("strong", {}, nameOf(promise)), ` ${promiseName(promise)}`, el("small", { class: "numbers" }, t(Date.parse(promise.told_due_at) < Date.now() ? "desk.late" : "desk.due", { time: dateTime(promise.told_due_at) }))),
      el("a", { class: "button small", href: `/desk#${promise.conversation}`, "aria-label": `${t("desk.board.look")}: ${nameOf(promise)}` }, t("desk.board.look"))))) : el("p", { class: "none" }, t("desk.board.no_promises")));
  }

  tick() {
    for (const node of this.querySelectorAll("[data-clock]")) {
      if (!node.dataset.clock) continue;
      const time = lasting((Date.now() - Date.parse(node.dataset.clock)) / 1000);
      node.textContent = node.dataset.says ? t(node.dataset.says, { time, agent: node.dataset.agent }) : node.closest(".alarm") ? `${t("desk.board.over_limit")} · ${time}` : time;
    }
  }
}

customElements.define("kairos-board", Board);
