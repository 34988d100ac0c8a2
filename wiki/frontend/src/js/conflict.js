// The conflict page: what one chooses, place by place, becomes the text that will be saved.
function chooseInConflict(form) {
  const pieces = JSON.parse(form.dataset.conflict);
  const area = form.querySelector("textarea[name=text]");
  const places = [...form.querySelectorAll("fieldset.choice")];
  const lines = (text) => (text && !text.endsWith("\n") ? `${text}\n` : text);
  let put = area.value;
  const chosen = (piece, place) => {
    const choice = place.querySelector("input[type=radio]:checked")?.value ?? "both";
    if (choice === "own") return place.querySelector("[data-own] textarea").value;
    return choice === "both" ? lines(piece.mine) + piece.between + piece.theirs : piece[choice];
  };
  const choose = () => {
    let at = 0;
    put = pieces
      .map((piece) => (piece.kind === "agreed" ? piece.text : chosen(piece, places[at++])))
      .map(lines)
      .join("");
    area.value = put;
  };
  for (const place of places) {
    const own = place.querySelector("[data-own]");
    own.hidden = false;
    place.addEventListener("change", () => {
      const writing = own.querySelector("input").checked;
      const text = own.querySelector("textarea");
      if (writing && text.hidden) {
        text.hidden = false;
        text.focus();
      }
      text.hidden = !writing;
      choose();
    });
    own.querySelector("textarea").addEventListener("input", choose);
  }
  // A choice writes the whole anew: once the text is put right by hand, the choices rest.
  area.addEventListener("input", () => {
    for (const one of places) one.disabled = area.value !== put;
  });
}

for (const form of document.querySelectorAll("form[data-conflict]")) chooseInConflict(form);
