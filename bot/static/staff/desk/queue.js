// The list of conversations: live, ordered by urgency, each with the reasons for its place.
import { get } from "../api.js";
import { lasting, short } from "../dates.js";
import { el, fill, icon, place } from "../dom.js";
import { t } from "../labels.js";
import { complain } from "../notices.js";
import { alertsOn, toggleAlerts } from "./alerts.js";
import { presence } from "./acts.js";
import { byUrgency, filters, isForMe, isMine, mySeat, on, state } from "./store.js";
import { channelName, curve, isGrave, issueName, languageName, mood, nameOf, reasonOf, spentOf, tone, urgent } from "./words.js";

const NAMES = ["waiting", "mine", "all", "bot", "closed"];
const ONLY = { "": () => true, unassigned: (row) => !row.assigned && !row.agent, "zh-CN": (row) => row.locale === "zh-CN", "zh-TW": (row) => row.locale === "zh-TW", en: (row) => row.locale === "en" };

class Queue extends HTMLElement {
  filter = "waiting"; only = ""; words = ""; closed = []; items = new Map();

  connectedCallback() {
    if (this.list) return;
    this.tabs = el("div", { class: "tabs", role: "group", "aria-label": t("desk.filters") });
    this.list = el("ul", { class: "rows", "aria-label": t("desk.queue") });
    this.empty = el("p", { class: "none" });
    this.seat = el("button", { type: "button", class: "seat", onclick: () => presence(mySeat()?.status === "here" ? "away" : "here") });
    this.bell = el("button", { type: "button", class: "tool", onclick: async () => { await toggleAlerts(); this.showBell(); } }, icon("bell"));
    const search = el("input", { type: "search", class: "search", placeholder: t("desk.search"), "aria-label": t("desk.search"), oninput: () => { this.words = search.value.trim().toLowerCase(); this.show(); } });
    fill(this, el("header", { class: "queue-head" }, el("h1", {}, t("desk.queue")), this.seat, this.bell), this.tabs, el("div", { class: "narrow" }, search, this.onlySelect()), this.order = el("p", { class: "order-line" }), el("div", { class: "scroll", tabindex: -1 }, this.list, this.empty));
    this.showBell();
    on("rows", ({ rows = [] }) => { if (this.filter === "waiting" && rows.some((row) => row.id === state.open?.id && isMine(row))) this.filter = "mine"; this.show(); });
    on("open", () => this.show());
    on("seats", () => this.showSeat());
    setInterval(() => this.tick(), 1000);
    this.show();
  }

  onlySelect() {
    const names = { "": t("desk.only.all"), unassigned: t("desk.only.unassigned") };
    return el("select", { class: "only", "aria-label": t("desk.only.label"), onchange: (event) => { this.only = event.target.value; this.show(); } },
      Object.keys(ONLY).map((name) => el("option", { value: name }, names[name] ?? languageName(name))));
  }

  showBell() {
    this.bell.setAttribute("aria-pressed", alertsOn());
    this.bell.setAttribute("aria-label", t("desk.alerts"));
    this.bell.title = t(alertsOn() ? "desk.alerts_on" : "desk.alerts_off");
  }

  showSeat() {
    const here = mySeat()?.status === "here";
    this.seat.className = here ? "seat here" : "seat";
    this.seat.setAttribute("aria-pressed", here);
    this.seat.title = t(here ? "desk.presence_here" : "desk.presence_away");
    fill(this.seat, el("span", { class: "seat-dot" }), t(here ? "desk.here" : "desk.away"));
    this.seat.hidden = !mySeat();
  }

  async choose(name) {
    this.filter = name;
    this.show();
    if (name !== "closed") return;
    try {
      this.closed = (await get("/desk/api/queue?which=closed")).rows;
      this.show();
    } catch (error) { complain(error); }
  }

  get rows() {
    const all = [...state.rows.values()];
    const rows = this.filter === "closed" ? this.closed : byUrgency(all.filter(filters[this.filter]));
    if (this.filter === "bot") rows.sort((a, b) => b.heat - a.heat || b.updated_at.localeCompare(a.updated_at));
    const kept = rows.filter(ONLY[this.only]);
    return this.words ? kept.filter((row) => `${nameOf(row)} ${row.words?.text ?? ""} ${issueName(row.issue)}`.toLowerCase().includes(this.words)) : kept;
  }

