// “Save”: one commit of what all have written. Where nobody answers, the form is sent as ever.
import { inLetters } from "./pending.js";
import { notice } from "./telling.js";

// So long an answer is waited for.
const PATIENCE = 5000;

export function saving(state, line, status) {
  const { form, words } = state;
  const button = form.querySelector("button[type=submit]:not([name])");
  let waiting = 0;
  let asked = false;
  let plain = false;
  let told = null;

  form.addEventListener("submit", (event) => {
    if (plain || !state.joined || event.submitter?.name) return;
    // Before whoever else listens: nothing leaves by the form.
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!waiting) start();
  }, true);

  function start() {
    told?.remove();
    status.saving();
    button.setAttribute("aria-busy", "true");
    waiting = setTimeout(giveUp, PATIENCE);
    if (!ask()) line.hurry();
  }

  // What was typed goes first: messages arrive in their order.
  function ask() {
    if (!waiting || asked) return asked;
    const { attached } = state;
    attached?.sendUpdates();
    asked = Boolean(attached?.answered) && line.send({ type: "save", message: form.querySelector("[name=message]").value });
    return asked;
  }

  function end() {
    clearTimeout(waiting);
    waiting = 0;
    asked = false;
    button.removeAttribute("aria-busy");
    status.saved();
    status.changed(Boolean(state.attached?.unsafe));
  }

  // The live process does not answer. Where the wiki does, the text is saved without it.
  async function giveUp() {
    const there = await fetch("/-/healthz", { cache: "no-store" }).then((answer) => answer.ok, () => false);
    if (!waiting) return;
    if (!there) {
      end();
      status.down();
      told = notice(form, "warning", words.not_now);
      return;
    }
    await handOver();
    if (!waiting) return;
    end();
    plain = true;
    line.end();
    state.pending?.clear();
    state.joined = false;
    form.dataset.live = "no";
    form.requestSubmit(button);
  }

  // What was typed goes the other way too, as what it is: when the live process is back, the words
  // that the form brought are known to be the same. Where it does not arrive, the form does.
  async function handOver() {
    const { attached, box } = state;
    if (!attached?.unsafe) return;
    await fetch(box.dataset.hand, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.querySelector("[name=csrf_token]").value },
      body: JSON.stringify({ epoch: attached.epoch, update: inLetters(attached.pending()) }),
      signal: AbortSignal.timeout(PATIENCE),
    }).catch(() => null);
  }

  return {
    up: ask,
    down() { asked = false; },
    saved({ asked: ours, url }) {
      if (!ours || !waiting) return;
      clearTimeout(waiting);
      try {
        sessionStorage.setItem("told", words.saved);
      } catch {
        // The page itself shows what was saved.
      }
      // What was typed after that stays with the others, and is saved as the last one leaves.
      location.assign(url + (state.section ? `#${state.section}` : ""));
    },
    refused({ words: why }) {
      if (waiting) end();
      told?.remove();
      told = notice(form, "error", why);
      told.scrollIntoView({ block: "nearest" });
    },
  };
}
