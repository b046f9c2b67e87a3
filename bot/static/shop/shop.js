/* The demonstration shop: which language, which customer, and what the page shows of both. */
import { labels } from "./labels.js";
import { pictures, scene } from "./pictures.js";

// The chat joins the page once it is known who speaks, so that it does not open a visitor's conversation first.
const chat = document.createElement("kairos-chat");
const byId = (id) => document.getElementById(id);
const visitor = { id: "", orders: [] };
const state = { language: firstLanguage(), customers: [visitor], customer: visitor };

// Storage may be refused; the page then simply starts anew each time.
function recall(name) {
  try {
    return localStorage.getItem(`shop.${name}`);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(`shop.${name}`, value);
  } catch {
    // Nothing to do: see above.
  }
}

function nearest(tag) {
  const wanted = tag.toLowerCase();
  if (!wanted.startsWith("zh")) return "en";
  return /hant|tw|hk|mo/.test(wanted) ? "zh-TW" : "zh-CN";
}

function firstLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  return nearest(asked || recall("language") || navigator.language || "en");
}

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** Our own drawings only; nothing that comes from outside passes here. */
function drawn(svg, className) {
  const node = make("div", { class: className });
  node.innerHTML = svg;
  return node;
}

const words = () => labels[state.language];
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function money(amount, currency) {
  const digits = Number.isInteger(amount) ? 0 : 2;
  const number = new Intl.NumberFormat(state.language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(amount);
  const signs = { CNY: "¥", TWD: "NT$", USD: "$", HKD: "HK$", EUR: "€", GBP: "£" };
  return signs[currency] ? signs[currency] + number : `${number} ${currency}`;
}

function day(placed) {
  // A bare date means that day wherever the reader is, not midnight in London.
  const date = new Date(placed.length === 10 ? `${placed}T12:00` : placed);
  return new Intl.DateTimeFormat(state.language, { month: "long", day: "numeric" }).format(date);
}

const nameOf = (customer) => customer.name || words().visitor;

function showLabels() {
  document.documentElement.lang = state.language;
  document.title = words().title;
  for (const node of document.querySelectorAll("[data-label]")) node.textContent = words()[node.dataset.label];
  byId("languages").setAttribute("aria-label", words().languages);
  byId("people").setAttribute("aria-label", words().who);
}

function showLanguages() {
  const button = (language) =>
    make("button", { type: "button", lang: language, "aria-pressed": String(language === state.language), onclick: () => chooseLanguage(language) }, labels[language].language);
  byId("languages").replaceChildren(...Object.keys(labels).map(button));
}

function showPeople() {
  byId("people").replaceChildren(...state.customers.map(person));
}

function person(customer) {
  const name = nameOf(customer);
  const hint = customer.id ? labels[customer.locale]?.language || customer.locale : words().visitorHint;
  const input = make("input", { type: "radio", name: "customer", value: customer.id, onchange: () => chooseCustomer(customer) });
  input.checked = customer.id === state.customer.id;
  const face = make("span", { class: "face", "aria-hidden": "true" }, customer.id ? [...name][0] : "☺");
  return make("label", { class: "person" }, input, face, make("span", { class: "about" }, make("strong", {}, name), make("small", {}, hint)));
}

function showOrders() {
  const { orders } = state.customer;
  const title = orders.length ? words().orders : words().noOrdersTitle;
  byId("orders-title").textContent = fill(title, { name: nameOf(state.customer) });
  byId("orders").replaceChildren(...orders.map(order));
  if (!state.customer.id) byId("orders").append(make("li", { class: "none" }, words().noOrders));
}

function order({ number, item, status, placed, amount, currency }) {
  const said = make("span", { class: "status", "data-status": status }, words().status[status] || status);
  const head = make("div", { class: "line" }, make("strong", {}, item), make("span", { class: "amount" }, money(Number(amount), currency)));
  const when = fill(words().placed, { date: day(placed) });
  return make("li", {}, head, said, make("p", { class: "small" }, `${when} · ${fill(words().number, { number })}`));
}

function showLines() {
  const button = (line) => make("button", { type: "button", onclick: () => compose(line) }, line);
  byId("lines").replaceChildren(...words().lines.map(button));
}

function showShelf() {
  const { products, prices } = words();
  const item = ([id, [name, about]]) =>
    make("li", {}, drawn(pictures[id], `picture ${id}`), make("h3", {}, name), make("p", {}, about), make("p", { class: "price" }, money(prices[id], prices.currency)));
  byId("shelf").replaceChildren(...Object.entries(products).map(item));
}

function introduceCustomer() {
  const { id, name, email, signature, timezone } = state.customer;
  chat.setAttribute("lang", state.language);
  chat.setAttribute("heading", words().chat);
  setOrRemove("identity", id && JSON.stringify({ id, name, email, signature }));
  setOrRemove("timezone", timezone);
}

function setOrRemove(attribute, value) {
  if (value) chat.setAttribute(attribute, value);
  else chat.removeAttribute(attribute);
}

function show() {
  for (const part of [showLabels, showLanguages, showPeople, showOrders, showLines, showShelf, introduceCustomer]) part();
}

function chooseLanguage(language) {
  state.language = language;
  remember("language", language);
  // A language named in the address would win over this choice at the next visit.
  history.replaceState(null, "", location.pathname);
  show();
  document.querySelector(`#languages [lang="${language}"]`).focus();
}

function chooseCustomer(customer) {
  state.customer = customer;
  remember("customer", customer.id);
  showOrders();
  introduceCustomer();
}

async function compose(line) {
  await ready;
  if (line) chat.compose(line);
  else chat.open();
}

async function fetchCustomers() {
  try {
    const answer = await fetch("/shop/customers.json");
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}

async function begin() {
  byId("scene").replaceChildren(drawn(scene, ""));
  byId("start").addEventListener("click", () => compose(""));
  show();
  state.customers = [...(await fetchCustomers()), visitor];
  const remembered = recall("customer");
  const [first] = state.customers;
  const { customers, language } = state;
  state.customer = customers.find(({ id }) => id === remembered) || customers.find(({ locale }) => locale === language) || first;
  show();
  document.body.append(chat);
  // The chat's own script may still be on its way when the first button is pressed.
  await customElements.whenDefined("kairos-chat");
}

const ready = begin();
