// Typing over a selection of several lines.  A browser that makes that change itself joins the lines,
// and gives what it joins a style attribute, which the content security policy refuses.

import { EditorView } from "@codemirror/view";

/** Has the editor, and not the browser, put what is typed in place of what is selected. */
export const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main } = view.state.selection;
    const { data } = event;
    if (event.inputType !== "insertText" || !data || !event.cancelable || view.composing || main.empty) return false;
    event.preventDefault();
    if (view.state.readOnly) return true;
    const insert = () =>
      view.state.update(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((each) => each(view, main.from, main.to, data, insert))) view.dispatch(insert());
    return true;
  },
});
