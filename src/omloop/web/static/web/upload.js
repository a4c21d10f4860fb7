// Upload of several files: drop them or choose them, one request per file, so that each has its own progress and
// outcome. Works on form[data-upload] with input[type=file]; without script the same form sends all files at once.
//
// Each file goes as the multipart field `files` with `Accept: application/json`; the answer is
// {"files": [{"file", "outcome", "document", "url", "error", "again"}]}. The words come from data-* on the list
// (data-waiting, data-sending, data-checking, data-failed, data-again), the icons from a <template> per state inside the form.

const AT_ONCE = 2;

class Upload {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=file]");
    this.drop = form.querySelector(".drop") ?? form;
    this.list = form.querySelector(".uploads");
    this.queue = [];
    this.busy = 0;
    form.addEventListener("submit", (event) => this.submit(event));
    this.input.addEventListener("change", () => this.take(this.input.files));
    this.watchDrops();
  }

  watchDrops() {
    this.drop.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      this.drop.dataset.over = "";
    });
    this.drop.addEventListener("dragleave", (event) => {
      if (!this.drop.contains(event.relatedTarget)) delete this.drop.dataset.over;
    });
    this.drop.addEventListener("drop", (event) => {
      event.preventDefault();
      delete this.drop.dataset.over;
      this.take(event.dataTransfer.files);
    });
  }

  submit(event) {
    event.preventDefault();
    if (this.input.files.length > 0) this.take(this.input.files);
    else this.input.click();
  }

  take(files) {
    if (!this.form.reportValidity() && files.length === 0) return;
    for (const file of files) this.queue.push({ file, line: this.addLine(file) });
    this.input.value = "";
    this.next();
  }

  addLine(file) {
    const line = document.createElement("li");
    const name = document.createElement("b");
    const state = document.createElement("span");
    const track = document.createElement("div");
    const bar = document.createElement("progress");
    name.textContent = file.name;
    state.textContent = this.list.dataset.waiting;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    track.className = "progress";
    track.append(bar);
    line.append(this.icon("waiting"), name, state, track);
    this.list.append(line);
    return line;
  }

  icon(state) {
    const template = this.form.querySelector(`template[data-icon="${state}"]`);
    return template ? template.content.cloneNode(true) : document.createElement("span");
  }

  next() {
    while (this.busy < AT_ONCE && this.queue.length > 0) this.send(this.queue.shift());
  }

  send({ file, line }) {
    this.busy += 1;
    const request = new XMLHttpRequest();
    const body = new FormData(this.form);
    body.delete(this.input.name);
    body.append("files", file, file.name);
    request.open("POST", this.form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => this.showProgress(line, event));
    request.addEventListener("load", () => this.showAnswer(line, request));
    request.addEventListener("error", () => this.finish(line, { outcome: "failed", error: this.list.dataset.failed }));
    request.addEventListener("loadend", () => {
      this.busy -= 1;
      this.next();
    });
    line.children[2].textContent = this.list.dataset.sending;
    request.send(body);
  }

  showProgress(line, event) {
    if (!event.lengthComputable) return;
    line.querySelector("progress").value = event.loaded / event.total;
    if (event.loaded === event.total) line.children[2].textContent = this.list.dataset.checking;
  }

  showAnswer(line, request) {
    let results = [];
    try {
      results = JSON.parse(request.responseText).files ?? [];
    } catch {
      // Not our answer: a proxy or an error page. Below it counts as failed, in words.
    }
    if (results.length === 0) results = [{ outcome: "failed", error: this.list.dataset.failed }];
    this.finish(line, results[0]);
    for (const extra of results.slice(1)) this.finish(this.addLine({ name: extra.file }), extra);
  }

  finish(line, result) {
    const [icon, name, state] = line.children;
    const isGood = !result.error;
    icon.replaceWith(this.icon(isGood ? "good" : "bad"));
    line.dataset.tone = isGood ? "good" : "danger";
    state.textContent = isGood ? result.outcome : "";
    line.querySelector(".progress")?.remove();
    if (result.url) {
      const link = document.createElement("a");
      link.href = result.url;
      link.textContent = name.textContent;
      name.replaceChildren(link);
    }
    if (result.again) {
      const again = document.createElement("a");
      again.href = result.again;
      again.textContent = this.list.dataset.again;
      state.append(" ", again);
    }
    if (result.error) {
      const reason = document.createElement("p");
      reason.textContent = result.error;
      line.append(reason);
    }
  }
}

for (const form of document.querySelectorAll("form[data-upload]")) new Upload(form);
