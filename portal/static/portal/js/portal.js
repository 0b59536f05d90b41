// What plain HTML cannot do: dialogs, live parts, keys, copying, themes. Without it every page still works.
"use strict";

const root = document.documentElement;
const dialog = document.getElementById("dialog");
const keys = document.getElementById("keys");

root.classList.add("js");

// Buttons that need this script are hidden until it runs.
const reveal = (within) => {
  for (const button of within.querySelectorAll("[data-copy][hidden], [data-close][hidden], [data-theme-switch][hidden], [data-print][hidden], [data-script][hidden]")) {
    button.hidden = false;
  }
};
reveal(document);

// The navigation marks the section that the page belongs to.
for (const link of document.querySelectorAll("[data-nav]")) {
  if (location.pathname.startsWith(link.pathname)) link.setAttribute("aria-current", "page");
}

const say = (text) => {
  const toast = document.createElement("div");
  toast.className = "notice bad";
  toast.append(Object.assign(document.createElement("p"), { textContent: text }));
  document.getElementById("toasts").append(toast);
};

// Success is said for a while; a refusal stays until it is closed.
for (const toast of document.querySelectorAll("[data-toast].good")) {
  setTimeout(() => toast.remove(), 8000);
}

// Live parts and the banners: asked for only while the tab is visible, swapped in only when they have changed.
const POLLED = "[data-live], #banners";
const PATIENCE = 5000;
const seen = new Map();

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches(POLLED) && (document.hidden || event.target.contains(document.activeElement?.closest("form")))) {
    event.preventDefault();
  }
});

document.addEventListener("htmx:configRequest", (event) => {
  if (!event.target.matches(POLLED)) return;
  event.detail.timeout = PATIENCE;
  const digest = seen.get(event.target.id);
  if (digest) event.detail.headers["X-Seen"] = digest;
});

document.addEventListener("htmx:afterRequest", (event) => {
  // The part that asked is no longer in the page when its answer has been swapped in.
  const digest = event.detail.xhr?.getResponseHeader("X-Part");
  const part = event.detail.requestConfig.elt.id;
  if (digest && !held.delete(part)) seen.set(part, digest);
});

// Rows do not move while somebody points at one: an answer with others in it waits until they have looked.
const held = new Set();
const rowsOf = (within) => [...within.querySelectorAll("tbody a[id]")].map((link) => link.id).join(" ");

document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  if (!event.detail.shouldSwap || !event.detail.requestConfig.elt.matches("[data-live]")) return;
  if (!matchMedia("(hover: hover)").matches || !part.querySelector("tbody:hover")) return;
  const answer = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  if (rowsOf(answer) === rowsOf(part)) return;
  event.detail.shouldSwap = false;
  held.add(part.id);
});

// Whoever is no longer signed in keeps what they are typing: the next thing they do leads them to the door.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.target.matches("#banners") && event.detail.xhr.getResponseHeader("HX-Redirect")) event.preventDefault();
});

// What the reader has opened in a live part stays open when the part is swapped.
let opened = [];

document.addEventListener("htmx:beforeSwap", () => {
  opened = [...document.querySelectorAll("details[id][open]")].map((each) => each.id);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
});

// What gets no answer any more must not look alive, nor what is only as new as MobilePay's last answer.
const silent = new Map();

const markLive = () => {
  const [since] = [...silent].filter(([id]) => document.getElementById(id)).map(([, at]) => at);
  const isOut = document.querySelector("#banners [data-out]");
  const words = since ? `Not up to date since ${since}` : isOut ? "MobilePay does not answer" : "Live";
  for (const mark of document.querySelectorAll(".live")) {
    mark.classList.toggle("stale", words !== "Live");
    if (mark.textContent !== words) mark.textContent = words;
  }
};
markLive();
document.addEventListener("htmx:afterSwap", markLive);
document.addEventListener("htmx:afterRequest", (event) => {
  const part = event.detail.requestConfig.elt;
  if (!part.matches(POLLED)) return;
  if (event.detail.successful) silent.delete(part.id);
  else if (!silent.has(part.id)) silent.set(part.id, new Date().toLocaleTimeString());
  markLive();
  // One whose reader may not see it any more goes.
  if (part.matches("[data-live]") && [403, 404].includes(event.detail.xhr?.status)) location.reload();
});

