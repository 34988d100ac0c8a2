// The page in place of its marks: what a sign means is drawn, and the sign itself is out of sight but
// where the cursor is. Nothing is written here; hidden signs stay in the text.
import { syntaxTree } from "@codemirror/language";
import { Decoration, EditorView, ViewPlugin, WidgetType } from "@codemirror/view";
import { headOf } from "../heads.js";
import { make } from "../words.js";
import { boxOf, dot } from "./boxes.js";
import { drawnAnew } from "./cards.js";
import { pictureOf } from "./pictures.js";
import { regions } from "./regions.js";

const gone = Decoration.replace({});
const faint = Decoration.mark({ class: "cm-faint" });
const linked = Decoration.mark({ class: "cm-link" });
const coded = Decoration.mark({ class: "cm-inline-code" });
const raised = Decoration.mark({ class: "cm-note" });
const bullet = Decoration.mark({ class: "cm-bullet" });
const lines = new Map();

const lineOf = (name) => {
  if (!lines.has(name)) lines.set(name, Decoration.line({ class: name }));
  return lines.get(name);
};
const WIKILINK = /\[\[([^[\]|\n]+)(\|[^[\]\n]*)?\]\]/g;
const NOTE = /\[\^[^\]\s]+\](?!:)/g;
const DEEPEST = 6;

// Collects what is to be drawn between two places.
class Drawing {
  constructor(view, from, to, place) {
    this.view = view;
    this.state = view.state;
    this.doc = view.state.doc;
    this.from = from;
    this.to = to;
    this.place = place;
    this.marks = [];
    this.fixed = [];
    this.start = headOf(this.doc.sliceString(0, 65_536)).length;
  }

  // Whether the cursor is at it, or something of it is chosen.
  isHere(from, to) {
    return this.view.hasFocus && this.state.selection.ranges.some((one) => one.from <= to && one.to >= from);
  }

  // Whether its signs show: a phone shows none even then.
  touched(from, to) { return !this.place.narrow && this.isHere(from, to); }

  // Out of sight, unless `shown`: then it steps back.
  hide(from, to, shown) {
    if (from < to) this.marks.push((shown ? faint : gone).range(from, to));
  }

  // Out of sight whatever the cursor does, which goes around it.
  fix(from, to, decoration = gone) {
    if (from >= to) return;
    this.marks.push(decoration.range(from, to));
    this.fixed.push(decoration.range(from, to));
  }

  line(at, name) { this.marks.push(lineOf(name).range(this.doc.lineAt(at).from)); }

  eachLine(from, to, draw) {
    for (let at = Math.max(from, this.doc.lineAt(this.from).from); at <= Math.min(to, this.to);) {
      const line = this.doc.lineAt(at);
      draw(line);
      at = line.to + 1;
    }
  }
}

const DRAWN = {
  Emphasis: stress, StrongEmphasis: stress, Strikethrough: stress,
  InlineCode(drawing, node) {
    drawing.marks.push(coded.range(node.from, node.to));
    stress(drawing, node);
  },
  Link: link,
  Image(drawing, node) {
    if (drawing.touched(node.from, node.to)) return;
    const shown = pictureOf(drawing.doc.sliceString(node.from, node.to), drawing.place);
    if (shown) drawing.marks.push(Decoration.replace({ widget: shown }).range(node.from, node.to));
  },
  Autolink(drawing, node) {
    const shown = drawing.touched(node.from, node.to);
    drawing.hide(node.from, node.from + 1, shown);
    drawing.hide(node.to - 1, node.to, shown);
    drawing.marks.push(linked.range(node.from, node.to));
  },
  Escape(drawing, node) { drawing.hide(node.from, node.from + 1, drawing.touched(node.from, node.to)); },
  HardBreak(drawing, node) {
    if (drawing.doc.sliceString(node.from, node.from + 1) === "\\") drawing.hide(node.from, node.from + 1, drawing.touched(node.from, node.to - 1));
  },
  HorizontalRule(drawing, node) {
    if (drawing.touched(node.from, node.to)) return;
    drawing.line(node.from, "cm-rule");
    drawing.hide(node.from, node.to, false);
  },
  FencedCode: code, CodeBlock: code,
  Blockquote(drawing, node) {
    drawing.eachLine(node.from, node.to, (line) => drawing.line(line.from, "cm-quote"));
  },
  QuoteMark(drawing, node) {
    drawing.fix(node.from, node.to + (drawing.doc.sliceString(node.to, node.to + 1) === " " ? 1 : 0));
  },
  ListItem: item,
};
for (let level = 1; level <= 6; level += 1) {
  DRAWN[`ATXHeading${level}`] = (drawing, node) => heading(drawing, node, level);
}
for (const level of [1, 2]) DRAWN[`SetextHeading${level}`] = (drawing, node) => drawing.line(node.from, `cm-h${level}`);

