/* <kairos-chat>: joins a session to a view, and both to the page. */
import { languageOf, wordsFor } from "./labels.js";
import { Session } from "./session.js";
import { View } from "./view.js";

const zone = (timeZone) => Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;

/** What a page got wrong must not cost the conversation. */
function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

class KairosChat extends HTMLElement {
  static observedAttributes = ["server", "lang", "identity", "timezone", "heading"];

  isOpen = false;

  connectedCallback() {
    this.view ??= new View(this.attachShadow({ mode: "open" }), {
      toggle: (open) => this.toggle(open),
      // As much as the server takes in one message; it answers them as one.
      say: (text) => text.match(/[^]{1,4000}/gu).forEach((part) => this.session.enqueue({ text: part })),
      attach: (files) => this.session.attach([...files]),
      urlOf: (id) => this.session.urlOf(id),
      typing: () => this.session.sendTyping(),
      choose: (of, { title, payload }) => {
        this.session.enqueue({ text: title, payload, of });
        this.view.input.focus();
      },
    });
    this.listen();
    this.begin();
    this.view.show(this.isOpen);
  }

  disconnectedCallback() {
    this.deaf.abort();
    this.session.stop();
    this.session = null;
  }

  attributeChangedCallback() {
    if (this.session) this.looking ??= setTimeout(() => this.look());
  }

  look() {
    this.looking = null;
    if (!this.session) return;
    const { session, language, timezone } = this;
    if (this.customer !== this.customerNow) {
      session.stop();
      this.view.write("");
      this.begin();
    } else if (session.locale !== language || session.timezone !== timezone) {
      session.reintroduce(language, timezone);
    }
    this.draw();
  }

  open() {
    this.toggle(true);
  }

  close() {
    this.toggle(false);
  }

  /** For the page: opens the chat with a text to send or to change. */
  compose(text) {
    this.open();
    this.view.write(text);
    this.view.input.focus();
  }

  get language() {
    return languageOf(this.lang || document.documentElement.lang || navigator.language);
  }

  get timezone() {
    return attempt(() => zone(this.getAttribute("timezone") || undefined)) || zone();
  }

  get server() {
    return new URL(this.getAttribute("server") || "/", location).origin;
  }

  get identity() {
    return attempt(() => JSON.parse(this.getAttribute("identity")));
  }

  get customerNow() {
    return JSON.stringify([this.server, this.identity]);
  }

  begin() {
    const { server, identity, language: locale, timezone } = this;
    const giveBack = (text) => this.view.write(`${text}\n${this.view.input.value}`.trim());
    this.customer = this.customerNow;
    this.session = new Session({ server, identity, locale, timezone, giveBack, changed: () => this.changed() });
    if (this.isOpen || this.session.hasBegun) this.session.connection.start();
    this.draw();
  }

  listen() {
    this.deaf = new AbortController();
    const on = (target, name, action) => target.addEventListener(name, action, this.deaf);
    on(window, "online", () => this.session.connection.wake());
    on(window, "offline", () => this.session.connection.lost());
    on(document, "focusin", ({ target }) => target !== this && this.view.holdFocus());
    // Another tab has read on.
    on(window, "storage", () => this.changed());
    on(document, "visibilitychange", () => {
      if (!document.hidden) this.session.connection.wake();
      this.changed();
    });
    for (const name of ["resize", "scroll"]) on(visualViewport, name, () => this.view.fit(visualViewport));
  }

  toggle(open) {
    if (open === this.isOpen) return;
    this.isOpen = open;
    if (open) this.session.connection.start();
    this.view.show(open);
    this.draw();
    if (open) this.view.focusInside();
    else this.view.launcher.focus();
  }

  /** Many frames come together; they are drawn once. */
  changed() {
    this.drawing ??= setTimeout(() => this.draw());
  }

  draw() {
    clearTimeout(this.drawing);
    this.drawing = null;
    if (!this.session) return;
    this.view.render(this.session, this.scene());
    if (this.isOpen && !document.hidden) this.session.markRead();
  }

  scene() {
    const { language, timezone: timeZone } = this;
    const clock = Intl.DateTimeFormat(language, { timeZone, hour: "numeric", minute: "2-digit" });
    const date = Intl.DateTimeFormat(language, { timeZone, month: "short", day: "numeric" });
    const today = date.format();
    const timeOf = (at) => [date, clock].map((part) => part.format(new Date(at))).filter((text) => text !== today).join(" ");
    return { language, words: wordsFor(language), heading: this.getAttribute("heading"), timeOf };
  }
}

if (!customElements.get("kairos-chat")) customElements.define("kairos-chat", KairosChat);
