// What the widgets share: how one is mounted, and the controls that they are made of.
//
// Preact keeps the elements it has, so an update from Python never takes the focus, and it sets text as text, so nothing
// that came from outside is ever read as HTML.
import { preact } from "bundle:preact";

export const { Fragment, h, render: draw, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } =
  preact;
export const html = preact.htm.bind(h);

/** A widget's default export: `View` is drawn with { state, propose }, and again when one of these traits changes. */
export function widget(View, traits) {
  return {
    render({ model, el }) {
      const root = document.createElement("div");
      root.className = "workbench workbench-live";
      root.addEventListener("keydown", keepKeys);
      el.append(root);
      hideMirror(root);
      const propose = (verb, values = {}) => model.send({ ...values, do: verb });
      const state = new Proxy({}, { get: (_, name) => model.get(name) });
      const paint = () =>
        draw(html`<${View} state=${state} propose=${propose} /><${Notice} notice=${state.notice} />`, root);
      let isDue = false; // one picture for all the traits that change together
      const changed = () => {
        if (!isDue) queueMicrotask(() => ((isDue = false), root.isConnected && paint()));
        isDue = true;
      };
      const events = ["notice", "busy", ...traits].map((name) => `change:${name}`);
      for (const name of events) model.on(name, changed);
      paint();
      return () => {
        for (const name of events) model.off(name, changed);
        draw(null, root);
        root.remove();
      };
    },
  };
}

// The notebook has shortcuts for single keys (d d deletes a cell) and swallows Enter in text areas: keys pressed in a
// widget are the widget's. Those with Ctrl or Cmd, such as "save", are left to the notebook.
function keepKeys(event) {
  if (!(event.ctrlKey || event.metaKey)) event.stopPropagation();
}

// JupyterLab hides the saved mirror by CSS; other hosts leave it to us.
function hideMirror(root) {
  for (let node = root, levels = 0; node && levels < 8 && !node.matches(".jp-Cell"); node = node.parentElement, levels++) {
    const before = node.previousElementSibling;
    const mirror = before?.matches(".workbench-mirror") ? before : before?.querySelector(".workbench-mirror");
    if (mirror) {
      mirror.hidden = true;
      return;
    }
  }
}

/** What the widget has to say; a failure is read out at once. */
export function Notice({ notice }) {
  const { kind = "", text = "" } = notice ?? {};
  return html`<div class="workbench-notices">
    <p role="status" class="workbench-notice workbench-good">${kind === "bad" ? "" : text}</p>
    <p role="alert" class="workbench-notice workbench-bad">${kind === "bad" ? text : ""}</p>
  </div>`;
}

/** A button; `kind` "main" is the one that a form is for. */
export function Button({ label, onPress, kind = "", ...rest }) {
  return html`<button type="button" class=${`workbench-button ${kind && `workbench-button-${kind}`}`} onClick=${onPress} ...${rest}>
    ${label}
  </button>`;
}

// What is typed stays the browser's until it is committed; a new value from Python takes its place, unless one types.
function useDraft(value, commit) {
  const [draft, setDraft] = useState(null);
  const shown = draft ?? value ?? "";
  return {
    shown,
    onInput: (event) => setDraft(event.target.value),
    finish: () => {
      if (draft !== null && draft !== (value ?? "")) commit(draft);
      setDraft(null);
    },
    drop: () => setDraft(null),
  };
}

/** A line of text: committed by Enter or by leaving it, given up by Escape. `label` may be a visible label's id. */
export function TextInput({ value, onCommit, label, labelledBy, type = "text", ...rest }) {
  const { shown, onInput, finish, drop } = useDraft(value, onCommit);
  const onKeyDown = (event) => {
    if (event.key === "Enter") finish();
    if (event.key === "Escape") drop();
  };
  return html`<input class="workbench-input" type=${type} value=${shown} aria-label=${label} aria-labelledby=${labelledBy}
    onInput=${onInput} onBlur=${finish} onKeyDown=${onKeyDown} ...${rest} />`;
}

/** Lines of text: committed by leaving them or by Ctrl-Enter; Enter makes a new line. */
export function TextArea({ value, onCommit, label, labelledBy, rows = 3, ...rest }) {
  const { shown, onInput, finish, drop } = useDraft(value, onCommit);
  const onKeyDown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) finish();
    if (event.key === "Escape") drop();
  };
  return html`<textarea class="workbench-input" rows=${rows} value=${shown} aria-label=${label} aria-labelledby=${labelledBy}
    onInput=${onInput} onBlur=${finish} onKeyDown=${onKeyDown} ...${rest}></textarea>`;
}

/** One of several: `options` are { value, label, group? }; those with one group stand together. */
export function Choice({ value, options, onChoose, label, labelledBy, empty, ...rest }) {
  const groups = new Map();
  for (const option of options) groups.set(option.group ?? "", [...(groups.get(option.group ?? "") ?? []), option]);
  const choices = (list) => list.map((one) => html`<option key=${one.value} value=${one.value}>${one.label}</option>`);
  return html`<select class="workbench-input" value=${value ?? ""} aria-label=${label} aria-labelledby=${labelledBy}
    onChange=${(event) => onChoose(event.target.value)} ...${rest}>
    ${empty !== undefined && html`<option value="">${empty}</option>`}
    ${[...groups].map(([group, list]) => (group ? html`<optgroup key=${group} label=${group}>${choices(list)}</optgroup>` : choices(list)))}
  </select>`;
}
