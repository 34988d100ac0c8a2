// The menus of chapters, listed below a text, stand beside their headings where there is a script.
const list = document.querySelector("[data-chapters]");

function place(line) {
  const heading = document.getElementById(line.dataset.chapter);
  if (!heading?.closest(".text")) return false;
  const menu = line.querySelector(".chapter-menu");
  if (menu) {
    const head = document.createElement("div");
    head.className = `chapter-head level-${heading.localName[1]}`;
    heading.replaceWith(head);
    // The link that the menu begins with was there for who has no script.
    heading.querySelector(".edit-section")?.remove();
    head.append(heading, menu);
  }
  const told = line.querySelector(".chapter-told");
  if (told) (heading.closest(".chapter-head") ?? heading).after(told);
  return true;
}

if (list) {
  const lines = [...list.querySelectorAll("[data-chapter]")];
  const placed = lines.filter(place);
  for (const line of placed) line.remove();
  // The form that all buttons belong to stays where it is.
  list.classList.toggle("is-placed", placed.length === lines.length);
}
