// The worklist beside an invoice: a row shows its invoice without leaving the page, and J and K show as they go.
// Enter on the row that is shown opens its own page. Where the preview is hidden, on a phone, a row is a plain link.

const preview = document.getElementById("preview");
const list = document.getElementById("waiting");
const A_MOMENT = 120;
let soon;

const isBeside = () => preview?.checkVisibility() && list?.checkVisibility();
const rowOf = (title) => title.closest(".row");
const isShown = (title) => rowOf(title).getAttribute("aria-current") === "true";

function show(title) {
  for (const row of list.querySelectorAll(".row[aria-current]")) row.removeAttribute("aria-current");
  rowOf(title).setAttribute("aria-current", "true");
  history.replaceState(history.state, "", title.href);
  htmx.ajax("GET", title.href, { target: "#preview", swap: "innerHTML" });
}

function click(event) {
  const title = event.target.closest(".title");
  if (!title || !isBeside() || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  clearTimeout(soon);
  const isByKey = event.detail === 0;
  if (isByKey && isShown(title)) location.assign(preview.querySelector("h2 > a").href);
  else if (!isShown(title)) show(title);
}

function follow(event) {
  const title = event.target.closest(".title");
  if (!title || !isBeside() || !title.matches(":focus-visible") || isShown(title)) return;
  clearTimeout(soon);
  soon = setTimeout(show, A_MOMENT, title);
}

list?.addEventListener("click", click);
list?.addEventListener("focusin", follow);
list?.querySelector(".row[aria-current]")?.scrollIntoView({ block: "nearest" });
