/* One customer's chat: what the frames mean. Knows nothing of the page. */
import { Connection, Store, Transcript, after, stopAll } from "./connection.js";

const ACK_WITHIN = 10000;
const TYPING_SHOWN = 8000;
const TYPING_EVERY = 3000;
const RETRY_AFTER = 3000;

// crypto.randomUUID is missing on pages without TLS.
const newId = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

const frameOf = ({ client_id, text, payload, upload }) =>
  upload ? { type: "attachment", client_id, upload } : payload ? { type: "choice", client_id, payload } : { type: "message", client_id, text };

export class Session {
  transcript = new Transcript();
  owner = { owner: "bot" };
  order = 0;
  replayUntil = 0;
  timers = {};

  /** changed(): there is something new to show; giveBack(text): the server refused it. */
  constructor({ server, identity, locale, timezone, changed, giveBack }) {
    Object.assign(this, { server, identity, locale, timezone, changed, giveBack });
    this.store = new Store(server, identity?.id ?? "");
    this.connection = new Connection(`${server.replace("http", "ws")}/chat/ws`, {
      hello: () => this.hello(),
      admit: () => this.admit(),
      receive: (frame) => {
        this.on[frame.type]?.call(this, frame);
        this.changed();
      },
      changed: () => {
        if (this.connection.state !== "ready") this.landed();
        this.changed();
      },
    });
    this.adoptOutgoing();
  }

  /** Whether there is something to come back to: looking at a page opens no conversation. */
  get hasBegun() {
    return this.identity || this.store.get("session") || this.transcript.pending.length;
  }

  get unread() {
    return this.transcript.unreadAfter(Number(this.store.get("read")));
  }

  get readByShop() {
    return Number(this.store.get("seen"));
  }

  stop() {
    stopAll(this.timers);
    this.changed = () => {};
    this.connection.stop();
  }

  reintroduce(locale, timezone) {
    Object.assign(this, { locale, timezone });
    if (this.connection.state !== "idle") this.connection.restart();
  }

  markRead() {
    const { last } = this.transcript;
    if (last <= Number(this.store.get("read"))) return;
    this.store.set("read", last);
    this.connection.send({ type: "read", seq: last });
    this.changed();
  }

  sendTyping() {
    if (this.timers.typed || !this.connection.send({ type: "typing" })) return;
    after(this.timers, "typed", TYPING_EVERY, () => {});
  }

  // Outgoing: kept first, then sent one at a time, so that a refusal never changes their order.

  /** Files go up first; then each is sent, and kept, like any message. */
  async attach(files) {
    this.uploading = files.length;
    this.changed();
    for (const file of files) await this.upload(file).catch(() => this.connection.wake());
    this.uploading = 0;
    this.changed();
  }

  async upload(file) {
    const body = new FormData();
    body.append("session", this.store.get("session"));
    body.append("file", file);
    const answer = await (await fetch(`${this.server}/chat/upload`, { method: "POST", body, headers: { "Accept-Language": this.locale } })).json();
    this.error = answer.text;
    const { upload } = answer;
    if (upload) this.enqueue({ text: "", upload, attachments: [{ ...answer, id: upload, name: file.name }] });
  }

  urlOf(id) {
    return `${this.server}/chat/attachments/${id}?session=${this.store.get("session")}`;
  }

  /** A text; or a choice: its title as text, its payload, the message it is `of`. */
  enqueue(said) {
    this.order = Math.max(Date.now(), this.order + 1);
    const entry = { ...said, client_id: newId(), order: this.order, at: new Date().toISOString() };
    this.store.keep(entry);
    this.transcript.add(entry);
    this.connection.start();
    this.flush();
    this.changed();
  }

  adoptOutgoing() {
    for (const entry of this.store.outgoing()) this.transcript.add(entry);
  }

  flush() {
    const entry = this.transcript.nextToSend;
    if (!entry || this.flying || this.timers.pause || !this.connection.send(frameOf(entry))) return;
    this.flying = entry.client_id;
    after(this.timers, "ack", ACK_WITHIN, () => this.connection.restart());
  }

  landed() {
    this.flying = null;
    clearTimeout(this.timers.ack);
  }

  refused(clientId) {
    const entry = this.transcript.find(clientId);
    if (!entry) return;
    this.landed();
    this.store.forget(clientId);
    this.transcript.drop(entry);
    if (!entry.payload) this.giveBack(entry.text);
    this.flush();
  }

  pause(milliseconds) {
    this.landed();
    after(this.timers, "pause", milliseconds, () => this.flush());
  }

  hello() {
    const { locale, timezone, identity } = this;
    this.said = { session: this.store.get("session"), since: this.transcript.last };
    return { type: "hello", ...this.said, locale, timezone, ...(identity && { identity }) };
  }

  /** Without a token one tab at a time says hello, or each would be given a session of its own. */
  async admit() {
    if (this.store.get("session") || !navigator.locks) return;
    return new Promise((admitted) => {
      const held = new Promise((release) => navigator.locks.request(this.store.prefix, () => (admitted(release), held)));
    });
  }

  on = {
    welcome({ session, conversation, seq, owner }) {
      this.store.set("session", session);
      this.replayUntil = seq;
      if (owner !== this.owner.owner) this.owner = { owner };
      if (this.store.get("conversation") !== String(conversation) || seq < this.transcript.last) this.startOver(conversation);
      this.adoptOutgoing();
      this.flush();
    },

    message(frame) {
      this.transcript.take(frame);
      if (frame.author === this.typing) this.typing = null;
    },

    ack(frame) {
      this.error = this.renewed = null;
      this.store.forget(frame.client_id);
      this.transcript.acknowledge(frame);
      if (this.flying === frame.client_id) this.landed();
      this.flush();
    },

    owner(frame) {
      this.owner = { ...frame, returned: this.owner.owner !== "bot" };
    },

    typing({ author }) {
      this.typing = author;
      after(this.timers, "typing", TYPING_SHOWN, () => this.on.done.call(this));
    },

    done() {
      this.typing = null;
      this.changed();
    },

    read({ seq }) {
      if (seq > this.readByShop) this.store.set("seen", seq);
    },

    error({ code, text, client_id, retry_after_s }) {
      if (code === "bad_session") return this.renew(text);
      this.error = text;
      if (code === "bad_identity") this.continueUnnamed();
      else if (/rate_limited|unavailable/.test(code)) this.pause(retry_after_s * 1000 || RETRY_AFTER);
      else this.refused(client_id || this.flying);
    },
  };

  /** Hello anew without a token the server does not know: at once the first time, then with patience. */
  renew(text) {
    // Unless another tab was here first and has a good one.
    if (this.store.get("session") === this.said.session) this.store.remove("session");
    if (this.renewed) {
      this.error = text;
      this.connection.lost();
    } else {
      this.renewed = true;
      this.connection.restart();
    }
  }

  /** A shop that signs wrongly must not leave its customer without help. */
  continueUnnamed() {
    this.identity = null;
    this.connection.restart();
  }

  /** Another conversation, or one that lost its end: the numbers known mean nothing in it. */
  startOver(conversation) {
    this.store.set("conversation", conversation);
    this.store.set("read", 0);
    this.store.set("seen", 0);
    this.transcript.clear();
    if (this.said.since) this.connection.restart();
  }
}
