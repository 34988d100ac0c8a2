// The conflict page: what one chooses, place by place, becomes the text that will be saved.
function chooseInConflict(form) {
  const pieces = JSON.parse(form.dataset.conflict);
  const area = form.querySelector("textarea[name=text]");
  const lines = (text) => (text && !text.endsWith("\n") ? `${text}\n` : text);
  const put = () => {
    let at = 0;
    area.value = pieces.map((piece) => {
      if (piece.kind === "agreed") return piece.text;
      const choice = form.querySelector(`[name="choice-${at}"]:checked`)?.value ?? "both";
      at += 1;
      return choice === "both" ? lines(piece.mine) + piece.theirs : piece[choice];
    }).map(lines).join("");
  };
  form.addEventListener("change", (event) => {
    if (event.target.name?.startsWith("choice-")) put();
  });
}

for (const form of document.querySelectorAll("form[data-conflict]")) chooseInConflict(form);