  show() {
    const all = [...state.rows.values()];
    fill(this.tabs, NAMES.map((name) => {
      const count = name === "closed" ? "" : all.filter(filters[name]).length || "";
      return el("button", { type: "button", "aria-pressed": String(name === this.filter), class: name === "waiting" && count ? "tab due" : "tab", onclick: () => this.choose(name) }, t(`desk.filter.${name}`), count !== "" && el("b", { class: "numbers" }, count));
    }));
    const focused = document.activeElement?.closest?.("li[data-id]")?.dataset.id;
    const rows = this.rows;
    const items = new Map();
    for (const row of rows) items.set(row.id, this.item(row));
    this.items = items;
    place(this.list, [...items.values()].map((each) => each.node));
    this.list.hidden = !rows.length;
    this.empty.hidden = rows.length > 0 || !state.ready;
    this.empty.textContent = t(this.words || this.only ? "desk.empty_queue.narrowed" : `desk.empty_queue.${this.filter}`);
    this.order.hidden = rows.length < 2;
    this.order.textContent = t(this.filter === "closed" ? "desk.sorted.closed" : this.filter === "bot" ? "desk.sorted.bot" : "desk.sorted.urgent");
    if (focused) items.get(focused)?.button.focus({ preventScroll: true });
    this.tick();
  }

  item(row) {
    const known = this.items.get(row.id);
    const current = state.open?.id === row.id;
    if (known?.row === row) {
      known.button.ariaCurrent = current ? "true" : null;
      return known;
    }
    const wait = el("span", { class: "wait numbers" });
    const bar = row.status === "waiting" ? el("span", { class: "limit", "aria-hidden": "true" }, el("i")) : null;
    const why = row.urgency.reasons;
    const whom = isMine(row) ? t("desk.held_by_you") : isForMe(row) ? t("desk.waiting_for", { name: t("desk.you") }) : row.status === "waiting" ? (row.assigned ? t("desk.waiting_for", { name: row.assigned.name }) : "") : row.status === "taken" ? t("desk.held_by", { name: row.agent.name }) : row.owner === "bot" && this.filter === "bot" ? t("desk.with_bot") : row.agent?.name ?? "";
    const button = el("button", { type: "button", class: `item ${tone(row.heat)}`, "aria-current": current && "true", onclick: () => { location.hash = row.id; } },
      el("span", { class: "item-top" },
        el("strong", {}, nameOf(row)), spentOf(row), el("span", { class: "lang", title: channelName(row.channel) }, languageName(row.locale)), wait),
      bar,
      el("span", { class: "item-feel" }, curve(row.heats), mood(row), whom && el("span", { class: isMine(row) || isForMe(row) ? "whom me" : "whom" }, whom)),
      el("span", { class: isGrave(row) ? "item-why grave" : "item-why" }, [reasonOf(row), issueName(row.issue)].filter(Boolean).join(" · ")),
      row.words && el("span", { class: "item-last" }, row.words.text),
      why.length > 0 && el("span", { class: "chips" }, el("span", { class: "visually-hidden" }, `${t("desk.why_here")}: `), why.filter((each) => !each.code.startsWith("reason.") && each.code !== "queue").slice(0, 3).map((each) => el("span", { class: "chip", title: `${urgent(each)}: ${t("desk.points", { n: each.points })}` }, urgent(each)))));
    return { row, button, wait, bar, node: el("li", { "data-id": row.id }, button) };
  }

  /** Only the clocks: everything else changes when the server says so. */
  tick() {
    const now = Date.now();
    for (const { row, wait, bar } of this.items.values()) {
      if (row.status === "waiting") {
        const waited = (now - Date.parse(row.since)) / 1000;
        wait.textContent = lasting(waited);
        wait.title = `${t("desk.waits", { time: lasting(waited) })} ${t("desk.limit", { time: lasting(state.numbers.queue_s) })}`;
        bar.firstChild.style.inlineSize = `${Math.min(100, (100 * waited) / state.numbers.queue_s)}%`;
        bar.className = waited >= state.numbers.queue_s ? "limit over" : waited >= state.numbers.queue_s / 2 ? "limit late" : "limit";
      } else if (row.status === "taken" && row.unanswered_since) {
        const waited = (now - Date.parse(row.unanswered_since)) / 1000;
        wait.textContent = lasting(waited);
        wait.title = t("desk.unanswered", { time: lasting(waited) });
        wait.className = `wait numbers ${waited >= state.numbers.alarm_s ? "over" : waited >= state.numbers.prompt_s ? "late" : ""}`;
      } else wait.textContent = row.status === "taken" ? t("desk.answered") : short(row.closed_at ?? row.updated_at);
    }
  }

  /** The conversation after (1) or before (-1) the open one. */
  step(by) {
    const ids = this.rows.map((row) => row.id);
    const at = ids.indexOf(state.open?.id);
    const next = ids[at < 0 ? 0 : at + by];
    if (next) location.hash = next;
  }
}

customElements.define("kairos-queue", Queue);
