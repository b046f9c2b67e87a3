// The conversation in the middle: who speaks, the steps, everything that was said, and what only staff see.
import { get } from "../api.js";
import { who } from "../boot.js";
import { dateTime, day, lasting, short, time } from "../dates.js";
import { el, fill, icon, place } from "../dom.js";
import { has, t } from "../labels.js";
import { complain } from "../notices.js";
import * as acts from "./acts.js";
import { byUrgency, filters, isForMe, isMine, on, rowOf, state, whose } from "./store.js";
import { channelName, curve, face, isGrave, issueName, mood, nameOf, reasonOf, stepName, urgent } from "./words.js";

/** How far a reply has got: read, delivered, sent (nobody's page is open), pending, dead. A courier's word or the page's own. */
function delivery(m, open) {
  if (open.readSeq >= m.seq) return "read";
  if (open.channel !== "web") return { pending: "pending", dead: "dead" }[m.delivery] ?? "delivered";
  return open.deliveredSeq >= m.seq ? "delivered" : "sent";
}

class Conversation extends HTMLElement {
  earlier = new Map();

  connectedCallback() {
    if (this.log) return;
    this.head = el("header", { class: "talk-head" });
    this.steps = el("div", { class: "steps" });
    this.log = el("div", { class: "log", role: "log", tabindex: 0, "aria-label": t("desk.conversation") });
    this.typing = el("p", { class: "typing", "aria-live": "polite" });
    this.composer = document.createElement("kairos-composer");
    this.body = el("div", { class: "talk" }, this.head, this.steps, this.log, this.typing, this.composer);
    this.idle = el("div", { class: "idle" });
    fill(this, this.idle, this.body);
    new ResizeObserver(() => { if (this.sticks) this.log.scrollTop = this.log.scrollHeight; }).observe(this.log);
    this.log.addEventListener("scroll", () => { this.sticks = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80; });
    on("open", () => this.begin());
    on("rows", () => { this.showHead(); this.showIdle(); });
    on("card", () => { this.showSteps(); this.showLog(); });
    on("seats", () => this.showHead());
    on("conversation", (kind) => (kind === "typing" || kind === "viewers" ? this.showTyping() : this.showLog()));
    setInterval(() => { this.showTyping(); this.countDown(); this.showStatus(); }, 1000);
    this.begin();
  }

  begin() {
    const open = state.open;
    this.body.hidden = !open;
    this.idle.hidden = Boolean(open);
    this.log.replaceChildren();
    this.nodes = new Map();
    this.earlier.clear();
    this.showIdle();
    if (!open) return;
    this.steps.replaceChildren();
    this.showHead();
    this.showTyping();
  }

  /** Nothing is open: the most urgent customer is one click away. */
  showIdle() {
    if (state.open || !state.ready) return;
    const waiting = byUrgency([...state.rows.values()].filter(filters.waiting));
    const first = waiting[0];
    if (!first) {
      if (this.idle.dataset.shows === "calm") return;
      this.idle.dataset.shows = "calm";
      fill(this.idle, el("div", { class: "idle-card" }, icon("check"), el("h2", {}, t("desk.calm_title")), el("p", {}, t("desk.calm_text")), el("p", { class: "hint" }, t("desk.choose"))));
      return;
    }
    const shows = `${first.id} ${waiting.length} ${first.heat} ${first.words?.seq} ${first.urgency.score}`;
    if (this.idle.dataset.shows === shows) return;
    this.idle.dataset.shows = shows;
    const focused = this.idle.contains(document.activeElement);
    const go = el("button", { type: "button", class: "button primary big", onclick: async () => { location.hash = first.id; await acts.take(first.id); } }, t("desk.help_now", { name: nameOf(first) }));
    fill(this.idle, el("div", { class: "idle-card" },
      el("p", { class: "eyebrow" }, `${t("desk.most_urgent")} · ${t("desk.waiting_now", { n: waiting.length })}`),
      el("h2", {}, face(nameOf(first), first.id), nameOf(first), mood(first)),
      curve(first.heats, { width: 180, height: 44, label: t("desk.feelings") }),
      el("p", { class: isGrave(first) ? "idle-why grave" : "idle-why" }, [reasonOf(first), issueName(first.issue)].filter(Boolean).join(" · ")),
      el("p", { class: "hint" }, t("desk.why_first", { reasons: first.urgency.reasons.map((why) => `${urgent(why)} +${why.points}`).join(" · ") })),
      [...new Set([first.handover_words, first.words?.text])].filter(Boolean).map((words) => el("blockquote", { dir: "auto" }, words)), go, el("p", { class: "hint" }, t("desk.choose"))));
    if (focused) go.focus();
  }

  get row() { return rowOf(state.open?.id); }

