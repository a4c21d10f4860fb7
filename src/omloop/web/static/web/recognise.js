// The words of a picture as targets: figure[data-recognise] has an image and over it an <svg> with a <rect> for each
// word (data-text, and data-day or data-amount where it is one). Choosing one fills the field where one stood last,
// in the form that field takes (data-takes: text, day, amount); with Shift a word is added. Without script the
// fields are typed.
//
// By keyboard the picture is one stop: arrows go from word to word, Enter or Space chooses.

const fields = [...document.querySelectorAll("[data-takes]")];
const hint = document.querySelector("[data-recognise-hint]");
let chosen = fields.find((field) => !field.value) ?? fields[0];

function mark(field) {
  for (const each of fields) delete each.dataset.chosen;
  chosen = field;
  chosen.dataset.chosen = "";
}

function fill(target, isAdded) {
  const value = { day: target.dataset.day, amount: target.dataset.amount }[chosen.dataset.takes];
  if (chosen.dataset.takes !== "text" && !value) {
    target.dataset.refused = "";
    setTimeout(() => delete target.dataset.refused, 400);
    return;
  }
  const text = value ?? target.dataset.text;
  chosen.value = isAdded && chosen.dataset.takes === "text" && chosen.value ? `${chosen.value} ${text}` : text;
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
}

class Words {
  constructor(figure) {
    this.svg = figure.querySelector("svg");
    this.targets = [...this.svg.querySelectorAll("rect")];
    for (const target of this.targets) {
      target.setAttribute("role", "button");
      target.setAttribute("tabindex", "-1");
    }
    this.targets[0]?.setAttribute("tabindex", "0");
    this.svg.addEventListener("pointerdown", (event) => this.press(event));
    this.svg.addEventListener("keydown", (event) => this.key(event));
  }

  press(event) {
    const target = event.target.closest("rect");
    if (!target) return;
    event.preventDefault();
    fill(target, event.shiftKey);
    chosen.focus();
  }

  key(event) {
    const at = this.targets.indexOf(document.activeElement);
    if (at < 0) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      fill(this.targets[at], event.shiftKey);
      return;
    }
    const next = this.next(at, event.key);
    if (!next) return;
    event.preventDefault();
    this.targets[at].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  next(at, key) {
    if (key === "ArrowRight") return this.targets[at + 1];
    if (key === "ArrowLeft") return this.targets[at - 1];
    if (key !== "ArrowDown" && key !== "ArrowUp") return undefined;
    const here = this.targets[at].getBBox();
    const way = key === "ArrowDown" ? 1 : -1;
    const apart = (box) => Math.abs(box.y - here.y) * 4 + Math.abs(box.x - here.x);
    return this.targets
      .map((target) => ({ target, box: target.getBBox() }))
      .filter(({ box }) => (box.y - here.y) * way > here.height / 2)
      .sort((one, other) => apart(one.box) - apart(other.box))[0]?.target;
  }
}

for (const field of fields) field.addEventListener("focus", () => mark(field));
for (const figure of document.querySelectorAll("[data-recognise]")) new Words(figure);
if (hint) hint.hidden = false;
if (chosen) mark(chosen);
