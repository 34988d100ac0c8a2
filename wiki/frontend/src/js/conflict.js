// The conflict page: who writes in a place's own field has chosen what is written there.
for (const own of document.querySelectorAll(".choice-own")) {
  own.querySelector("textarea").addEventListener("input", () => {
    own.querySelector("input[type=radio]").checked = true;
  });
}
