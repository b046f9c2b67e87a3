// What the page knows, kept true by the socket: the rows, who is here, and the conversation that is open.
import { get } from "../api.js";
import { who } from "../boot.js";
import { connect } from "../socket.js";
import { released } from "./pressing.js";
import { setTones } from "./words.js";

const events = new EventTarget();
export const on = (kind, run) => events.addEventListener(kind, (event) => run(event.detail));
const emit = (kind, detail) => released(() => events.dispatchEvent(new CustomEvent(kind, { detail })));

export const state = {
  rows: new Map(), seats: [], undoS: 5, numbers: { queue_s: 180, prompt_s: 15, alarm_s: 120, hot: 18, warm: 10 },
  online: true, open: null, ready: false,
};

/** The conversation that is shown: its messages by number, entries by number, what is on its way. */
class Open {
  messages = new Map(); entries = new Map(); sends = []; viewers = []; typing = null; staffTyping = null;
  earlier = []; card = null; loaded = false; readSeq = 0; deliveredSeq = 0; locale = ""; channel = "";
  constructor(id) { this.id = id; }
  get seq() { return Math.max(0, ...this.messages.keys()); }
  get n() { return Math.max(0, ...this.entries.keys()); }
}

const line = connect("/desk/ws", {
  onopen() { if (state.open?.loaded) follow(state.open); },
  onframe: take,
  onstate(online) { state.online = online; emit("online", online); },
});

const follow = (open) => line.send({ type: "open", conversation: open.id, since: open.seq, since_n: open.n });

function take(frame) {
  const open = frame.conversation && frame.conversation === state.open?.id ? state.open : null;
  switch (frame.type) {
    case "welcome":
      Object.assign(state, { undoS: frame.undo_s, numbers: frame.numbers });
      setTones(frame.numbers);
      break;
    case "queue":
      state.rows = new Map(frame.rows.map((row) => [row.id, row]));
      state.ready = true;
      emit("rows", { all: true });
      break;
    case "rows": {
      const before = frame.rows.map((row) => state.rows.get(row.id));
      for (const row of frame.rows) state.rows.set(row.id, row);
      for (const id of frame.gone) state.rows.delete(id);
      emit("rows", { rows: frame.rows, before, gone: frame.gone });
      break;
    }
    case "seats": state.seats = frame.seats; emit("seats"); break;
    case "told": emit("told", frame); break;
    case "message":
      if (!open) break;
      open.messages.set(frame.seq, frame);
      if (frame.author === "customer") open.typing = null;
      emit("conversation", "message");
      break;
    case "entry": if (open) { open.entries.set(frame.n, frame); emit("conversation", "entry"); } break;
    case "sends": if (open) { open.sends = frame.sends; emit("conversation", "sends"); } break;
    case "read": if (open && frame.author === "customer") { open.readSeq = frame.seq; emit("conversation", "read"); } break;
    case "delivered": if (open) { open.deliveredSeq = Math.max(open.deliveredSeq, frame.seq); emit("conversation", "read"); } break;
    case "delivery": {
      const message = open?.messages.get(frame.seq);
      if (message) { message.delivery = frame.status; emit("conversation", "read"); }
      break;
    }
    case "owner": if (open) reloadCard(); break;
    case "look": if (open) reloadCard(); break;
    case "viewers": if (open) { open.viewers = frame.viewers.filter((each) => each.id !== who.id); emit("conversation", "viewers"); } break;
    case "typing": if (open && frame.author === "customer") { open.typing = Date.now(); emit("conversation", "typing"); } break;
    case "staff_typing": if (open) { open.staffTyping = { ...frame.by, at: Date.now() }; emit("conversation", "typing"); } break;
  }
}

/** Opens a conversation: everything at once, then the socket tells what comes. */
export async function openConversation(id) {
  if (state.open?.id === id) return;
  if (state.open) line.send({ type: "shut", conversation: state.open.id });
  const open = new Open(id);
  state.open = id ? open : null;
  emit("open", id);
  if (!id) return;
  const page = await get(`/desk/api/conversations/${id}`);
  if (state.open !== open) return;
  for (const message of page.messages) open.messages.set(message.seq, message);
  for (const entry of page.entries) open.entries.set(entry.n, entry);
  Object.assign(open, { sends: page.sends, earlier: page.earlier, card: page.card, loaded: true, readSeq: page.read_seq, deliveredSeq: page.delivered_seq, locale: page.locale, channel: page.channel });
  follow(open);
  emit("conversation", "loaded");
  emit("card");
}

export const closeConversation = () => openConversation(null);

let again = 0;
/** Reads the card again, once for many changes. */
export function reloadCard() {
  const open = state.open;
  if (!open || again) return;
  again = setTimeout(async () => {
    again = 0;
    if (state.open !== open) return;
    try {
      open.card = await get(`/desk/api/conversations/${open.id}/card`);
      emit("card");
    } catch { /* the next change reads it again */ }
  }, 150);
}

on("rows", ({ all, rows = [] }) => { if (all || rows.some((row) => row.id === state.open?.id)) reloadCard(); });

let typed = 0;
/** Tells the others that a reply is being written; not more than every two seconds. */
export function tellTyping() {
  if (!state.open || Date.now() - typed < 2000) return;
  typed = Date.now();
  line.send({ type: "typing", conversation: state.open.id });
}

/** What is known here before the feed tells it: the server has agreed already. */
export function tookOver(id) {
  const row = state.rows.get(id);
  if (!row) return;
  const me = { id: who.id, name: who.name }, mine = { ...row, status: "taken", owner: "human", agent: me, assigned: me };
  state.rows.set(id, mine);
  emit("rows", { rows: [mine], before: [row], gone: [] });
}

export const rowOf = (id) => state.rows.get(id);
/** Whose conversation is open: its row, or what the card says where it is over. */
export const whose = () => {
  const customer = state.open?.card?.customer;
  return rowOf(state.open?.id) ?? (customer && { customer: customer.name, customer_id: customer.id });
};
export const mySeat = () => state.seats.find((seat) => seat.id === who.id);
export const isMine = (row) => row?.status === "taken" && row.agent?.id === who.id;
export const isForMe = (row) => row?.status === "waiting" && row.assigned?.id === who.id;

/** In the order in which they want somebody: the most urgent first, then who waits longest. */
export const byUrgency = (rows) => [...rows].sort((a, b) => b.urgency.score - a.urgency.score || String(a.since).localeCompare(String(b.since)));

export const filters = {
  waiting: (row) => row.status === "waiting",
  mine: (row) => isMine(row) || isForMe(row),
  all: (row) => row.status === "waiting" || row.status === "taken",
  bot: (row) => row.status === "bot" || (row.status !== "waiting" && row.status !== "taken"),
};
