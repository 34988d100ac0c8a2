// The table of contents shows where one is; facets stand open where there is room.
const lines = new Map();
for (const link of document.querySelectorAll(".beside .toc a")) {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (heading) lines.set(heading, link);
}

if (lines.size && "IntersectionObserver" in window) {
  const headings = [...lines.keys()];
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 140);
    const here = passed.at(-1);
    for (const [heading, link] of lines) link.classList.toggle("is-here", heading === here);
  };
  const watcher = new IntersectionObserver(mark, { rootMargin: "-130px 0px -60% 0px", threshold: [0, 1] });
  headings.forEach((heading) => watcher.observe(heading));
  mark();
}

// They are seen there before this runs (parts.css), so that nothing moves; now they are open, too.
function open() {
  if (!matchMedia("(min-width: 62rem)").matches) return;
  for (const fold of document.querySelectorAll(".facets details")) fold.open = true;
}
open();
document.addEventListener("htmx:afterSwap", open);
