// Menus in the text, by CodeMirror's own completion: "/" offers all that can be written, "[[" pages, "@"
// people, "#" themes, ":" emoji (mentions.js). On a phone they stand between its bars and its keyboard.
import { acceptCompletion, autocompletion, closeCompletion, completionStatus } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, ViewPlugin, keymap, repositionTooltips, tooltips } from "@codemirror/view";
import { found, groupsOf } from "./commands.js";
import { pageNamed, suggest } from "./links.js";
import { regionsOf } from "./living/regions.js";
import { frontEnd } from "./marks.js";
import { onSeen, space } from "./seen.js";
import { make, picture } from "./words.js";

const look = EditorView.theme({
  ".cm-tooltip.cm-tooltip-autocomplete": { background: "var(--sheet)", border: "1px solid var(--border)", borderRadius: "var(--radius-large)", boxShadow: "0 1rem 3rem -1rem rgb(0 0 0 / 0.35)", overflow: "hidden", color: "var(--foreground)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-sans)", fontSize: "var(--text-7)", lineHeight: "1.35", maxHeight: "min(22rem, calc(0.5 * var(--seen, 100vh)))", minWidth: "min(22rem, 90vw)", maxWidth: "min(30rem, 90vw)", padding: "0.4rem", overscrollBehavior: "contain" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { display: "grid", gridTemplateColumns: "auto minmax(0, 1fr)", alignItems: "center", gap: "0 0.75rem", padding: "0.4rem 0.65rem", borderRadius: "var(--radius-medium)", whiteSpace: "normal", overflow: "hidden" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--secondary)", color: "var(--foreground)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > completion-section": { display: "block", border: "0", padding: "0.6rem 0.65rem 0.25rem", opacity: "1", fontSize: "var(--text-8)", fontWeight: "500", color: "var(--muted-foreground)" },
  "@media (pointer: coarse)": { ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { minHeight: "2.75rem" } },
  ".cm-completionLabel": { gridColumn: "2", fontWeight: "600" },
  ".cm-completionMatchedText": { textDecoration: "none" },
  ".cm-option-hint": { gridColumn: "2", fontSize: "var(--text-8)", color: "var(--muted-foreground)", overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li:not(:has(.cm-option-hint)) > .cm-option-picture": { gridRow: "1" },
  ".cm-option-picture": { gridRow: "1 / span 2", display: "grid", placeItems: "center", width: "1.5rem" },
  ".cm-option-picture .icon": { width: "1.15rem", height: "1.15rem", fill: "none", stroke: "var(--muted-foreground)", strokeWidth: "1.75", strokeLinecap: "round", strokeLinejoin: "round" },
  ".cm-option-sign": { fontSize: "1.3rem", lineHeight: "1.2" },
  ".cm-option-picture .dot": { width: "0.9rem", height: "0.9rem", borderRadius: "50%", border: "2.5px solid var(--need)", boxSizing: "border-box" },
  ".cm-option-picture .dot.offer": { background: "var(--offer)", borderColor: "var(--offer)" },
});

// Whether "/" and "[[" mean themselves there: in code and in front matter.
function literal(state, at) {
  if (state.doc.lineAt(at).number <= frontEnd(state.doc)) return true;
  for (let node = syntaxTree(state).resolveInner(at, -1); node; node = node.parent) {
    if (/Code|URL/.test(node.name)) return true;
  }
  return false;
}

function slash(words, commands) {
  const sections = new Map(groupsOf(words).map(([group, name], rank) => [group, { name, rank }]));
  return function offered(context) {
    const typed = context.matchBefore(/(?:^|\s)\/[\p{L}\p{N}’' -]{0,30}$/u);
    if (!typed || literal(context.state, context.pos)) return null;
    const from = typed.from + typed.text.indexOf("/");
    const query = typed.text.slice(typed.text.indexOf("/") + 1);
    // A blank after the sign means: a plain slash.
    if (/^\s|\s\s/.test(query)) return null;
    return {
      from,
      filter: false,
      // Within the same keystroke: who types "/tab" and Enter at once gets a table.
      update: (_current, _from, _to, next) => offered(next),
      options: found(commands, query).map((command) => ({
        label: command.label, hint: command.hint, icon: command.icon, section: sections.get(command.group),
        apply(view, _completion, start, end) {
          view.dispatch({ changes: { from: start, to: end }, userEvent: "delete.complete" });
          command.run();
        },
      })),
    };
  };
}

function pages(form, words) {
  return async (context) => {
    const typed = context.matchBefore(/\[\[[^[\]|\n]{0,80}$/);
    const name = typed?.text.slice(2).trim();
    if (!typed || literal(context.state, context.pos)) return null;
    // Where nobody answers, nobody knows that there is no such page: asked once more, then left.
    let known = await suggest(form, name);
    if (!known && !context.aborted) {
      await new Promise((again) => setTimeout(again, 400));
      known = context.aborted ? null : await suggest(form, name);
    }
    if (!known || context.aborted) return null;
    const put = (written) => (view, _completion, from, to) => {
      const shut = view.state.sliceDoc(to, to + 2) === "]]" ? 2 : 0;
      view.dispatch({
        changes: { from, to: to + shut, insert: written },
        selection: { anchor: from + written.length },
        userEvent: "input.complete",
      });
    };
    return {
      from: typed.from,
      filter: false,
      options: [
        ...known.map((page) => ({ label: page.title, hint: page.path, icon: "file-text", apply: put(pageNamed(page)) })),
        ...(name ? [{ label: name, hint: words.link_to_come, icon: "plus", apply: put(`[[${name}]]`) }] : []),
      ],
    };
  };
}

// Enter and Tab take what is marked. Pressed while the menu that one sees looks for what was typed
// last, they take what it finds: in the text they would be a line that nobody meant.
function taking() {
  let late = false;
  const take = (view) => {
    if (completionStatus(view.state) === "active") return acceptCompletion(view);
    late = completionStatus(view.state) === "pending" && Boolean(view.dom.querySelector(".cm-tooltip-autocomplete"));
    return late;
  };
  return [
    Prec.highest(keymap.of([{ key: "Enter", run: take }, { key: "Tab", run: take }])),
    EditorView.updateListener.of(({ view, state, docChanged }) => {
      if (!late || (!docChanged && completionStatus(state) === "pending")) return;
      late = false;
      if (!docChanged && completionStatus(state) === "active") queueMicrotask(() => acceptCompletion(view));
    }),
  ];
}

function mentioned({ typed, find }) {
  const offered = async (context, name) => {
    const isItem = regionsOf(context.state.doc).some((one) => one.kind === "block" && one.from < context.pos && context.pos <= one.to);
    const found = await find(name, isItem);
    if (!found.length || context.aborted) return null;
    return {
      from: context.pos - name.length - 1,
      filter: false,
      options: found.map((one) => ({ ...one, apply: (view, _completion, from, to) => put(view, from, to, one.written) })),
    };
  };
  return (context) => {
    const matched = context.matchBefore(typed);
    return matched && !literal(context.state, context.pos) ? offered(context, typed.exec(matched.text)[1]) : null;
  };
}

// What is chosen, and a blank: one goes on with the next word. The blank that French has before a colon
// was meant for none, where the colon was the beginning of an emoji.
function put(view, from, to, written) {
  const isSet = view.state.sliceDoc(from, from + 1) === ":" && view.state.sliceDoc(from - 1, from) === "\u00a0";
  const isApart = /[\s.,;:?!)\]»]/.test(view.state.sliceDoc(to, to + 1));
  const begin = isSet ? from - 1 : from;
  const insert = `${isSet ? " " : ""}${written}${isApart ? "" : " "}`;
  view.dispatch({ changes: { from: begin, to, insert }, selection: { anchor: begin + insert.length }, userEvent: "input.complete" });
}

// A phone's way back closes the menu, and not the page.
const back = ViewPlugin.fromClass(class {
  update({ view, state }) {
    const isOpen = completionStatus(state) === "active";
    if (isOpen === Boolean(this.watcher) || !window.CloseWatcher) return;
    this.watcher?.destroy();
    this.watcher = isOpen ? new window.CloseWatcher() : null;
    if (this.watcher) this.watcher.onclose = () => {
      this.watcher = null;
      closeCompletion(view);
    };
  }

  destroy() { this.watcher?.destroy(); }
});

const seen = [
  tooltips({ tooltipSpace: space }),
  back,
  ViewPlugin.define((view) => {
    onSeen(() => repositionTooltips(view));
    return {};
  }),
];

export function completing(form, words, commands, mentions, narrow) {
  const sources = [slash(words, commands), ...Object.values(mentions).map(mentioned), pages(form, words)];
  return [
    autocompletion({
      // As one source: while another looks, what this one offers could not be taken.
      override: [(context) => sources.reduce((found, source) => found ?? source(context), null)],
      icons: false,
      defaultKeymap: true,
      activateOnTypingDelay: 60,
      // An arrow pressed at once is meant for the menu, not for the text.
      interactionDelay: 0,
      maxRenderedOptions: 60,
      addToOptions: [
        { position: 20, render: (option) => {
          const box = make("span", "cm-option-picture");
          box.append(option.sign ? make("span", "cm-option-sign", option.sign) : picture(form.dataset.icons, option.icon));
          return box;
        } },
        { position: 80, render: (option) => (option.hint ? make("span", "cm-option-hint", option.hint) : null) },
      ],
    }),
    taking(),
    EditorView.domEventHandlers({ blur: (_event, view) => { closeCompletion(view); } }),
    EditorState.phrases.of({ Completions: words.offered }),
    narrow ? seen : [],
    look,
  ];
}

