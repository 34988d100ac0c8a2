// The chapter that a place in a text is in, by its heading; what stands in code is none.

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^#{1,6}\s+(.+?)\s*#*$/;

export function chapterAt(text, offset) {
  let fence = "";
  let chapter = "";
  for (const line of text.slice(0, lineEnd(text, offset)).split("\n")) {
    const mark = line.match(FENCE)?.[1];
    if (fence) {
      if (mark?.startsWith(fence)) fence = "";
    } else if (mark) fence = mark;
    else chapter = line.match(HEADING)?.[1] ?? chapter;
  }
  return chapter;
}

function lineEnd(text, offset) {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}
