/* The launcher, the panel, the bubbles. No markup is ever read from a string: text stays text. */
import { css } from "./style.js";

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const paths = {
  chat: "M6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-5 4.5V16a2 2 0 0 1-2-2V5.5A2.5 2.5 0 0 1 6.5 3zM8.5 8h7M8.5 11.5H13",
  close: "M6 6l12 12M18 6L6 18",
  send: "M12 19V5M6 11l6-6 6 6",
  sending: "M12 8v4l3 2M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16",
  stored: "M5 12l5 5 9-9",
  read: "M1 12l5 5 9-9M11 16l1 1 9-9",
  attach: "M8 12l5-5a3 3 0 0 1 4 4l-7 7a5 5 0 0 1-7-7l8-8",
};

function icon(name) {
  const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}

// No "@" before the path, where it would hide the true host; no Chinese comma, which belongs to the sentence.
const address = /(https:\/\/[\w\-.:]+(?:[/?#](?:[\w\-.~:/?#@!$&'*+,;=%]|\([\w\-.,:%]*\))*)?(?<![.,;:!?']))/;

const link = (href, ...shown) => make("a", { href, target: "_blank", rel: "noreferrer" }, ...shown);

const linked = (text) => text.split(address).map((part, at) => (at % 2 ? link(part, part) : part));

/** Rows are amended, never redrawn: a screen reader hears each once. */
class Bubbles {
  rows = new Map();

  constructor(log, { choose, urlOf }) {
    Object.assign(this, { log, choose, urlOf });
    this.dots = make("div", { class: "typing", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
    log.append(this.dots);
  }

  render(session, scene) {
    const { transcript, readByShop, typing } = session;
    const items = [...transcript.messages, ...transcript.waiting.map((entry) => ({ ...entry, author: "customer" }))];
    const rows = new Map();
    let place = this.log.firstChild;
    for (const [at, item] of items.entries()) {
      const key = item.client_id || item.seq;
      const row = this.rows.get(key) || this.build(item);
      rows.set(key, row);
      this.rows.delete(key);
      amend(row, item, { ...scene, transcript, readByShop, before: items[at - 1], after: items[at + 1] });
      if (row.node === place) place = place.nextSibling;
      else this.log.insertBefore(row.node, place);
    }
    for (const { node } of this.rows.values()) node.remove();
    this.rows = rows;
    this.dots.hidden = !typing;
  }

  build({ author, text, seq, choices = [], attachments = [] }) {
    const buttons = choices.map((choice) => make("button", { part: "choice", class: "choice", onclick: () => this.choose(seq, choice) }, choice.title));
    const bubble = make("div", { part: "bubble", class: "bubble", "data-author": author }, ...attachments.map((one) => this.file(one)), make("p", {}, ...linked(text)), ...buttons);
    const [name, time, tick] = [make("div", { class: "name" }), make("time"), make("span", { class: "tick", role: "img" })];
    const meta = make("div", { class: "meta" }, time, ...(author === "customer" ? [tick] : []));
    return { node: make("div", {}, name, bubble, meta), name, bubble, meta, time, tick, buttons };
  }

  file({ id, kind, name, width, height }) {
    const url = this.urlOf(id);
    return link(url, kind === "photo" ? make("img", { src: `${url}&thumbnail=1`, alt: name, width, height }) : `📎 ${name}`);
  }
}

function amend(row, item, { words, timeOf, transcript, readByShop, before, after }) {
  const { author, seq } = item;
  const isFirst = before?.author !== author || before.name !== item.name;
  row.node.className = `row ${author}${isFirst ? " first" : ""}`;
  if (seq) row.bubble.dataset.seq = seq;
  tell(row.name, author === "agent" && isFirst ? item.name || words.staff : "");
  tell(row.time, timeOf(item.at));
  row.meta.hidden = author === "system" || (after?.author === author && !seq === !after.seq);
  if (author === "customer") amendTick(row, !seq ? "sending" : seq <= readByShop ? "read" : "stored", words);
  const taken = transcript.taken(item);
  for (const button of row.buttons) {
    button.disabled = transcript.offer !== seq || taken !== undefined;
    button.ariaPressed = taken === button.textContent;
  }
}

function amendTick({ tick, bubble }, state, words) {
  tick.ariaLabel = words[state];
  if (bubble.dataset.state === state) return;
  bubble.dataset.state = tick.dataset.state = state;
  tick.replaceChildren(icon(state));
}

const NEAR_END = 48;

// Live regions speak whenever they are written to, so only news is written.
function tell(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = !text;
}

export class View {
  sticks = true;

  /** act: toggle(open), say(text), attach(files), choose(seq, choice), urlOf(attachment), typing(). */
  constructor(root, act) {
    this.act = act;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    this.makeParts();
    this.root = make("div", { class: "root" }, this.makePanel(), this.launcher, this.news);
    root.append(this.root);
    this.bubbles = new Bubbles(this.log, act);
    new ResizeObserver(() => this.sticks && this.toEnd()).observe(this.log);
  }

  makeParts() {
    this.badge = make("span", { class: "badge", part: "badge" });
    this.launcher = make("button", { class: "launcher", part: "launcher", onclick: () => this.act.toggle(this.panel.hidden) });
    this.news = make("p", { class: "quiet", role: "status" });
    this.title = make("h2", { id: "title" });
    this.presence = make("p");
    this.closer = make("button", { class: "tool", part: "close", onclick: () => this.act.toggle(false) }, icon("close"));
    this.strip = make("p", { class: "strip", part: "state", role: "status" });
    this.alarm = make("p", { class: "strip alarm", part: "error", role: "alert" });
    this.log = make("div", { class: "log", part: "log", role: "log", "aria-live": "polite", "aria-labelledby": "title", tabindex: "0", onscroll: () => this.scrolled() });
    this.empty = make("div", { class: "empty" });
    this.latest = make("button", { class: "latest", onclick: () => this.toEnd() });
    this.input = make("textarea", { part: "input", rows: "1", oninput: () => (this.resize(), this.act.typing()), onkeydown: (event) => this.typed(event), onpaste: ({ clipboardData }) => this.act.attach(clipboardData.files) });
    this.files = make("input", { type: "file", part: "files", multiple: "", accept: "image/*,.pdf", hidden: "", onchange: () => this.chosen() });
    this.attacher = make("button", { class: "tool attach", type: "button", part: "attach", onclick: () => this.files.click() }, icon("attach"));
    this.sender = make("button", { class: "tool send", part: "send" }, icon("send"));
  }

  makePanel() {
    const face = make("div", { class: "tool face" }, icon("chat"));
    const header = make("header", {}, face, make("div", { class: "who" }, this.title, this.presence), this.closer);
    const stage = make("div", { class: "stage" }, this.log, this.empty, this.latest);
    const form = make("form", { onsubmit: (event) => this.submit(event) }, make("div", { class: "field" }, this.attacher, this.files, this.input, this.sender));
    const onkeydown = ({ key }) => key === "Escape" && this.act.toggle(false);
    this.panel = make("section", { class: "panel", part: "panel", role: "dialog", "aria-labelledby": "title", tabindex: "-1", onkeydown }, header, this.strip, this.alarm, stage, form);
    return this.panel;
  }

  /** Where the panel covers the page, focus must not wander off behind it. */
  holdFocus() {
    if (!this.panel.hidden && matchMedia("(max-width: 480px)").matches) this.closer.focus();
  }

  typed(event) {
    // An Enter that ends the composing of a Chinese word is not for sending; 229 is how Safari says so.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) this.submit(event);
  }

  submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    this.write("");
    this.sticks = true;
    this.act.say(text);
  }

  chosen() {
    this.act.attach(this.files.files);
    this.files.value = "";
  }

  write(text) {
    this.input.value = text;
    this.resize();
  }

  resize() {
    const { style } = this.input;
    style.blockSize = "auto";
    style.blockSize = `${this.input.scrollHeight}px`;
    this.sender.ariaDisabled = !this.input.value.trim();
  }

  show(open) {
    this.panel.hidden = !open;
    this.root.classList.toggle("open", open);
    this.launcher.ariaExpanded = open;
    this.launcher.replaceChildren(icon(open ? "close" : "chat"), this.badge);
    if (!open) return;
    this.resize();
    this.toEnd();
  }

  focusInside() {
    // A touch keyboard rising by itself would hide what there is to read.
    (matchMedia("(pointer: coarse)").matches ? this.panel : this.input).focus();
  }

  /** The panel keeps to what a soft keyboard leaves of the page. */
  fit({ height, offsetTop }) {
    this.root.style.setProperty("--height", `${height}px`);
    this.root.style.setProperty("--top", `${offsetTop}px`);
  }

  render(session, scene) {
    this.words = scene.words;
    this.root.lang = scene.language;
    this.renderLabels(scene);
    this.renderStates(session, scene.words);
    this.renderLog(session, scene);
    this.renderBadge(this.panel.hidden ? session.unread : 0, scene.words);
  }

  renderLabels({ words, heading }) {
    this.title.textContent = heading || words.title;
    this.empty.replaceChildren(make("strong", {}, words.hello), words.invite);
    this.latest.textContent = `↓ ${words.latest}`;
    this.input.placeholder = this.input.ariaLabel = words.input;
    this.closer.ariaLabel = words.close;
    this.sender.ariaLabel = words.send;
    this.attacher.ariaLabel = words.attach;
  }

  renderStates({ owner, connection, typing, error, uploading }, words) {
    this.attacher.disabled = uploading || connection.state !== "ready";
    const isAdrift = connection.attempt > 1 && connection.state !== "ready";
    this.panel.classList.toggle("away", isAdrift);
    tell(this.presence, uploading ? words.sending : typing ? words.typing : owner.owner === "human" ? words.staff : words.assistant);
    tell(this.strip, isAdrift ? words.offline : ownerLine(owner, words));
    tell(this.alarm, error || "");
  }

  renderLog(session, scene) {
    const { last, messages, waiting } = session.transcript;
    this.log.ariaBusy = last < session.replayUntil;
    this.bubbles.render(session, scene);
    this.empty.hidden = messages.length + waiting.length;
    if (this.sticks) this.toEnd();
    else if (last > this.lastShown) this.latest.hidden = false;
    this.lastShown = last;
  }

  renderBadge(unread, words) {
    const news = unread ? words.unread(unread) : "";
    tell(this.badge, unread ? `${unread}` : "");
    tell(this.news, news);
    this.launcher.ariaLabel = `${this.panel.hidden ? words.open : words.close} ${news}`;
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    this.sticks = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (this.sticks) this.latest.hidden = true;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.latest.hidden = true;
  }
}

function ownerLine({ owner, name, position, wait_s: wait, returned }, words) {
  if (owner === "human") return words.human(name || words.staff);
  if (owner === "bot") return returned ? words.back : "";
  return [words.queue, position && words.position(position), wait && words.wait(Math.ceil(wait / 60))].filter(Boolean).join("");
}
