/* What keeps the thread: a socket that comes back by itself, and what is remembered until it does. */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15000;
const ANSWER_WITHIN = 10000;
const PING_EVERY = 25000;
// Who comes back to the page should learn soon that the socket died meanwhile.
const PROBE_WITHIN = 4000;
// A server that welcomes and falls over at once must not be hammered.
const STABLE_AFTER = 5000;

/** Starts a named timer anew; the name holds 0 once it has run. */
export function after(timers, name, delay, action) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(() => {
    timers[name] = 0;
    action();
  }, delay);
}

export function stopAll(timers) {
  for (const name in timers) clearTimeout(timers[name]);
}

/** Milliseconds; jitter, so that a restarted server does not meet everyone at once. */
function backOff(attempt) {
  const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
  return Math.max(FIRST_WAIT, ceiling * (0.5 + Math.random() / 2));
}

export class Connection {
  state = "idle"; // idle | connecting | ready | waiting
  attempt = 0;
  turn = 0;
  timers = {};

  /** hello() is the first frame; admit() resolves to what to call once welcomed or lost. */
  constructor(url, { hello, admit, receive, changed }) {
    Object.assign(this, { url, hello, admit, receive, changed });
  }

  start() {
    if (this.state === "idle") this.restart();
  }

  stop() {
    this.drop();
    this.enter("idle");
  }

  async restart() {
    this.drop();
    const turn = this.turn;
    this.enter("connecting");
    const release = await this.admit();
    if (turn !== this.turn) return release?.();
    this.release = release;
    this.dial();
  }

  lost() {
    if (this.state === "idle") return;
    this.drop();
    after(this.timers, "retry", backOff(this.attempt), () => this.restart());
    this.attempt += 1;
    this.enter("waiting");
  }

  wake() {
    if (this.state === "ready") this.ping(PROBE_WITHIN);
    if (this.state !== "waiting") return;
    this.attempt = 0;
    this.restart();
  }

  send(frame) {
    if (this.state !== "ready") return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  dial() {
    const socket = (this.socket = new WebSocket(this.url));
    const ifCurrent = (action) => (event) => this.socket === socket && action(event);
    after(this.timers, "answer", ANSWER_WITHIN, () => this.lost());
    socket.onopen = ifCurrent(() => socket.send(JSON.stringify(this.hello())));
    socket.onmessage = ifCurrent((event) => this.read(JSON.parse(event.data)));
    socket.onclose = ifCurrent(() => this.lost());
  }

  read(frame) {
    const { release } = this;
    const isWelcome = frame.type === "welcome";
    if (isWelcome) this.welcomed();
    if (this.state === "ready") clearTimeout(this.timers.answer);
    this.receive(frame);
    if (isWelcome) release?.();
  }

  welcomed() {
    after(this.timers, "stable", STABLE_AFTER, () => (this.attempt = 0));
    this.timers.ping = setInterval(() => this.ping(ANSWER_WITHIN), PING_EVERY);
    this.enter("ready");
  }

  ping(within) {
    this.send({ type: "ping" });
    after(this.timers, "answer", within, () => this.lost());
  }

  drop() {
    const { socket } = this;
    this.turn += 1;
    this.socket = null;
    stopAll(this.timers);
    this.release?.();
    socket?.close();
  }

  enter(state) {
    this.state = state;
    this.changed();
  }
}

// Refused or full, the page's own memory has to do.
let shelf = {};
try {
  shelf = localStorage;
} catch {
}

/** What outlives the page: session token, messages not acknowledged, how far was read. */
export class Store {
  constructor(server, customer) {
    this.prefix = `kairos|${server}|${customer}|`;
  }

  get(name) {
    return shelf[this.prefix + name] ?? null;
  }

  set(name, value) {
    const key = this.prefix + name;
    try {
      shelf[key] = value;
    } catch {
      shelf = { ...shelf, [key]: String(value) };
    }
  }

  remove(name) {
    delete shelf[this.prefix + name];
  }

  /** Each message under a key of its own, so that tabs never overwrite one another's list. */
  keep(entry) {
    this.set(`out|${entry.client_id}`, JSON.stringify(entry));
  }

  forget(clientId) {
    this.remove(`out|${clientId}`);
  }

  outgoing() {
    const keys = Object.keys(shelf).filter((key) => key.startsWith(`${this.prefix}out|`));
    return keys.map((key) => JSON.parse(shelf[key])).sort((a, b) => a.order - b.order);
  }
}

/** Messages come in sequence, some again after a reconnect; `pending` is what the customer wrote since. */
export class Transcript {
  pending = [];

  constructor() {
    this.clear();
  }

  clear() {
    this.messages = [];
    this.last = 0;
  }

  take(message) {
    if (message.seq <= this.last) return;
    this.last = message.seq;
    if (message.author === "customer") this.recognise(message);
    this.messages.push(message);
  }

  recognise(message) {
    const entry = this.find(message.client_id);
    if (entry) entry.shown = true;
    this.settle();
  }

  acknowledge({ client_id, seq }) {
    const entry = this.find(client_id);
    if (!entry) return;
    entry.seq = seq;
    entry.shown = seq <= this.last;
    this.settle();
  }

  settle() {
    this.pending = this.pending.filter((entry) => !(entry.seq && entry.shown));
  }

  find(clientId) {
    return this.pending.find((entry) => entry.client_id === clientId);
  }

  add(entry) {
    if (!this.find(entry.client_id)) this.pending.push(entry);
  }

  drop(entry) {
    this.pending = this.pending.filter((one) => one !== entry);
  }

  get nextToSend() {
    return this.pending.find((entry) => !entry.seq);
  }

  /** Bubbles below the log; a tapped choice shows in its button. */
  get waiting() {
    return this.pending.filter((entry) => !entry.payload && !entry.shown);
  }

  unreadAfter(seq) {
    return this.messages.filter((message) => message.seq > seq && message.author !== "customer").length;
  }

  /** The message whose choices are the newest; older ones are history. */
  get offer() {
    return this.messages.findLast((message) => message.choices?.length)?.seq;
  }

  /** The title taken: tapped here, or said by the customer afterwards. */
  taken({ seq, choices = [] }) {
    const titles = choices.map((choice) => choice.title);
    const isAnswer = (one) => one.of === seq || (one.seq > seq && one.author === "customer" && titles.includes(one.text));
    return choices.length ? [...this.pending, ...this.messages].find(isAnswer)?.text : undefined;
  }
}
