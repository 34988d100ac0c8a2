// Boxes above the text: what happened to it, in words, with what one can do.

export function notice(form, kind, words, actions = []) {
  const box = document.createElement("div");
  box.className = `notice ${kind} live-told`;
  box.setAttribute("role", kind === "error" ? "alert" : "status");
  const text = document.createElement("p");
  text.textContent = words;
  box.append(text, ...actions.map(([label, act], at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = at ? "small outline" : "small";
    button.textContent = label;
    button.addEventListener("click", () => act(button, box));
    return button;
  }));
  form.querySelector(".edit-bar").before(box);
  return box;
}

// To have a text at hand, whatever becomes of the window.
export function copying(words, text) {
  return [words.copy, async (button) => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = words.copied;
    } catch {
      // No clipboard here: the text still stands in the editor.
    }
  }];
}