  /** Who speaks, in one sentence, with the buttons that make sense now. */
  showHead() {
    const open = state.open;
    if (!open) return;
    const row = this.row;
    const name = nameOf(whose());
    const mine = isMine(row), button = (label, run, kind = "", keys = "") => el("button", { type: "button", class: `button small ${kind}`, onclick: () => run(open.id), "aria-keyshortcuts": keys || null, title: keys || null }, label);
    const actions = [];
    if (mine) actions.push(button(t("desk.hand_back"), acts.handBack, "", "Alt+B"), button(t("desk.transfer"), acts.transfer), button(t("desk.close_matter"), acts.close, "", "Alt+C"));
    else if (row?.status === "taken") {
      if (acts.mayAssign()) actions.push(button(t("desk.whisper"), acts.whisper), button(t("desk.assign"), acts.assign), button(t("desk.take_from", { name: row.agent.name }), acts.take, "", "Alt+T"));
    } else {
      if (acts.mayAssign() && row?.status === "waiting") actions.push(button(t("desk.assign"), acts.assign));
      actions.push(button(t(row?.status === "waiting" ? "desk.take" : "desk.step_in"), acts.take, row?.status === "waiting" ? "primary" : "", "Alt+T"));
    }
    const status = el("p", { class: "status" });
    const shown = JSON.stringify([open.id, row?.status, row?.agent?.id, row?.assigned?.id, row?.heat, row?.emotion, row?.intensity, row?.reason, name]);
    if (this.head.dataset.shows === shown) return;
    this.head.dataset.shows = shown;
    const focusedLabel = this.head.contains(document.activeElement) && document.activeElement.textContent;
    this.status = status;
    fill(this.head,
      el("button", { type: "button", class: "tool back", "aria-label": t("desk.back_to_queue"), onclick: () => { location.hash = ""; } }, icon("back")),
      face(name, open.id),
      el("div", { class: "talk-who" }, el("h2", {}, name, row && mood(row)), status),
      el("div", { class: "actions" }, actions),
      el("button", { type: "button", class: "tool to-card", "aria-label": t("desk.show_card"), onclick: () => document.body.classList.add("shows-card") }, icon("person")));
    this.showStatus();
    if (focusedLabel) [...this.head.querySelectorAll("button")].find((each) => each.textContent === focusedLabel)?.focus();
  }

  showStatus() {
    const row = this.row;
    if (!state.open || !this.status) return;
    const name = nameOf(whose());
    let text = t(`desk.status.${!row ? "bot" : row.status === "waiting" ? (isForMe(row) ? "waiting_you" : "waiting") : row.status === "taken" ? (isMine(row) ? "taken_you" : "taken") : "bot"}`, { name, agent: row?.agent?.name ?? "" });
    if (row?.status === "waiting") text += ` · ${t("desk.waits", { time: lasting((Date.now() - Date.parse(row.since)) / 1000) })} ${t("desk.limit", { time: lasting(state.numbers.queue_s) })}`;
    const unanswered = row?.status === "taken" && row.unanswered_since ? (Date.now() - Date.parse(row.unanswered_since)) / 1000 : 0;
    const late = unanswered > state.numbers.prompt_s;
    if (late) text += ` · ${t("desk.unanswered", { time: lasting(unanswered) })}`;
    if (row && reasonOf(row) && row.status !== "bot") text += ` · ${reasonOf(row)}`;
    if (this.status.textContent !== text) this.status.textContent = this.status.title = text;
    this.status.classList.toggle("late", late);
  }

  showSteps() {
    const steps = state.open?.card?.steps;
    if (!steps) return;
    const line = (label, list) => el("div", { class: "steps-line" }, el("span", { class: "steps-name" }, label), el("ol", {}, list.map((step) => el("li", { class: step.state }, el("span", {}, stepName(step.name)), el("span", { class: "visually-hidden" }, ` (${t(`desk.step_state.${step.state}`)})`)))));
    const conflict = steps.conflict.some((step) => step.state !== "spare") ? [line(t("desk.steps_conflict"), steps.conflict)] : [];
    fill(this.steps, conflict, line(t("desk.steps_eoac"), steps.eoac));
  }

