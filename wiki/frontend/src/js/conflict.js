// The conflict page: what one chooses, place by place, becomes the text that will be saved.
function chooseInConflict(form) {
  const pieces = JSON.parse(form.dataset.conflict);
  const area = form.querySelector("textarea[name=text]");
  const lines = (text) => (text && !text.endsWith("\n") ? `${text}\n` : text);
  let put = area.value;
  const choose = () => {
    let at = 0;
    put = pieces.map((piece) => {
      if (piece.kind === "agreed") return piece.text;
      const choice = form.querySelector(`[name="choice-${at}"]:checked`)?.value ?? "both";
      at += 1;
      return choice === "both" ? lines(piece.mine) + piece.theirs : piece[choice];
    }).map(lines).join("");
    area.value = put;
  };
  form.addEventListener("change", (event) => {
    if (event.target.name?.startsWith("choice-")) choose();
  });
  // A choice writes the whole anew: once the text is put right by hand, the choices rest.
  area.addEventListener("input", () => {
    for (const one of form.querySelectorAll("fieldset.choice")) one.disabled = area.value !== put;
  });
}

for (const form of document.querySelectorAll("form[data-conflict]")) chooseInConflict(form);
