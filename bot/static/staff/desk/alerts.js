// A sound and a notification when somebody needs this person; both are a choice, kept in this browser.
import { t } from "../labels.js";
import { toast } from "../notices.js";

const KEY = "kairos-alerts";
const read = () => { try { return localStorage.getItem(KEY) === "on"; } catch { return false; } };
let on = read();
let audio = null;

export const alertsOn = () => on;

export async function toggleAlerts() {
  on = !on;
  try { localStorage.setItem(KEY, on ? "on" : "off"); } catch { /* it holds for this page then */ }
  if (!on) return;
  if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
  if (!("Notification" in window) || Notification.permission !== "granted") toast(t("desk.alerts_denied"));
  chime();
}

/** Two soft notes; made here, so that no file is fetched. */
function chime() {
  try {
    audio ??= new AudioContext();
    for (const [after, pitch] of [[0, 660], [0.16, 880]]) {
      const [note, volume] = [audio.createOscillator(), audio.createGain()];
      const at = audio.currentTime + after;
      note.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
      note.connect(volume).connect(audio.destination);
      note.start(at);
      note.stop(at + 0.55);
    }
  } catch { /* no sound on this machine */ }
}

/** Rings; a notification only when nobody looks at the page. */
export function ring(text, go) {
  if (!on) return;
  chime();
  if (document.visibilityState === "visible" || !("Notification" in window) || Notification.permission !== "granted") return;
  const shown = new Notification("Kairos", { body: text, tag: "kairos-desk" });
  shown.onclick = () => { focus(); go(); shown.close(); };
}
