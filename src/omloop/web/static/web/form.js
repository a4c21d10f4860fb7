// Forms that send themselves: <select data-submit> or <input type="checkbox" data-submit> sends its form when it
// changes. Without script the form's own button does it; that button may carry data-without-script to be hidden.

for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;

document.addEventListener("change", (event) => {
  const control = event.target.closest("[data-submit]");
  control?.form?.requestSubmit();
});