  /** Everything in the order in which it happened. A node that is there already is amended, never made anew. */
  showLog() {
    const open = state.open;
    if (!open) return;
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    const first = !this.log.firstChild;
    const felt = new Map((open.card?.moments ?? []).filter((m) => m.seq).map((m) => [m.seq, m]));
    const items = [
      ...[...open.messages.values()].map((m) => ({ at: m.at, order: m.seq, key: `m${m.seq}`, kind: "message", m })),
      ...[...open.entries.values()].map((e) => ({ at: e.at, order: e.n, key: `e${e.n}`, kind: "entry", e })),
    ].sort((a, b) => a.at.localeCompare(b.at) || a.order - b.order);
    const places = [];
    if (open.earlier.length) places.push(this.earlierNode(open));
    let before = null, dayBefore = "";
    for (const item of items) {
      if (day(item.at) !== dayBefore) { dayBefore = day(item.at); places.push(this.keep(`d${dayBefore}`, () => el("p", { class: "day" }, dayBefore))); }
      places.push(item.kind === "message" ? this.message(item.m, before, felt, open) : this.keep(item.key, () => this.entry(item.e)));
      before = item.kind === "message" ? item.m : null;
    }
    const feelings = this.afterStaff(open, felt);
    for (const [seq, node] of feelings) { const i = places.findIndex((each) => each.dataset?.seq === String(seq)); if (i >= 0) places.splice(i + 1, 0, node); }
    for (const send of open.sends) places.push(this.sending(send));
    place(this.log, places);
    if (first || atEnd) { this.sticks = true; this.log.scrollTop = this.log.scrollHeight; }
    this.composer.show?.();
  }

  keep(key, make) {
    if (!this.nodes.has(key)) this.nodes.set(key, make());
    return this.nodes.get(key);
  }

  message(m, before, felt, open) {
    const node = this.keep(`m${m.seq}`, () => el("article", { class: `bubble-row ${m.author}`, "data-seq": m.seq }, el("div", { class: "by" }), el("div", { class: "bubble", dir: "auto" }), el("div", { class: "meta" })));
    if (node.shows !== m) { // new, or changed by the customer
      node.shows = m;
      fill(node.children[1], m.text && el("p", {}, m.text), this.files(m.attachments), m.choices?.length > 0 && el("ul", { class: "choices" }, m.choices.map((choice) => el("li", {}, choice.title))));
    }
    const isNew = before?.author !== m.author || before?.name !== m.name;
    const name = m.author === "customer" ? nameOf(whose()) : m.author === "bot" ? t("desk.bot") : m.name || t("desk.you");
    node.firstChild.textContent = isNew ? name : "";
    const moment = felt.get(m.seq);
    const meta = [short(m.at)];
    if (m.tapped) meta.push(t("desk.tapped"));
    if (m.edited_at) meta.push(t("desk.edited"));
    if (m.author === "agent") {
      const became = delivery(m, open);
      node.classList.toggle("failed", became === "dead");
      meta.push(t(`desk.delivery.${became}`));
    }
    fill(node.lastChild, moment && moment.intensity > 0 && mood(moment), el("span", {}, meta.join(" · ")));
    node.setAttribute("aria-label", `${name}, ${time(m.at)}`);
    return node;
  }

  /** What came with a message: pictures small, everything else by its name; both open apart. */
  files(attachments = []) {
    if (!attachments.length) return null;
    return el("ul", { class: "files" }, attachments.map((file) => {
      const href = `/desk/attachments/${file.id}`;
      const label = file.name || t("desk.file");
      return el("li", {}, el("a", { href, target: "_blank", rel: "noopener", "aria-label": label }, file.kind === "photo" && file.status === "kept" ? el("img", { src: `${href}?thumbnail=1`, alt: label, loading: "lazy" }) : [icon("attach"), label]));
    }));
  }

  /** After a person spoke: what the customer felt before, and next. */
  afterStaff(open, felt) {
    const found = [];
    const moments = [...felt.entries()].sort(([a], [b]) => a - b);
    const messages = [...open.messages.values()].sort((a, b) => a.seq - b.seq);
    for (const [at, m] of messages.entries()) {
      if (m.author !== "agent" || messages[at + 1]?.author === "agent") continue;
      const before = moments.filter(([seq]) => seq < m.seq).at(-1)?.[1];
      const next = moments.find(([seq]) => seq > m.seq)?.[1];
      if (!before || !next) continue;
      const change = next.heat < before.heat ? "improved" : next.heat > before.heat ? "worsened" : "unchanged";
      if (change === "unchanged" && before.heat < 10) continue;
      found.push([m.seq, this.keep(`f${m.seq}-${before.heat}-${next.heat}`, () => el("p", { class: `change ${change}` }, `${t("desk.felt", { from: before.heat, to: next.heat })} · ${t(`desk.${change}`)}`))]);
    }
    return found;
  }