const SIGNS = { InlineCode: "CodeMark", Strikethrough: "StrikethroughMark" };

function stress(drawing, node) {
  const shown = drawing.touched(node.from, node.to);
  for (const mark of node.node.getChildren(SIGNS[node.name] ?? "EmphasisMark")) drawing.hide(mark.from, mark.to, shown);
}

function heading(drawing, node, level) {
  const [first, last] = node.node.getChildren("HeaderMark");
  drawing.line(node.from, `cm-h${level}`);
  const blanks = drawing.doc.sliceString(first.to, node.to).match(/^[ \t]*/)[0].length;
  // A heading without words yet keeps its sign: nobody would know what the empty line is.
  if (first.to + blanks >= node.to) drawing.marks.push(faint.range(first.from, first.to));
  else drawing.fix(node.from, first.to + blanks);
  if (last && last.from !== first.from) {
    const before = drawing.doc.sliceString(node.from, last.from).match(/[ \t]*$/)[0].length;
    drawing.hide(last.from - before, last.to, drawing.touched(node.from, node.to));
  }
}

function link(drawing, node) {
  const marks = node.node.getChildren("LinkMark");
  const url = node.node.getChild("URL");
  if (!url || marks.length < 3) return;
  const shown = drawing.touched(node.from, node.to);
  drawing.hide(node.from, marks[0].to, shown);
  // An address may go over lines nowhere: what does is not hidden.
  if (drawing.doc.lineAt(marks[1].from).to >= node.to) drawing.hide(marks[1].from, node.to, shown);
  if (marks[1].from > marks[0].to) drawing.marks.push(linked.range(marks[0].to, marks[1].from));
}

function code(drawing, node) {
  const shown = drawing.touched(node.from, node.to);
  const fences = node.name === "FencedCode" ? node.node.getChildren("CodeMark").map((one) => drawing.doc.lineAt(one.from).from) : [];
  drawing.eachLine(node.from, node.to, (line) => {
    const isFence = fences.includes(line.from);
    drawing.line(line.from, isFence ? "cm-code-line cm-code-edge" : "cm-code-line");
    if (isFence) drawing.hide(line.from, line.to, shown);
  });
}

function item(drawing, node) {
  const mark = node.node.getChild("ListMark");
  if (!mark) return;
  let depth = 0;
  for (let above = node.node.parent; above; above = above.parent) if (above.name === "ListItem") depth += 1;
  const name = `cm-item cm-depth-${Math.min(depth, DEEPEST)}`;
  const first = drawing.doc.lineAt(mark.from);
  const indent = first.text.match(/^[ \t]*/)[0].length;
  const isFirst = /^[ \t]*$/.test(drawing.doc.sliceString(first.from, mark.from));
  const after = drawing.doc.sliceString(mark.to, first.to).match(/^[ \t]*/)[0].length;
  if (isFirst) {
    drawing.marks.push(lineOf(name).range(first.from));
    drawing.fix(first.from, first.from + indent);
    const task = node.node.getChild("Task")?.getChild("TaskMarker");
    const empty = mark.to + after >= first.to;
    if (task) {
      const blank = drawing.doc.sliceString(task.to, task.to + 1) === " " ? 1 : 0;
      drawing.fix(mark.from, task.to + blank, Decoration.replace({ widget: boxOf(drawing.doc, task, first) }));
    } else if (/\d/.test(drawing.doc.sliceString(mark.from, mark.from + 1))) {
      drawing.marks.push(bullet.range(mark.from, mark.to));
    } else if (!empty || after) {
      drawing.fix(mark.from, mark.to + Math.min(after, 1), Decoration.replace({ widget: dot }));
    }
  }
  // What goes on below its first line stands under its words.
  const nested = node.node.getChildren("BulletList").concat(node.node.getChildren("OrderedList"));
  drawing.eachLine(first.to + 1, node.to, (line) => {
    if (!line.text.trim() || nested.some((one) => one.from <= line.to && one.to >= line.from)) return;
    drawing.marks.push(lineOf(`cm-item-more cm-depth-${Math.min(depth, DEEPEST)}`).range(line.from));
    drawing.fix(line.from, line.from + Math.min(line.text.match(/^[ \t]*/)[0].length, indent + 4));
  });
}

