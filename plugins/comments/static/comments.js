// Comments beside the text: soft marks on what they are about, a button in the margin for each
// passage, and the thread in a card beside it, or at the foot of a small screen.
{
  const here = document.querySelector("[data-comments]");
  const text = document.querySelector("article .text");
  const words = here?.dataset;
  const icon = () => {
    const known = document.querySelector("svg.icon use");
    const sprite = known?.getAttribute("href").split("#")[0];
    return sprite ? `<svg class="icon" aria-hidden="true"><use href="${sprite}#message-circle"/></svg>` : "";
  };

  class Margin {
    constructor() {
      this.part = null;
      this.places = [];
      this.returnTo = null;
      this.column = text.parentElement;
      this.column.classList.add("comments-column");
      this.layer = document.createElement("div");
      this.layer.className = "comments-layer";
      this.column.append(this.layer);
      this.said = here.querySelector("[data-comments-said]");
      new ResizeObserver(() => this.align()).observe(text);
      addEventListener("resize", () => this.align());
      document.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && this.card && !event.defaultPrevented) this.close();
      });
      text.addEventListener("click", (event) => this.openAt(event));
    }

    async load() {
      const answer = await fetch(words.comments, { headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(`comments: ${answer.status}`);
      this.take(await answer.text());
    }

    take(html) {
      const parsed = new DOMParser().parseFromString(html, "text/html");
      this.part = document.importNode(parsed.querySelector("[data-part]"), true);
      this.draw();
    }

    // Where each thread's passage is now; those about the same one share a button.
    draw() {
      const shown = window.passages.read(text);
      this.places = [];
      for (const thread of this.part.querySelectorAll("[data-thread]")) {
        const { quote, before, after, anchor } = thread.dataset;
        let range = null;
        if (anchor) {
          const heading = document.getElementById(`h-${anchor}`);
          if (heading && text.contains(heading)) (range = document.createRange()).selectNodeContents(heading);
        } else if (quote) range = shown.find(quote, before ?? "", after ?? "");
        if (range) this.add(thread, range, Boolean(anchor));
      }
      if (window.Highlight && CSS.highlights) {
        const marked = this.places.filter((place) => !place.chapter).map((place) => place.range);
        CSS.highlights.set("comment", new Highlight(...marked));
      }
      this.layer.replaceChildren(...this.places.map((place) => this.mark(place)));
      this.align();
    }

    add(thread, range, chapter) {
      const same = this.places.find((place) => place.range.toString() === range.toString()
        && place.range.compareBoundaryPoints(Range.START_TO_START, range) === 0);
      if (same) same.threads.push(thread);
      else this.places.push({ range, chapter, threads: [thread] });
    }

    mark(place) {
      const count = place.threads.reduce((sum, thread) => sum + Number(thread.dataset.count), 0);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "comment-mark";
      button.innerHTML = icon();
      const number = document.createElement("span");
      number.textContent = count;
      const label = document.createElement("span");
      label.className = "sr-only";
      label.textContent = ` ${words.title}: « ${place.range.toString().slice(0, 80)} »`;
      button.append(number, label);
      button.setAttribute("aria-expanded", "false");
      button.addEventListener("click", () => (this.place === place ? this.close() : this.open(place)));
      place.button = button;
      return button;
    }

    // Beside its line; two on the same line stand one below the other.
    align() {
      const top = this.column.getBoundingClientRect().top;
      let free = 0;
      const order = [...this.places].sort((one, other) => topOf(one.range) - topOf(other.range));
      for (const place of order) {
        const at = Math.max(free, topOf(place.range) - top);
        place.button.style.top = `${at}px`;
        free = at + 30;
      }
      if (this.card && this.range) this.card.style.top = `${topOf(this.range) - top}px`;
    }

    openAt(event) {
      if (event.target.closest("a, button, summary, input") || !getSelection().isCollapsed) return;
      const hit = this.places.find((place) => [...place.range.getClientRects()].some(
        (box) => event.clientX >= box.left && event.clientX <= box.right
          && event.clientY >= box.top && event.clientY <= box.bottom));
      if (hit) this.open(hit);
    }

    open(place) {
      this.close(false);
      this.place = place;
      place.button.setAttribute("aria-expanded", "true");
      this.show(words.title, place.range, place.threads, place.button);
      if (CSS.highlights) CSS.highlights.set("comment-open", new Highlight(place.range));
    }

    // The form for what was selected.
    async write(chosen) {
      if (!this.part) await this.load();
      this.close(false);
      const form = this.part.querySelector(".comment-new")?.cloneNode(true);
      if (!form) return;
      form.querySelector("[data-quoted]").textContent = chosen.quote;
      for (const name of ["quote", "before", "after"]) form.elements[name].value = chosen[name];
      if (CSS.highlights) CSS.highlights.set("comment-open", new Highlight(chosen.range));
      this.show(words.new, chosen.range, [form], document.querySelector("main"));
      form.querySelector("textarea").focus({ preventScroll: true });
    }

    show(title, range, parts, returnTo) {
      const card = document.createElement("section");
      card.className = "comment-card";
      card.tabIndex = -1;
      card.setAttribute("role", "dialog");
      card.setAttribute("aria-label", title);
      const shut = document.createElement("button");
      shut.type = "button";
      shut.className = "link comment-shut";
      shut.textContent = words.close;
      shut.addEventListener("click", () => this.close());
      card.append(shut, ...parts);
      card.addEventListener("submit", (event) => this.send(event));
      this.column.append(card);
      Object.assign(this, { card, range, returnTo });
      this.align();
      card.focus({ preventScroll: true });
      card.scrollIntoView({ block: "nearest" });
    }

    close(back = true) {
      this.place?.button?.setAttribute("aria-expanded", "false");
      const card = this.card;
      Object.assign(this, { card: null, place: null, range: null });
      card?.remove();
      CSS.highlights?.delete("comment-open");
      if (back && card) (this.returnTo?.isConnected ? this.returnTo : document.querySelector("main")).focus({ preventScroll: true });
    }

    async send(event) {
      event.preventDefault();
      const form = event.target;
      // Its buttons are called action, and hide the form's own.
      if (form.dataset.sent) return;
      form.dataset.sent = "1";
      const body = new FormData(form, event.submitter);
      let refused = words.failed;
      try {
        const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "HX-Request": "true" } });
        const html = await answer.text();
        if (answer.ok && html.includes("data-part")) return this.sent(html);
        const parsed = new DOMParser().parseFromString(html, "text/html");
        refused = parsed.querySelector("[data-refused]")?.textContent ?? refused;
      } catch { /* the words below say it */ } finally { delete form.dataset.sent; }
      form.querySelector(".error")?.remove();
      const line = document.createElement("p");
      line.className = "error";
      line.setAttribute("role", "alert");
      line.textContent = refused;
      form.querySelector(".comment-tools:last-of-type").before(line);
      return undefined;
    }

    sent(html) {
      this.close(false);
      this.take(html);
      const { chosen, said } = this.part.dataset;
      this.said.textContent = said;
      const place = this.places.find((one) => one.threads.some((thread) => thread.dataset.thread === chosen));
      if (place) this.open(place);
      else this.tell(said);
      this.count();
    }

    // What is said where there is no thread to show it in: a first message, or the last one removed.
    tell(said) {
      const note = document.createElement("p");
      note.className = "comment-note";
      note.textContent = said;
      this.layer.append(note);
      setTimeout(() => note.remove(), 8000);
    }

    count() {
      here.querySelector("[data-comments-label]").textContent = this.part.dataset.label;
    }
  }

  // A button at what is selected; it goes with the selection.
  class Chooser {
    constructor(margin) {
      this.margin = margin;
      this.button = document.createElement("button");
      this.button.type = "button";
      this.button.className = "comment-choose";
      this.button.hidden = true;
      this.button.innerHTML = icon();
      this.button.append(` ${words.write}`);
      // Pressed, it must not take the selection away first.
      this.button.addEventListener("pointerdown", (event) => event.preventDefault());
      this.button.addEventListener("click", () => this.choose());
      margin.column.append(this.button);
      let timer = 0;
      document.addEventListener("selectionchange", () => {
        clearTimeout(timer);
        timer = setTimeout(() => this.follow(), 120);
      });
      document.addEventListener("keydown", (event) => {
        if (event.ctrlKey && event.altKey && event.code === "KeyM" && this.range()) {
          event.preventDefault();
          this.choose();
        }
      });
    }

    range() {
      const selection = getSelection();
      if (selection.isCollapsed || !selection.rangeCount) return null;
      const range = selection.getRangeAt(0);
      const inside = text.contains(range.startContainer) && text.contains(range.endContainer);
      const length = selection.toString().trim().length;
      return inside && length > 1 && length <= 1000 ? range : null;
    }

    follow() {
      const range = this.range();
      this.button.hidden = !range;
      if (!range) return;
      const boxes = range.getClientRects();
      const last = boxes[boxes.length - 1];
      const column = this.margin.column.getBoundingClientRect();
      const left = Math.min(last.right - column.left, column.width - this.button.offsetWidth);
      this.button.style.top = `${last.bottom - column.top + 8}px`;
      this.button.style.left = `${Math.max(0, left - 20)}px`;
    }

    async choose() {
      const range = this.range();
      const chosen = range && window.passages.read(text).chosen(range);
      if (!chosen) return;
      this.button.hidden = true;
      try {
        await this.margin.write(chosen);
        getSelection().removeAllRanges();
      } catch {
        this.margin.tell(words.unread);
      }
    }
  }

  function topOf(range) {
    const box = range.getClientRects()[0] ?? range.getBoundingClientRect();
    return box.top;
  }

  if (here && text) {
    const margin = new Margin();
    if ("may" in words) new Chooser(margin);
    if (Number(words.count)) margin.load().catch(() => {});
  }
}
