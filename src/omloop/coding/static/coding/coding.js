// The lines of a coding: what is left while one types, names of codes, and keys. Without script the buttons do it.
//
// A code field takes a code or a part of its name: on leaving it the one that is meant is filled in, as the server
// would. Keys work inside the fields: Alt Enter one more line, Ctrl D the line in hand again, Alt Delete removes it,
// Alt / goes to its division; Ctrl Enter saves (keys.js).

const KEYS = { "Alt+Enter": "more", "Control+d": "copy", "Alt+Delete": "drop" };
const SHOWN = 4;

const optionsOf = (field) => [...(field.list?.options ?? [])].map((option) => ({
  code: option.value,
  name: option.label.slice(option.value.length).trim(),
}));

function meantBy(said, options) {
  const exact = options.filter(({ code }) => code === said || code === said.split(" ")[0]);
  if (exact.length) return exact.slice(0, 1);
  const text = said.toLocaleLowerCase();
  const starting = options.filter(({ code }) => code.toLocaleLowerCase().startsWith(text));
  return starting.length ? starting : options.filter(({ name }) => name.toLocaleLowerCase().includes(text));
}

function tellName(field) {
  const place = field.parentElement.querySelector("[data-name]");
  if (!place) return;
  const said = field.value.trim();
  const found = said ? meantBy(said, optionsOf(field)) : [];
  const told = found.slice(0, SHOWN).map(({ code, name }) => (found.length > 1 ? `${code} ${name}` : name));
  place.textContent = told.join(", ") + (found.length > SHOWN ? "…" : "");
  place.hidden = false;
}

function settle(field) {
  const found = field.value.trim() ? meantBy(field.value.trim(), optionsOf(field)) : [];
  if (found.length === 1) field.value = found[0].code;
  tellName(field);
}

// An amount as people write it, in cents; what can't be read counts as nothing. As AmountField reads it.
function centsOf(text) {
  const said = text.replace(/[€\s\u00a0]/g, "").replace("\u2212", "-");
  const found = /^(-?)(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](\d{1,2}))?$/.exec(said);
  if (!found) return 0;
  const cents = Number(found[2].replace(/\D/g, "")) * 100 + Number((found[3] ?? "").padEnd(2, "0"));
  return found[1] ? -cents : cents;
}

function tellLeft() {
  const table = document.querySelector("[data-total]");
  const place = table?.querySelector("[data-left]");
  if (!place) return;
  const amounts = [...table.querySelectorAll("input[name$='-amount']")].map((field) => centsOf(field.value));
  const left = Math.round(Number(table.dataset.total) * 100) - amounts.reduce((sum, each) => sum + each, 0);
  place.textContent = (left / 100).toLocaleString(document.documentElement.lang, { minimumFractionDigits: 2 });
  place.classList.toggle("late", left !== 0);
}

function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return [event.altKey && "Alt", (event.ctrlKey || event.metaKey) && "Control", key].filter(Boolean).join("+");
}

function goDivide(row) {
  const rows = [...row.parentElement.children];
  const which = document.getElementById("divided");
  which.value = String(rows.indexOf(row) + 1);
  which.closest("details").open = true;
  (document.getElementById("division_key") ?? document.getElementById("shares")).focus();
}

document.addEventListener("input", (event) => {
  if (event.target.matches("#desk input.code")) tellName(event.target);
  if (event.target.matches("#desk input[name$='-amount']")) tellLeft();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("#desk input.code, #desk input[list]")) settle(event.target);
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("#desk tbody tr");
  const name = nameOf(event);
  if (name === "Alt+/" && row) {
    event.preventDefault();
    goDivide(row);
    return;
  }
  if (event.key === "Enter" && event.target.matches?.("#shares, #division_key") && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    document.querySelector("[data-press='divide']").click();
    return;
  }
  const press = KEYS[name];
  if (!press || !event.target.closest?.("#desk")) return;
  const button = (press === "more" ? document : row)?.querySelector(`[data-press='${press}']`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
