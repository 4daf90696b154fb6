// The editor of the SPARQL page: CodeMirror 6 with its language, and what our own modules in static/js use of it.
export { minimalSetup } from "codemirror";
export {
  acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap, completionStatus,
  startCompletion,
} from "@codemirror/autocomplete";
export { indentLess, indentMore, toggleComment } from "@codemirror/commands";
export { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting, syntaxTree } from "@codemirror/language";
export { setDiagnostics } from "@codemirror/lint";
export { Compartment, EditorSelection, EditorState, Prec, Transaction } from "@codemirror/state";
export { EditorView, keymap, lineNumbers } from "@codemirror/view";
export { tags } from "@lezer/highlight";
export { sparql, SparqlLanguage } from "codemirror-lang-sparql";
