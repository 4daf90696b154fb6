// What every page has: the theme switch, completion in search fields, keys, and buttons that copy.
import { attach } from "./combobox.js";

const root = document.documentElement;

export function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

const theme = document.getElementById("theme");
if (theme) {
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // it holds for this page only
    }
    dispatchEvent(new Event("themechange"));
  });
}

for (const field of document.querySelectorAll("[data-combobox]")) attach(field);

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied: the browser does not allow it";
    }
    setTimeout(() => (button.textContent = label), 2000);
  });
}

const menu = document.querySelector(".narrow-menu");
menu?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// The list of keys, taken from its page; where that cannot be had, the page itself.
async function keys() {
  const link = document.getElementById("keys-link");
  const open = document.getElementById("keys-box");
  if (!link || open) return open?.close();
  const back = document.activeElement;
  let list = document.getElementById("all-keys"); // on the page of the keys
  if (list) return list.scrollIntoView({ block: "nearest" });
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    list = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("all-keys");
  } catch {
    // no list: the link is followed
  }
  if (!list) return location.assign(link.href);
  const box = document.createElement("dialog");
  box.id = "keys-box";
  box.className = "keys-box";
  box.setAttribute("aria-label", "Keys");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-quiet button-small";
  close.textContent = "Close";
  close.addEventListener("click", () => box.close());
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    box.close();
  });
  box.addEventListener("close", () => {
    box.remove();
    back?.focus({ preventScroll: true });
  });
  box.append(close, list);
  document.body.append(box);
  box.show(); // what lies under it can still be read and used
  close.focus();
}

const isWriting = (at) => at.closest?.("input, textarea, select, [contenteditable=true]");

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isWriting(event.target)) return;
  if (event.key === "?") {
    event.preventDefault();
    keys();
  } else if (event.key === "/") {
    const field = [...document.querySelectorAll("main input[type=search], header input[type=search]")].find((f) => f.offsetParent);
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  }
});
