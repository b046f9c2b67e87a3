// Requests to the server: JSON both ways, the CSRF token with every change, words for what went wrong.
import { who } from "./boot.js";
import { t } from "./labels.js";

/** What the server refused, or that it could not be reached. `text` is for people, `code` for scripts. */
export class ApiError extends Error {
  constructor(status, code, text, told = {}) { super(text); Object.assign(this, { status, code, text, told }); }
}

export function toSignIn() {
  location.assign(`/staff/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** A fresh session has a fresh token: for what scripts send from now on, and for the forms of the page. */
export function renewToken(csrf) {
  who.csrf = csrf;
  for (const input of document.querySelectorAll('input[name="csrf"]')) input.value = csrf;
}

async function ask(method, path, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = who.csrf;
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: isForm || body === undefined ? body : JSON.stringify(body) });
  } catch {
    throw new ApiError(0, "network", t("shell.error.network"));
  }
  const told = await answer.json().catch(() => null);
  if (answer.ok) return told;
  if (answer.status === 401) toSignIn();
  throw new ApiError(answer.status, told?.error ?? "unexpected", told?.text ?? t("shell.error.unexpected"), told ?? {});
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
export const put = (path, body) => ask("PUT", path, body);
export const del = (path) => ask("DELETE", path);