// A link without words of its own says the title of its page, as it does for readers.
class Title extends WidgetType {
  constructor(words) {
    super();
    this.words = words;
  }

  eq(other) { return other.words === this.words; }

  toDOM(view) {
    const shown = make("span", "cm-link", this.words);
    // A press puts the cursor into it, where the button for links changes it.
    shown.addEventListener("mousedown", (event) => {
      event.preventDefault();
      view.dispatch({ selection: { anchor: view.posAtDOM(shown) + 2 } });
      view.focus();
    });
    return shown;
  }

  ignoreEvent() { return true; }
}

const titles = new Map();

function titleOf(html) {
  if (!html) return "";
  if (!titles.has(html)) titles.set(html, new DOMParser().parseFromString(html, "text/html").body.textContent.trim());
  return titles.get(html);
}

function words(drawing, line, isCode) {
  for (const found of line.text.matchAll(WIKILINK)) {
    const from = line.from + found.index;
    const to = from + found[0].length;
    if (isCode(from)) continue;
    const shown = drawing.touched(from, to);
    const title = drawing.isHere(from, to) || found[2]?.length > 1 ? "" : titleOf(drawing.place.gallery.get(found[0])?.html);
    if (title) drawing.marks.push(Decoration.replace({ widget: new Title(title) }).range(from, to));
    else {
      drawing.hide(from, found[2]?.length > 1 ? from + 3 + found[1].length : from + 2, shown);
      drawing.hide(to - 2, to, shown);
    }
    drawing.marks.push(linked.range(from, to));
  }
  for (const found of line.text.matchAll(NOTE)) {
    const from = line.from + found.index;
    const to = from + found[0].length;
    if (isCode(from)) continue;
    const shown = drawing.touched(from, to);
    drawing.hide(from, from + 2, shown);
    drawing.hide(to - 1, to, shown);
    drawing.marks.push(raised.range(from, to));
  }
  if (!line.text.trim()) drawing.marks.push(lineOf("cm-blank").range(line.from));
}

function draw(view, place) {
  const marks = [];
  const fixed = [];
  for (const { from, to } of view.visibleRanges) {
    const drawing = new Drawing(view, from, to, place);
    const tree = syntaxTree(view.state);
    const pieces = view.state.field(regions);
    const inPiece = (at) => pieces.some((one) => one.from <= at && at <= one.to);
    const tables = pieces.filter((one) => one.kind === "table");
    tree.iterate({
      from, to,
      enter(node) {
        if (node.name !== "Document" && node.to <= drawing.start) return false;
        if (node.from < drawing.start) return undefined;
        // Its grid draws its own words.
        if (node.name === "Table" && tables.some((one) => one.from <= node.from && node.to <= one.to)) return false;
        DRAWN[node.name]?.(drawing, node);
        return undefined;
      },
    });
    const isCode = (at) => {
      for (let node = tree.resolveInner(at, 1); node; node = node.parent) if (/Code|URL/.test(node.name)) return true;
      return false;
    };
    drawing.eachLine(Math.max(from, drawing.start), to, (line) => {
      if (!inPiece(line.from)) words(drawing, line, isCode);
    });
    marks.push(...drawing.marks);
    fixed.push(...drawing.fixed);
  }
  return { marks: Decoration.set(marks, true), fixed: Decoration.set(fixed, true) };
}

// The decorations of what is seen, worked out anew by what changes it, or who writes where.
export function inlineMarks(place) {
  return ViewPlugin.fromClass(class {
    constructor(view) { Object.assign(this, draw(view, place)); }

    update(update) {
      const grown = syntaxTree(update.startState) !== syntaxTree(update.state);
      const told = update.transactions.some((one) => one.effects.some((effect) => effect.is(drawnAnew)));
      if (!(told || update.docChanged || update.viewportChanged || update.selectionSet || update.focusChanged || grown)) return;
      // A keyboard that is composing a word keeps what it stands in as it is.
      if (update.view.composing && update.docChanged) {
        this.marks = this.marks.map(update.changes);
        this.fixed = this.fixed.map(update.changes);
      } else Object.assign(this, draw(update.view, place));
    }
  }, {
    decorations: (plugin) => plugin.marks,
    provide: (plugin) => EditorView.atomicRanges.of((view) => view.plugin(plugin)?.fixed ?? Decoration.none),
  });
}
