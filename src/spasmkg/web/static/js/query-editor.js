// CodeMirror in the place of the text field, in our colours. Tab is left alone, so that it moves on; Esc goes to the Run button.
import {
  acceptCompletion, autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap, completionKeymap, EditorSelection, EditorState,
  EditorView, HighlightStyle, indentUnit, isolateHistory, keymap, lineNumbers, minimalSetup, Prec, setDiagnostics, sparql, syntaxHighlighting, tags,
  toggleComment,
} from "../vendor/codemirror.js";
import { completer } from "./query-complete.js";

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool], class: "c-key" },
  { tag: [tags.variableName], class: "c-name" },
  { tag: [tags.string, tags.url, tags.number], class: "c-text" },
  { tag: [tags.comment], class: "c-note" },
]);

// Where a selection is typed over, Chromium makes inline styles on the way, which the policy of the page refuses with an error in
// the console. So that is done here; everything else stays with CodeMirror.
function replaced(event, view) {
  const { main } = view.state.selection;
  if (event.inputType !== "insertText" || !event.data || main.empty || view.composing) return false;
  event.preventDefault();
  const made = () => view.state.update({ ...view.state.replaceSelection(event.data), userEvent: "input.type" });
  if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, main.from, main.to, event.data, made))) view.dispatch(made());
  return true;
}

/**
 * An editor in the place of a textarea, which keeps the text too, so that the form works.
 * on: { change(text), run(), leave() }. Returns { text, set, mark, clear, focus, insertAtTop }.
 */
export function edit(field, holder, api, on) {
  const commands = [
    { key: "Mod-Enter", run: () => (on.run(), true) },
    { key: "Escape", run: () => (on.leave(), true) },
    { key: "Mod-/", run: toggleComment },
    { key: "Tab", run: acceptCompletion },
  ];
  const view = new EditorView({
    parent: holder,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        lineNumbers(),
        minimalSetup,
        sparql(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [completer(api)], activateOnTypingDelay: 120, icons: false, maxRenderedOptions: 60, aboveCursor: false }),
        syntaxHighlighting(COLOURS),
        indentUnit.of("  "),
        EditorView.lineWrapping,
        keymap.of([...closeBracketsKeymap, ...completionKeymap]),
        Prec.low(keymap.of(commands.slice(1))),
        Prec.highest(keymap.of(commands.slice(0, 1))),
        EditorView.contentAttributes.of({
          "aria-label": "SPARQL query", "aria-describedby": "query-problem query-help", spellcheck: "false", autocapitalize: "off", tabindex: "0",
        }),
        EditorView.domEventHandlers({ beforeinput: replaced }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          field.value = update.state.doc.toString();
          on.change(field.value);
        }),
      ],
    }),
  });
  field.hidden = true;
  holder.classList.add("is-ready");

  const offset = (line, column) => {
    const at = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
    const ahead = [...at.text].slice(0, column - 1).join("").length; // columns count code points
    return Math.min(at.from + ahead, view.state.doc.length);
  };

  return {
    get text() {
      return view.state.doc.toString();
    },
    /** Replaces the whole text, as one step that can be undone. */
    set(text) {
      if (text !== view.state.doc.toString())
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: EditorSelection.cursor(0), scrollIntoView: true, annotations: isolateHistory.of("full") });
    },
    /** Marks a mistake at its place. */
    mark({ line, column, length = 1, detail }) {
      const from = offset(line, column);
      const to = Math.min(view.state.doc.length, offset(line, column + length));
      const start = from === to ? Math.max(0, from - 1) : from;
      view.dispatch(setDiagnostics(view.state, [{ from: start, to: Math.max(to, start), severity: "error", message: detail }]));
    },
    clear: () => view.dispatch(setDiagnostics(view.state, [])),
    goTo({ line, column }) {
      const at = offset(line, column);
      view.dispatch({ selection: EditorSelection.cursor(at), scrollIntoView: true });
      view.focus();
    },
    insert({ at, text }) {
      view.dispatch({ changes: { from: at, insert: text }, userEvent: "input" });
    },
    focus: () => view.focus(),
    view,
  };
}
