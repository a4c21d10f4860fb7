// Single keys (WCAG 2.1.4: off in fields, and one switch in the list of keys turns them off on this device).
//
// A link or button takes a key with data-key="A" ("⇧A" for Shift A). In a list of .row the keys J and K move, X
// selects, Enter opens the row that has the focus; / goes to input[type=search]; ? shows the list of keys.
// On a page without rows J and K follow the links that carry data-key="J" and data-key="K".

const SWITCH = "keys-off";
const toggle = document.getElementById("keys-on");
const dialog = document.getElementById("keys");

const isOff = () => localStorage.getItem(SWITCH) === "1";

if (toggle) {
  toggle.checked = !isOff();
  toggle.addEventListener("change", () => {
    if (toggle.checked) localStorage.removeItem(SWITCH);
    else localStorage.setItem(SWITCH, "1");
  });
}

const isTyping = (target) => target.closest("textarea, select, [contenteditable]")
  || (target.matches("input") && !["checkbox", "radio", "button", "submit", "reset"].includes(target.type));

const isShown = (element) => element.checkVisibility({ visibilityProperty: true });

function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  return event.shiftKey && /^[A-Z]$/.test(key) ? `⇧${key}` : key;
}

const rows = () => [...document.querySelectorAll(".list > .row")].filter(isShown);

function rowInHand(all) {
  const focused = document.activeElement?.closest(".list > .row");
  return focused ?? all.find((row) => row.getAttribute("aria-current") === "true");
}

function move(step) {
  const all = rows();
  if (all.length === 0) return false;
  const from = all.indexOf(rowInHand(all));
  const next = all[Math.min(Math.max(from + step, 0), all.length - 1)];
  next.querySelector(".title")?.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function select() {
  const box = rowInHand(rows())?.querySelector("input[type=checkbox]");
  if (!box) return false;
  box.click();
  return true;
}

function search() {
  const field = [...document.querySelectorAll("input[type=search]")].find(isShown);
  if (!field) return false;
  field.focus();
  field.select();
  return true;
}

function press(name) {
  const open = [...document.querySelectorAll(".dialog:popover-open")].at(-1);
  const button = [...(open ?? document).querySelectorAll(`[data-key="${CSS.escape(name)}"]`)]
    .find((candidate) => isShown(candidate) && !candidate.disabled && !candidate.closest("[inert]"));
  if (!button) return false;
  button.click();
  return true;
}

function clear() {
  const chosen = [...document.querySelectorAll(".row > input:checked")];
  for (const box of chosen) box.click();
  return chosen.length > 0;
}

function act(name) {
  const open = document.querySelector(".dialog:popover-open");
  if (name === "?" && dialog && (!open || open === dialog)) {
    dialog.togglePopover();
    return true;
  }
  if (open) return name !== "Escape" && name !== "Enter" && press(name);
  switch (name) {
    case "J": return move(1) || press(name);
    case "K": return move(-1) || press(name);
    case "X": return select();
    case "/": return search();
    case "Escape": return clear();
    case "Enter": return false;
    default: return press(name);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.target.form?.requestSubmit();
    return;
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat && event.key.length > 1) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (isOff() && event.key !== "Escape") return;
  if (act(nameOf(event))) event.preventDefault();
});
