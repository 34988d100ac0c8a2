// What one need not see while writing: identities are hidden, blocks and front matter step back.
import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, EditorView, MatchDecorator, ViewPlugin } from "@codemirror/view";

const identities = new MatchDecorator({
  regexp: /\s*\{#[bo]-[0-9a-z]{8}\}/g,
  decoration: Decoration.replace({}),
});

export const hiddenIdentities = ViewPlugin.fromClass(class {
  constructor(view) { this.marks = identities.createDeco(view); }
  update(update) { this.marks = identities.updateDeco(update, this.marks); }
}, {
  decorations: (plugin) => plugin.marks,
  provide: (plugin) => EditorView.atomicRanges.of((view) => view.plugin(plugin)?.marks ?? Decoration.none),
});

// No dictionary knows the words of front matter and of block names.
const unspelled = (name) => Decoration.line({ class: name, attributes: { spellcheck: "false" } });
const front = unspelled("cm-front");
const fence = unspelled("cm-fence");
const needs = unspelled("cm-fence cm-need");
const offers = unspelled("cm-fence cm-offer");
const wikilink = Decoration.mark({ class: "cm-wikilink" });

// The number of the line that ends the front matter; 0 where there is none.
export function frontEnd(doc) {
  if (doc.line(1).text !== "---") return 0;
  for (let at = 2; at <= Math.min(doc.lines, 400); at += 1) if (doc.line(at).text === "---") return at;
  return 0;
}

function dress(view) {
  const builder = new RangeSetBuilder();
  const last = frontEnd(view.state.doc);
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to;) {
      const line = view.state.doc.lineAt(at);
      const mark = line.text.match(/^:{3,}\s*(\S*)/);
      if (line.number <= last) builder.add(line.from, line.from, front);
      else if (mark) builder.add(line.from, line.from, /^(besoins|needs)/i.test(mark[1]) ? needs : /^(offres|offers)/i.test(mark[1]) ? offers : fence);
      else for (const link of line.text.matchAll(/\[\[[^[\]\n]+\]\]/g)) {
        builder.add(line.from + link.index, line.from + link.index + link[0].length, wikilink);
      }
      at = line.to + 1;
    }
  }
  return builder.finish();
}

export const blockLines = ViewPlugin.fromClass(class {
  constructor(view) { this.marks = dress(view); }
  update(update) {
    if (update.docChanged || update.viewportChanged) this.marks = dress(update.view);
  }
}, { decorations: (plugin) => plugin.marks });
