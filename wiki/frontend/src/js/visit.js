// What is new on this page since one's last visit: asked once the page stands, for its reader alone.
async function askWhatIsNew(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { words, url } = await answer.json();
    if (!words) return;
    const link = form.querySelector("a");
    link.textContent = words;
    link.href = url;
    form.hidden = false;
  } catch {
    // Without the network there is nothing new to tell.
  }
}

for (const form of document.querySelectorAll("form[data-visit]")) askWhatIsNew(form);