  entry(e) {
    const name = e.by.name || t("desk.bot"), d = e.data;
    if (e.kind === "note" || e.kind === "whisper") {
      return el("article", { class: `private ${e.kind}`, "aria-label": t(`desk.${e.kind}_by`, { name }) }, el("header", {}, icon("note"), t(`desk.${e.kind}_by`, { name }), el("span", { class: "meta" }, short(e.at))), el("p", { dir: "auto" }, e.text));
    }
    const values = { name: e.kind === "assigned" || e.kind === "transferred" ? d.to_name : name, by: name, from: d.from, text: e.text, due: d.due ? dateTime(d.due) : "" };
    let kind = e.kind;
    if (kind === "taken" && d.from) kind = "taken_from";
    if (kind === "assigned") kind = !d.to_name ? "unassigned" : e.by.name ? "assigned_by" : "assigned";
    if (kind === "transferred" && !d.to_name) kind = "requeued";
    const text = has(`desk.entry.${kind}`) ? t(`desk.entry.${kind}`, values) : kind;
    const words = e.text && (kind === "handed_back" || kind === "transferred" || kind === "requeued" || kind === "closed") ? `: ${e.text}` : "";
    return el("p", { class: `event ${e.kind}` }, el("span", {}, text + words), el("span", { class: "meta" }, ` ${short(e.at)}`));
  }

  /** On its way: counts down and can be taken back; or failed, and says why. */
  sending(send) {
    const mine = send.by.id === who.id;
    const node = this.keep(`s${send.id}-${send.status}`, () => {
      if (send.status === "failed") {
        const why = has(`desk.failed_why.${send.error}`) ? send.error : "other";
        return el("article", { class: "bubble-row agent failed", role: "alert" }, el("div", { class: "by" }, send.by.name), this.sendingBubble(send),
          el("div", { class: "meta" }, el("strong", {}, t("desk.failed")), `: ${t(`desk.failed_why.${why}`)}`, mine && el("button", { type: "button", class: "link", onclick: () => this.composer.put(send.text, send.files) }, t("desk.again"))));
      }
      const count = el("span", { class: "count numbers" });
      return el("article", { class: "bubble-row agent pending", "data-until": send.release_at }, el("div", { class: "by" }, send.by.name), this.sendingBubble(send),
        el("div", { class: "meta" }, count, mine && el("button", { type: "button", class: "link", "aria-keyshortcuts": "Alt+U", onclick: () => this.takeBack(send) }, t("desk.undo")), mine && el("button", { type: "button", class: "link send-now", onclick: () => acts.sendNow(send.id) }, t("desk.send_now"))));
    });
    this.countDown();
    return node;
  }

  sendingBubble({ text, files }) { return el("div", { class: "bubble", dir: "auto" }, text && el("p", {}, text), this.files(files)); }

  async takeBack(send) {
    if (await acts.undo(send.id)) this.composer.put(send.text, send.files);
  }

  undoLast() {
    const send = state.open?.sends.filter((each) => each.status === "pending" && each.by.id === who.id).at(-1);
    if (send) this.takeBack(send);
  }

  countDown() {
    for (const node of this.log.querySelectorAll("[data-until]")) {
      const left = Math.max(0, Math.ceil((Date.parse(node.dataset.until) - Date.now()) / 1000));
      node.querySelector(".count").textContent = t("desk.sends_in", { n: left });
    }
  }

  earlierNode(open) {
    const node = this.keep("earlier", () => el("section", { class: "earlier" }));
    if (node.childElementCount) return node;
    const toggle = el("button", { type: "button", class: "link", "aria-expanded": "false", onclick: async () => {
      const shown = toggle.ariaExpanded === "true";
      toggle.ariaExpanded = String(!shown);
      toggle.textContent = shown ? t("desk.earlier", { n: open.earlier.length }) : t("desk.hide_earlier");
      if (shown) { list.replaceChildren(); return; }
      try {
        for (const one of [...open.earlier].reverse()) {
          const page = await get(`/desk/api/conversations/${one.id}`);
          list.append(el("div", { class: "earlier-one" }, el("h3", {}, `${dateTime(one.at)} · ${channelName(one.channel)}${one.issue ? ` · ${issueName(one.issue)}` : ""}`),
            page.messages.map((m) => el("article", { class: `bubble-row ${m.author}` }, el("div", { class: "by" }, m.author === "customer" ? nameOf(whose()) : m.author === "bot" ? t("desk.bot") : m.name), el("div", { class: "bubble", dir: "auto" }, m.text && el("p", {}, m.text), this.files(m.attachments))))));
        }
      } catch (error) { complain(error); }
    } }, t("desk.earlier", { n: open.earlier.length }));
    const list = el("div", {});
    node.append(toggle, list);
    return node;
  }

  showTyping() {
    const open = state.open;
    if (!open) return;
    const parts = [];
    if (open.typing && Date.now() - open.typing < 5000) parts.push(t("desk.customer_typing", { name: nameOf(whose()) }));
    if (open.staffTyping && Date.now() - open.staffTyping.at < 5000) parts.push(t("desk.staff_typing", { name: open.staffTyping.name }));
    if (open.viewers.length) parts.push(t("desk.also_looking", { names: open.viewers.map((each) => each.name).join(t("desk.between")) }));
    const text = parts.join(" · ");
    if (this.typing.textContent !== text) this.typing.textContent = text;
  }
}

customElements.define("kairos-conversation", Conversation);
