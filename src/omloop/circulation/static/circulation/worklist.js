// The worklist beside an invoice: a row shows its invoice without leaving the page, and J and K show as they go.
// Enter on the row that is shown opens its own page. Where the preview is hidden, on a phone, a row is a plain link.
// From the moment another row is in hand until its invoice is there, the preview is inert: nobody decides on the one
// before by a key that came too soon.

const preview = document.getElementById("preview");
const list = document.getElementById("waiting");
const A_MOMENT = 120;
let soon;
let shown = list?.querySelector(".row[aria-current] .title");

const isBeside = () => preview?.checkVisibility() && list?.checkVisibility();

function show(title) {
  clearTimeout(soon);
  for (const row of list.querySelectorAll(".row[aria-current]")) row.removeAttribute("aria-current");
  title.closest(".row").setAttribute("aria-current", "true");
  history.replaceState(history.state, "", title.href);
  shown = null;
  preview.inert = true;
  htmx.ajax("GET", title.href, { source: list, target: "#preview", swap: "innerHTML" }).then(() => {
    if (title.closest(".row").getAttribute("aria-current") !== "true") return;
    shown = title;
    preview.inert = false;
  });
}

function click(event) {
  const title = event.target.closest(".title");
  if (!title || !isBeside() || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const isByKey = event.detail === 0;
  if (isByKey && title === shown) location.assign(title.dataset.page);
  else if (title !== shown) show(title);
}

function follow(event) {
  const title = event.target.closest(".title");
  if (!title || !isBeside() || !title.matches(":focus-visible")) return;
  clearTimeout(soon);
  preview.inert = title !== shown;
  if (preview.inert) soon = setTimeout(show, A_MOMENT, title);
}

list?.addEventListener("click", click);
list?.addEventListener("focusin", follow);
shown?.closest(".row").scrollIntoView({ block: "nearest" });

// How many are ticked; Escape clears, and ⇧A on the page answers them.
const picked = document.getElementById("picked");

function count() {
  picked.value = list.querySelectorAll(".row > :checked").length;
}

if (picked) {
  list.addEventListener("change", count);
  picked.form.addEventListener("reset", () => setTimeout(count));
}
