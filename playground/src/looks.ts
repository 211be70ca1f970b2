// How both editors look.  Colours are variables of the style sheet, which knows light and dark.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const squiggle = (colour: string) => ({
  backgroundImage: "none",
  textDecoration: `underline wavy ${colour}`,
  textDecorationSkipInk: "none",
  textUnderlineOffset: "3px",
  paddingBottom: "0",
});

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", color: "var(--text)", backgroundColor: "var(--pane)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--text)", padding: "6px 0" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--pane)", color: "var(--faint)", border: "none" },
  ".cm-activeLine": { backgroundColor: "var(--active)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--active)", color: "var(--quiet)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--selected)",
  },
  ".cm-foldPlaceholder": { backgroundColor: "var(--active)", border: "1px solid var(--line)", color: "var(--quiet)" },
  // Transparent outlines are seen where the system replaces all colours.
  ".cm-linked": {
    backgroundColor: "var(--linked)",
    borderRadius: "2px",
    boxShadow: "0 0 0 1px var(--linked-line)",
    outline: "1px solid transparent",
  },
  ".cm-lintRange-error": squiggle("var(--error)"),
  ".cm-lintRange-warning": squiggle("var(--warning)"),
  ".cm-lintRange-info": squiggle("var(--info)"),
  ".cm-lintRange-active": { backgroundColor: "var(--active)" },
  ".cm-lintPoint:after": { borderBottomColor: "var(--error)" },
  ".cm-lintPoint-warning:after": { borderBottomColor: "var(--warning)" },
  ".cm-lintPoint-info:after": { borderBottomColor: "var(--info)" },
  ".cm-gutter-lint": { width: "14px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0 0 0 4px" },
  ".cm-lint-marker": { width: "8px", height: "8px", borderRadius: "4px", content: "none", marginTop: "6px", outline: "1px solid transparent" },
  ".cm-lint-marker-error": { content: "none", backgroundColor: "var(--error)" },
  ".cm-lint-marker-warning": { content: "none", backgroundColor: "var(--warning)" },
  ".cm-lint-marker-info": { content: "none", backgroundColor: "var(--info)" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    color: "var(--text)",
    boxShadow: "0 4px 16px var(--shadow)",
    maxWidth: "min(520px, 92vw)",
  },
  ".cm-tooltip .cm-tooltip-section:not(:first-child)": { borderTop: "1px solid var(--line)" },
  ".cm-diagnostic": { padding: "6px 10px", fontFamily: "var(--sans)", borderLeft: "none" },
  ".cm-diagnosticAction": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
    borderRadius: "4px",
    padding: "2px 8px",
    margin: "4px 0 2px",
    fontSize: "12px",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "12px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--text)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel": { backgroundColor: "var(--raised)", color: "var(--text)", fontFamily: "var(--sans)" },
  ".cm-panel.cm-search label": { fontSize: "12px" },
  ".cm-panel.cm-search input[type=checkbox]": { minHeight: "0", verticalAlign: "middle" },
  ".cm-textfield": { backgroundColor: "var(--pane)", color: "var(--text)", border: "1px solid var(--line)", fontSize: "13px" },
  // CodeMirror gives buttons a light gradient of their own, and another one while they are pressed.
  ".cm-button": {
    backgroundColor: "var(--active)",
    backgroundImage: "none",
    color: "var(--text)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    fontSize: "13px",
    "&:active": { backgroundColor: "var(--selected)", backgroundImage: "none" },
  },
  ".cm-searchMatch": { backgroundColor: "var(--found)" },
  ".cm-searchMatch.cm-searchMatch-selected": { backgroundColor: "var(--linked)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--linked)" },
  ".cm-placeholder": { color: "var(--faint)", fontFamily: "var(--sans)" },
  ".cm-specialChar": { color: "var(--error)" },
});

const colours = HighlightStyle.define([
  { tag: [tags.tagName, tags.propertyName], color: "var(--code-name)" },
  { tag: tags.attributeName, color: "var(--code-attribute)" },
  { tag: [tags.attributeValue, tags.string], color: "var(--code-value)" },
  { tag: [tags.number, tags.bool, tags.null, tags.character], color: "var(--code-literal)" },
  { tag: [tags.comment, tags.documentMeta, tags.processingInstruction], color: "var(--faint)" },
  { tag: [tags.angleBracket, tags.punctuation, tags.separator, tags.bracket], color: "var(--faint)" },
]);

/** How an editor looks; `nonce` lets it make its style sheet. */
export function looks(nonce: string): Extension {
  return [EditorView.cspNonce.of(nonce), theme, syntaxHighlighting(colours)];
}