document.addEventListener("htmx:afterSwap", (event) => reveal(event.target.parentElement ?? document));

// Dialogs: a link's page is shown in one, and a refused form comes back into it.
document.addEventListener("htmx:afterSettle", () => {
  const content = dialog?.querySelector("#dialog-content");
  if (!content?.firstElementChild) return;
  if (!dialog.open) dialog.showModal();
  const wrong = content.querySelector("[aria-invalid=true], [data-alert]");
  const first = wrong ?? content.querySelector("input:not([type=hidden]), select, textarea, button");
  if (!dialog.contains(document.activeElement?.closest("input, select, textarea"))) first?.focus();
});

// The link that opened the dialog gets the focus back, even when a live part has brought it anew.
let opener = "";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("a[hx-target='#dialog-content']")) opener = event.target.getAttribute("href");
});

dialog?.addEventListener("close", () => {
  const content = dialog.querySelector("#dialog-content");
  // What was done in there has changed the page below.
  if (content.matches("[data-reload]")) location.reload();
  content.replaceChildren();
  document.querySelector(`a[hx-target="#dialog-content"][href="${CSS.escape(opener)}"]`)?.focus();
});

// A refused form on a page of its own takes the reader to the first thing to mend.
document.querySelector("main [aria-invalid=true], main [data-alert]")?.focus();

document.addEventListener("htmx:responseError", (event) => {
  const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const sentences = [...page.querySelectorAll("main h1, main p")].slice(0, 2).map((part) => part.textContent.trim());
  if (!event.target.matches(POLLED)) say(sentences.join(": ") || "The portal could not do this.");
});

document.addEventListener("htmx:sendError", (event) => {
  if (!event.target.matches(POLLED)) {
    say("The portal does not answer. It is not known whether anything was done: load the page again and look.");
  }
});

document.addEventListener("click", async (event) => {
  const pressed = event.target.closest("[data-copy], [data-close], [data-dismiss], [data-theme-switch], [data-menu], [data-print], [data-unfold]");
  if (!pressed) return;
  if (pressed.matches("[data-copy]")) {
    try {
      await navigator.clipboard.writeText(pressed.dataset.copy);
      pressed.setAttribute("aria-label", "Copied");
      pressed.style.setProperty("color", "var(--good)");
    } catch {
      getSelection().selectAllChildren(pressed.previousElementSibling);
    }
  } else if (pressed.matches("[data-close]")) {
    pressed.closest("[data-toast]").remove();
  } else if (pressed.matches("[data-dismiss]") && dialog?.contains(pressed)) {
    event.preventDefault();
    dialog.close();
  } else if (pressed.matches("[data-theme-switch]")) {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
  } else if (pressed.matches("[data-menu]")) {
    pressed.setAttribute("aria-expanded", String(pressed.closest(".side").classList.toggle("open")));
  } else if (pressed.matches("[data-unfold]")) {
    pressed.setAttribute("aria-expanded", String(pressed.closest(".filters").classList.toggle("open")));
  } else if (pressed.matches("[data-print]")) {
    print();
  }
});

// Pressing twice is asking once; what is not filled in stays out of the address.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get") {
    for (const field of form.elements) field.disabled ||= field.name !== "" && field.value === "";
    return;
  }
  if (form.matches("[data-once]") && form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const field of document.querySelectorAll("form[method=get] :disabled")) field.disabled = false;
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog?.open || keys.open) return;
  if (event.target.closest("input, select, textarea")) return;
  if (event.key === "/") {
    const search = document.querySelector("main [data-search]") ?? document.querySelector("[data-search]");
    const page = document.body.dataset.find;
    if (search || page) event.preventDefault();
    // A page without the menu leads to the one that only searches.
    if (!search && page) location.assign(page);
    if (!search) return;
    if (search.closest(".side") && !search.checkVisibility()) document.querySelector("[data-menu]").click();
    search.focus();
    search.select();
  } else if (event.key === "?") {
    keys.showModal();
  } else if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll("[data-rows] tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);
    const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    const step = event.key === "j" ? 1 : -1;
    links[Math.min(Math.max(here + step, 0), links.length - 1)]?.focus();
  } else {
    // Of the row that has the focus, or of the page when it is about one thing.
    const within = document.activeElement?.closest("tr") ?? (document.querySelector("[data-rows]") ? null : document);
    within?.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  }
});
