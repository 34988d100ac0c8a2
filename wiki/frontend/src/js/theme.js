// Puts the reader's colours in place before anything is drawn: the one script that does not wait.
import "./trust.js";

const root = document.documentElement;
root.classList.add("js");
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
} catch {
  // No storage: the device's colours.
}
