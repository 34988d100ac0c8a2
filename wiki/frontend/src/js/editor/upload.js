// Pictures and files: chosen, pasted or dropped, kept beside the page, and put where the cursor is, a picture between paragraphs.
import { describe } from "./describing.js";
import { tableAt } from "./tables.js";

class TooBig extends Error {}

export function acceptFiles(form, surface, words, say) {
  const chooser = document.createElement("input");
  chooser.type = "file";
  chooser.hidden = true;
  chooser.multiple = true;
  chooser.setAttribute("aria-hidden", "true");
  form.append(chooser);
  chooser.addEventListener("change", () => send([...chooser.files]));

  // Sends them one after the other; says how it goes. Gives back what stands beside the page now.
  async function keep(files) {
    const sent = [];
    let wrong = "";
    for (const [at, file] of files.entries()) {
      try {
        sent.push(await sendOne(file, files.length > 1 ? ` (${at + 1}/${files.length})` : ""));
      } catch (error) {
        wrong = error instanceof TooBig ? words.too_big.replace("{name}", file.name) : words.upload_failed.replace("{why}", error.message);
      }
    }
    chooser.value = "";
    say(wrong, wrong ? 10 : 0);
    return sent;
  }

  async function send(files) {
    const place = surface.place();
    const sent = await keep(files);
    const to = place();
    if (!sent.length) return;
    put(sent, to);
    describe(form, surface, words, sent.filter((one) => one.mark));
  }

  async function sendOne(file, which) {
    if (file.size > Number(form.dataset.maxUpload)) throw new TooBig();
    const progress = (share) => say(`${words.uploading.replace("{name}", file.name)}${which}${share ? ` ${share}\u00a0%` : ""}`);
    progress(0);
    const data = new FormData();
    data.set("file", file);
    data.set("csrf_token", form.querySelector("[name=csrf_token]").value);
    const told = await posted(form.dataset.attach, data, progress);
    if (!told.url) throw new Error(told.error ?? words.no_answer);
    const label = told.name.replace(/\.[^.]*$/, "").replace(/[[\]\\]/g, "");
    return { mark: told.image ? "!" : "", label, url: told.url };
  }

  // Behind what is chosen, and behind the whole of a picture whose words are still chosen.
  function put(sent, to) {
    const text = surface.text();
    if (tableAt(text, to)) {
      // In a cell they stand in a row, behind its words.
      const shown = sent.map(({ mark, label, url }) => `${mark}[${label}](<${url}>)`.replace(/\|/g, "\\|")).join(" ");
      const apart = /[^\s|]$/.test(text.slice(0, to)) ? " " : "";
      surface.replace(to, to, apart + shown);
      return;
    }
    const behind = to + (text.slice(to).match(/^[^[\]\n]*\]\(<[^>\n]*>\)/)?.[0].length ?? 0);
    const beside = behind !== to || />\)$/.test(text.slice(Math.max(0, behind - 2), behind));
    const alone = !beside && sent.some(({ mark }) => mark);
    const { at, before, after } = alone ? apart(text, to) : { at: behind, before: beside ? "\n" : "", after: "" };
    const written = sent.map(({ mark, label, url }) => `${mark}[${label}](<${url}>)`).join("\n");
    const start = at + before.length + sent[0].mark.length + 1;
    const end = at + before.length + written.length;
    surface.replace(at, at, before + written + after, sent.length === 1 ? [start, start + sent[0].label.length] : [end, end]);
  }

  surface.element.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    event.stopPropagation();
    surface.pointTo(event.clientX, event.clientY);
    send(files);
  }, true);
  return { choose: () => chooser.click(), send, keep };
}

// Where a picture stands as a paragraph of its own: on the empty line one is at, above the paragraph
// that one is at the beginning of, else below it; before the end of a block.
function apart(text, at) {
  const above = text.slice(0, at);
  const below = text.slice(at);
  const first = /(^|\n[ \t]*\n)[ \t]*$/.test(above);
  if (/(^|\n)[ \t]*$/.test(above) && /^[ \t]*(\n|$)/.test(below))
    return { at, before: first ? "" : "\n", after: /^[ \t]*\n[ \t]*\S/.test(below) ? "\n" : "" };
  if (first) return { at, before: "", after: "\n\n" };
  return { at: at + below.search(/\n(?=[ \t]*(\n|$|:::))|$/), before: "\n\n", after: "" };
}

// As fetch, which cannot tell how far a phone on a slow line has come.
function posted(url, data, progress) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.total > 200_000) progress(Math.floor((event.loaded / event.total) * 100));
    });
    request.addEventListener("loadend", () => done(request.response ?? {}));
    request.send(data);
  });
}
