// Short messages at the foot of the page, and questions that need an answer.
import { el } from "./dom.js";
import { t } from "./labels.js";

/**
 * Says something for a few seconds. `action` {label, run} adds a button (undo, try again).
 * Returns a function that takes the message away.
 */
export function toast(text, { bad = false, action = null, seconds = 5 } = {}) {
  const node = el("div", { class: bad ? "toast bad" : "toast" }, el("span", {}, text));
  const away = () => { clearTimeout(timer); node.remove(); };
  if (action) node.append(el("button", { type: "button", onclick: () => { away(); action.run(); } }, action.label));
  document.getElementById("toasts").append(node);
  const timer = setTimeout(away, seconds * 1000);
  return away;
}

/** Says what an ApiError says. */
export const complain = (error) => toast(error.text ?? t("shell.error.unexpected"), { bad: true, seconds: 8 });

/**
 * Asks before something is done; resolves to what `fields` hold (an object by name), or null when it was cancelled.
 * `fields` are elements with a name, shown below the text. Without `cancel` there is nothing to choose, only to read.
 */
export function ask({ title, text = "", action = t("shell.yes"), cancel = t("shell.cancel"), danger = false, fields = [] }) {
  return new Promise((resolve) => {
    const form = el("form", { method: "dialog", class: "stack" },
      el("h2", { id: "ask-title" }, title), text && el("p", {}, text), fields,
      el("footer", {},
        cancel && el("button", { type: "button", class: "button", onclick: () => dialog.close() }, cancel),
        el("button", { class: danger ? "button danger" : "button primary", value: "yes" }, action)));
    const dialog = el("dialog", { "aria-labelledby": "ask-title" }, form);
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null);
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
