// Something that is shown once and must be copied: a link, a secret.
import { el, icon } from "../dom.js";
import { t } from "../labels.js";
import { toast } from "../notices.js";

/** A dialog with the value ready to be copied; resolves when it is closed. */
export function showOnce(title, text, value) {
  return new Promise((resolve) => {
    const input = el("input", { readonly: true, value, "aria-label": title, onfocus: (event) => event.target.select() });
    const copy = async () => {
      input.select();
      try { await navigator.clipboard.writeText(value); } catch { document.execCommand("copy"); }
      toast(t("settings.staff.copied"));
    };
    const dialog = el("dialog", { class: "wide-dialog", "aria-labelledby": "once-title" },
      el("form", { method: "dialog", class: "stack" },
        el("h2", { id: "once-title" }, title), el("p", {}, text),
        el("div", { class: "secret" }, input, el("button", { type: "button", class: "button", onclick: copy }, icon("check"), t("settings.staff.copy"))),
        el("footer", {}, el("button", { class: "button primary" }, t("shell.close")))));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(); });
    document.body.append(dialog);
    dialog.showModal();
    input.focus();
  });
}
