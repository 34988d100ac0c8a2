// Copies a text; where the browser does not allow it, the text is chosen to be copied by hand.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(text.value);
    button.textContent = button.dataset.done;
  } catch {
    text.focus();
    text.select();
  }
});
