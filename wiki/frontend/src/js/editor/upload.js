// Pictures and files: chosen, pasted or dropped, kept beside the page, and put where the cursor is.
class TooBig extends Error {}

export function acceptFiles(form, surface, words, say) {
  const chooser = document.createElement("input");
  chooser.type = "file";
  chooser.hidden = true;
  chooser.multiple = true;
  chooser.setAttribute("aria-hidden", "true");
  form.append(chooser);
  chooser.addEventListener("change", () => send([...chooser.files]));

  async function send(files) {
    const sent = [];
    let wrong = "";
    for (const file of files) {
      try {
        sent.push(await sendOne(file));
      } catch (error) {
        wrong = error instanceof TooBig ? words.too_big : words.upload_failed.replace("{why}", error.message);
      }
    }
    chooser.value = "";
    if (sent.length) put(sent);
    say(wrong);
  }

  async function sendOne(file) {
    if (file.size > Number(form.dataset.maxUpload)) throw new TooBig();
    say(words.uploading.replace("{name}", file.name));
    const data = new FormData();
    data.set("file", file);
    data.set("csrf_token", form.querySelector("[name=csrf_token]").value);
    const answer = await fetch(form.dataset.attach, {
      method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" },
    });
    const told = await answer.json().catch(() => ({}));
    if (!told.url) throw new Error(told.error ?? String(answer.status));
    const label = told.name.replace(/\.[^.]*$/, "").replace(/[[\]\\]/g, "");
    return { mark: told.image ? "!" : "", label, url: told.url };
  }

  // Behind what is chosen, and behind the whole of a picture whose words are still chosen.
  function put(sent) {
    const { to } = surface.selection();
    const at = to + (surface.text().slice(to).match(/^[^[\]\n]*\]\(<[^>\n]*>\)/)?.[0].length ?? 0);
    const before = at !== to ? "\n" : "";
    const written = sent.map(({ mark, label, url }) => `${mark}[${label}](<${url}>)`).join("\n");
    const start = at + before.length + sent[0].mark.length + 1;
    const end = at + before.length + written.length;
    surface.replace(at, at, before + written, sent.length === 1 ? [start, start + sent[0].label.length] : [end, end]);
  }

  const take = (event, transfer) => {
    const files = [...(transfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    if (event.type === "drop") surface.pointTo(event.clientX, event.clientY);
    send(files);
  };
  surface.element.addEventListener("paste", (event) => take(event, event.clipboardData), true);
  surface.element.addEventListener("drop", (event) => take(event, event.dataTransfer), true);
  return { choose: () => chooser.click() };
}
