// Pictures and files: chosen, pasted or dropped, kept beside the page, and put where the cursor is.
export function acceptFiles(form, surface, words, say) {
  const chooser = document.createElement("input");
  chooser.type = "file";
  chooser.hidden = true;
  chooser.multiple = true;
  chooser.setAttribute("aria-hidden", "true");
  form.append(chooser);
  chooser.addEventListener("change", () => send([...chooser.files]));

  async function send(files) {
    for (const file of files) await sendOne(file);
    chooser.value = "";
  }

  async function sendOne(file) {
    if (file.size > Number(form.dataset.maxUpload)) {
      say(words.too_big);
      return;
    }
    say(words.uploading.replace("{name}", file.name));
    const data = new FormData();
    data.set("file", file);
    data.set("csrf_token", form.querySelector("[name=csrf_token]").value);
    try {
      const answer = await fetch(form.dataset.attach, {
        method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" },
      });
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Error(told.error ?? String(answer.status));
      const label = told.name.replace(/\.[^.]*$/, "").replace(/[[\]\\]/g, "");
      const { from, to } = surface.selection();
      const written = `${told.image ? "!" : ""}[${label}](<${told.url}>)`;
      surface.replace(from, to, written, [from + (told.image ? 2 : 1), from + (told.image ? 2 : 1) + label.length]);
      say("");
    } catch (error) {
      say(words.upload_failed.replace("{why}", error.message));
    }
  }

  const take = (event, transfer) => {
    const files = [...(transfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    send(files);
  };
  surface.element.addEventListener("paste", (event) => take(event, event.clipboardData), true);
  surface.element.addEventListener("drop", (event) => take(event, event.dataTransfer), true);
  return { choose: () => chooser.click() };
}
