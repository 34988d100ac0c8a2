// How the living page looks: as the page does for its readers (text.css), in the editor's own tree.
import { EditorView } from "@codemirror/view";

const heading = (size, top) => ({ fontSize: size, lineHeight: "1.25", fontFamily: "var(--font-serif)", fontWeight: "400", letterSpacing: "-0.012em", paddingTop: top });
const small = (size) => ({ fontSize: size, lineHeight: "1.3", fontFamily: "var(--font-sans)", fontWeight: "600", paddingTop: "0.6em" });
const depths = Object.fromEntries(Array.from({ length: 7 }, (_, depth) => [`.cm-line.cm-depth-${depth}`, { paddingInlineStart: `${1.5 + depth * 1.5}em` }]));

const levels = Object.fromEntries(Array.from({ length: 6 }, (_, level) => [`.cm-grid.cm-level-${level + 1}`, { paddingInlineStart: `${1.5 + level * 1.5}em` }]));

export const look = EditorView.theme({
  ".cm-content": { marginInline: "auto" },
  ".cm-line.cm-h1": heading("1.85em", "0.8em"),
  ".cm-line.cm-h2": heading("1.5em", "0.8em"),
  ".cm-line.cm-h3": small("1.1em"), ".cm-line.cm-h4": small("1em"), ".cm-line.cm-h5": small("0.92em"), ".cm-line.cm-h6": small("0.92em"),
  ".cm-line:is(.cm-h1, .cm-h2, .cm-h3, .cm-h4) span": { fontSize: "1em", lineHeight: "inherit" },
  ".cm-line.cm-blank": { lineHeight: "1.1" },
  ...depths,
  ".cm-line.cm-item": { textIndent: "-1.5em" },
  ".cm-line.cm-item > *": { textIndent: "0" },
  ".cm-dot, .cm-bullet": { display: "inline-block", boxSizing: "border-box", minWidth: "1.5em", color: "var(--muted-foreground)", fontFeatureSettings: '"tnum"' },
  ".cm-dot": { paddingInlineStart: "0.35em" },
  ".cm-box": { width: "1.1em", height: "1.1em", margin: "0 0.4em 0 0", verticalAlign: "-0.18em", cursor: "pointer" },
  ".cm-line.cm-quote": { borderInlineStart: "3px solid var(--border)", paddingInlineStart: "1.2em", fontStyle: "italic" },
  ".cm-line.cm-rule": { background: "linear-gradient(var(--input) 0 0) 0 50% / 5rem 1px no-repeat" },
  ".cm-line.cm-code-line": { background: "var(--sunk)", fontFamily: "var(--font-mono)", fontSize: "0.86em", paddingInline: "1rem" },
  ".cm-line.cm-code-edge": { lineHeight: "1.2", color: "var(--muted-foreground)" },
  ".cm-inline-code": { background: "var(--sunk)", borderRadius: "var(--radius-small)", padding: "0.1em 0.2em" },
  ".cm-faint": { color: "var(--muted-foreground)", fontWeight: "400" },
  ".cm-link": { color: "var(--foreground)", textDecoration: "underline", textDecorationColor: "var(--underline)", textDecorationThickness: "1px", textUnderlineOffset: "0.2em" },
  ".cm-link span": { color: "inherit" },
  ".cm-note": { fontFamily: "var(--font-sans)", fontSize: "0.72em", verticalAlign: "super", lineHeight: "0" },
  ".cm-picture": { display: "block", cursor: "pointer", maxWidth: "40rem" },
  ".cm-picture img": { display: "block", maxWidth: "100%", height: "auto", maxHeight: "28rem", borderRadius: "var(--radius-small)" },
  ".cm-picture-words": { display: "block", font: "var(--text-8)/1.5 var(--font-sans)", color: "var(--muted-foreground)", marginTop: "0.4em" },
  ".cm-picture.is-missing img": { minWidth: "8rem", minHeight: "2.5rem", background: "var(--sunk)" },
  ".cm-grid": { position: "relative", padding: "0.3rem 0", overflowX: "auto", fontFamily: "var(--font-sans)" },
  ...levels,
  ".cm-grid table": { font: "var(--text-7)/1.5 var(--font-sans)", borderCollapse: "collapse", width: "auto", minWidth: "14rem", margin: "0" },
  ".cm-grid :is(th, td)": { padding: "0.5rem 0.7rem", border: "1px solid var(--border)", verticalAlign: "top", textAlign: "start", minWidth: "3.5rem", height: "2.75rem", cursor: "text" },
  ".cm-grid th": { fontWeight: "600", background: "var(--sunk)" },
  ".cm-grid :is(th, td):has(textarea)": { boxShadow: "inset 0 0 0 2px var(--ring)" },
  ".cm-field": { display: "grid" },
  ".cm-field > *": { gridArea: "1 / 1", minWidth: "0" },
  ".cm-field > span": { visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word" },
  ".cm-grid textarea": { display: "block", boxSizing: "border-box", width: "100%", height: "100%", minHeight: "0", margin: "0", padding: "0", border: "0", borderRadius: "0", outline: "0", boxShadow: "none", background: "none", color: "inherit", font: "inherit", resize: "none", overflow: "hidden", overflowWrap: "break-word" },
  ".cm-cell-picture": { display: "block", maxWidth: "10rem", maxHeight: "8rem", borderRadius: "var(--radius-small)" },
  ".cm-card-tool": { display: "inline-flex", alignItems: "center", gap: "0.4rem", minHeight: "2.5rem", padding: "0.25rem 0.7rem", border: "0", borderRadius: "var(--radius-medium)", background: "none", color: "var(--foreground)", font: "500 0.8125rem/1.2 var(--font-sans)", cursor: "pointer" },
  ".cm-card-tool:hover": { background: "var(--sunk)", color: "var(--foreground)" },
  ".cm-card, .cm-grid": { whiteSpace: "normal", wordBreak: "normal" },
  ".cm-card": { position: "relative", border: "1px solid var(--border)", borderRadius: "var(--radius-large)", background: "var(--background)", overflow: "hidden" },
  ".cm-card-page": { padding: "0.9rem 1.1rem 0", fontSize: "1rem", maxWidth: "none" },
  ".cm-card-page a": { pointerEvents: "none" },
  ".cm-card-page :is(.actions, .button, button, form, .item-tools)": { display: "none" },
  ".cm-card-foot": { display: "flex", flexWrap: "wrap", gap: "0.25rem", padding: "0.25rem 0.5rem 0.4rem" },
});
