// The frame: closes toasts without reloading, and says so when a part of the page can't be fetched.

const toasts = document.getElementById("toasts");

toasts?.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  if (!close) return;
  event.preventDefault();
  close.closest(".toast").remove();
});

// Good news goes by itself; what went wrong stays until it is closed.
const A_WHILE = 10_000;
for (const toast of document.querySelectorAll("#toasts > .toast[data-tone=good]")) {
  setTimeout(() => {
    if (!toast.matches(":hover, :focus-within")) toast.remove();
  }, A_WHILE);
}

function tellTrouble() {
  const trouble = document.getElementById("trouble");
  if (toasts && trouble) toasts.replaceChildren(trouble.content.cloneNode(true));
}

document.addEventListener("htmx:sendError", tellTrouble);
document.addEventListener("htmx:responseError", tellTrouble);
document.addEventListener("htmx:timeout", tellTrouble);
