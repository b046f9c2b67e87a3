// A WebSocket that comes back by itself. The page asks again for what it missed: `onopen` runs at every connection.
import { toSignIn } from "./api.js";

const FIRST_MS = 500, LONGEST_MS = 15000;

/**
 * `const line = connect("/desk/ws", { onopen, onframe, onstate })`; `line.send(frame)` is false while there is no
 * connection. `onstate(true | false)` tells when the connection comes and goes. `line.close()` ends it.
 */
export function connect(path, { onopen = () => {}, onframe, onstate = () => {} }) {
  let socket = null, pause = FIRST_MS, timer = 0, over = false;
  const open = () => {
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`);
    socket.addEventListener("open", () => { pause = FIRST_MS; onstate(true); onopen(); });
    socket.addEventListener("message", (event) => onframe(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => {
      if (over) return;
      onstate(false);
      if (event.code === 4401) { toSignIn(); return; }
      if (event.code === 4403) { location.assign("/staff"); return; }
      timer = setTimeout(open, pause * (0.7 + 0.6 * Math.random()));
      pause = Math.min(pause * 2, LONGEST_MS);
    });
  };
  const now = () => { if (!over && socket.readyState > 1) { clearTimeout(timer); open(); } };
  addEventListener("online", now);
  open();
  return {
    send(frame) {
      if (socket.readyState !== 1) return false;
      socket.send(JSON.stringify(frame));
      return true;
    },
    close() { over = true; clearTimeout(timer); removeEventListener("online", now); socket.close(); },
  };
}
