// Copies the text to pass on; where the browser does not allow it, the text is chosen to be copied.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(text.value);
    button.textContent = button.dataset.done;
  } catch {
    text.closest("details").open = true;
    text.focus();
    text.select();
  }
});
