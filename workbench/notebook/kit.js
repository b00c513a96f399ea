// What the widgets share: how one is mounted, and the controls that they are made of.
//
// Preact keeps the elements it has, so an update from Python never takes the focus, and it sets text as text, so nothing
// that came from outside is ever read as HTML.
import { preact } from "bundle:preact";

export const { Fragment, h, render: draw, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } =
  preact;
export const html = preact.htm.bind(h);

/**
 * A widget's default export: `View` is drawn with { state, propose, listen }, and again when one of these traits changes.
 * `listen(call)` hears what Python sends beside the traits; it gives what ends it.
 */
export function widget(View, traits) {
  return {
    render({ model, el }) {
      const root = document.createElement("div");
      root.className = "workbench workbench-live";
      root.addEventListener("keydown", keepKeys);
      el.append(root);
      hideMirror(root);
      const propose = (verb, values = {}) => {
        proposals += 1;
        model.send({ ...values, do: verb, ...(asking && { input: asking }) });
      };
      const listen = (call) => {
        model.on("msg:custom", call);
        return () => model.off("msg:custom", call);
      };
      const state = new Proxy({}, { get: (_, name) => model.get(name) });
      const paint = () =>
        keepFocus(root, () =>
          draw(html`<${View} state=${state} propose=${propose} listen=${listen} /><${Notice} notice=${state.notice} />`, root),
        );
      let isDue = false; // one picture for all the traits that change together
      const changed = () => {
        if (!isDue) queueMicrotask(() => ((isDue = false), root.isConnected && paint()));
        isDue = true;
      };
      const events = ["notice", "busy", ...traits].map((name) => `change:${name}`);
      const answered = () => queueMicrotask(() => waiting.forEach((drop) => drop()));
      const refused = (content) => refusals.get(content?.refused)?.(content.why);
      for (const name of events) model.on(name, changed);
      model.on("change:answered", answered);
      model.on("msg:custom", refused);
      paint();
      return () => {
        for (const name of events) model.off(name, changed);
        model.off("change:answered", answered);
        model.off("msg:custom", refused);
        draw(null, root);
        root.remove();
      };
    },
  };
}

// An element that moves loses the focus, and one that goes takes it along: the first gets it back; for the second, the
// nearest part around it that stays has it meanwhile, so that Tab goes on from there.
function keepFocus(root, change) {
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  const around = [];
  for (let node = focused; node && root.contains(node); node = node.parentElement) around.push(node);
  change();
  if (!focused || root.contains(document.activeElement)) return;
  const place = around.find((node) => root.contains(node));
  if (place !== focused) {
    place.tabIndex = -1;
    place.addEventListener("blur", () => place.removeAttribute("tabindex"), { once: true });
  }
  place.focus({ preventScroll: true });
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

// What was proposed stays in sight until Python has answered, which takes long where the kernel is busy. Then Python's
// value is shown; but why Python refused stays, with what was refused, until that is changed: here, or in Python.
let proposals = 0;
let asking = ""; // the input that is proposing
const waiting = new Set();
const refusals = new Map(); // each input's way to hear that it was refused
function useProposed(propose, value) {
  const input = useUnique();
  const last = useRef(null);
  const [held, hold] = useState(null);
  const drop = () => hold(null);
  useEffect(() => {
    const answered = () => hold((one) => (one?.why ? one : null));
    waiting.add(answered);
    refusals.set(input, (why) => hold({ value: last.current, why }));
    return () => (waiting.delete(answered), refusals.delete(input));
  }, []);
  useEffect(() => hold((one) => (one?.why && one.value !== value ? null : one)), [value]);
  const commit = (proposed) => {
    const before = proposals;
    asking = input;
    propose(proposed);
    asking = "";
    last.current = proposed;
    if (proposals !== before) hold({ value: proposed, why: "" });
  };
  return { held, commit, drop, input };
}

// What an input has to say of itself while it is refused, and why it is, to stand behind it.
function refusal({ held, input }, describedBy) {
  if (!held?.why) return {};
  return {
    about: { "aria-invalid": "true", "aria-describedby": [describedBy, input].filter(Boolean).join(" ") },
    why: html`<span role="alert" id=${input} class="workbench-refusal workbench-bad">${held.why}</span>`,
  };
}

// What is typed stays the browser's until it is committed; a new value from Python takes its place, unless one types.
function useDraft(value, onCommit) {
  const [draft, setDraft] = useState(null);
  const proposal = useProposed(onCommit, value);
  return {
    proposal,
    shown: draft ?? proposal.held?.value ?? value ?? "",
    isDraft: draft !== null,
    onInput: (event) => {
      setDraft(event.target.value);
      proposal.drop();
    },
    finish: () => {
      if (draft !== null && draft !== (value ?? "")) proposal.commit(draft);
      setDraft(null);
    },
    drop: () => {
      setDraft(null);
      proposal.drop();
    },
  };
}

/** A line of text: committed by Enter or by leaving it, given up by Escape. `label` may be a visible label's id. */
export function TextInput({ value, onCommit, label, labelledBy, type = "text", ...rest }) {
  const { proposal, shown, isDraft, onInput, finish, drop } = useDraft(value, onCommit);
  const { about, why } = refusal(proposal, rest["aria-describedby"]);
  const onKeyDown = (event) => {
    if (event.key === "Enter") finish();
    if (event.key === "Escape") drop();
  };
  return html`<input class="workbench-input" type=${type} value=${shown} aria-label=${label} aria-labelledby=${labelledBy}
    data-draft=${isDraft || undefined} onInput=${onInput} onBlur=${finish} onKeyDown=${onKeyDown} ...${rest} ...${about} />${why}`;
}

/** Lines of text: committed by leaving them or by Ctrl-Enter; Enter makes a new line. */
export function TextArea({ value, onCommit, label, labelledBy, rows = 3, ...rest }) {
  const { proposal, shown, isDraft, onInput, finish, drop } = useDraft(value, onCommit);
  const { about, why } = refusal(proposal, rest["aria-describedby"]);
  const onKeyDown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) finish();
    if (event.key === "Escape") drop();
  };
  return html`<textarea class="workbench-input" rows=${rows} value=${shown} aria-label=${label} aria-labelledby=${labelledBy}
    data-draft=${isDraft || undefined} onInput=${onInput} onBlur=${finish} onKeyDown=${onKeyDown} ...${rest} ...${about}></textarea>${why}`;
}

/** A path or an id that may break after its punctuation, where it is longer than its place is wide. */
export const breakable = (text) => text.split(/(?<=[/._])/).map((part, place) => html`${place > 0 && html`<wbr />`}${part}`);

/** Ids that no other widget on the page has: to tie a label or a description to its control. */
export function useUnique() {
  return useMemo(() => `workbench-${Math.random().toString(36).slice(2)}`, []);
}

/** `fresh`, with every part that equals that of `old` taken from `old`: so that what did not change is the very same. */
export function shared(old, fresh) {
  if (old === fresh || typeof old !== "object" || typeof fresh !== "object" || !old || !fresh) return fresh;
  if (Array.isArray(old) !== Array.isArray(fresh)) return fresh;
  const names = Object.keys(fresh);
  let isSame = names.length === Object.keys(old).length;
  const made = Array.isArray(fresh) ? [] : {};
  for (const name of names) {
    made[name] = shared(old[name], fresh[name]);
    isSame = isSame && made[name] === old[name];
  }
  return isSame ? old : made;
}

/** `value` as Python has it, the same object wherever it did not change since it was last drawn. */
export function useShared(value) {
  const last = useRef(value);
  last.current = shared(last.current, value);
  return last.current;
}

/** Keeps what was drawn of the same things, so that an update draws only what changed: `kept(key, things, make)`. */
export function useKept() {
  const kept = useRef(new Map());
  return (key, things, make) => {
    const old = kept.current.get(key);
    if (old && old.things.every((thing, index) => thing === things[index])) return old.node;
    const node = make();
    kept.current.set(key, { things, node });
    return node;
  };
}

/** `value` as it was when it last stood still for some milliseconds: what takes long then waits for a pause. */
export function useSettled(value, milliseconds = 80) {
  const [settled, settle] = useState(value);
  useEffect(() => {
    if (settled === value) return undefined;
    const timer = setTimeout(() => settle(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, settled]);
  return settled;
}

/** Undo and redo by keys, but where somebody is typing: there the keys are the text's. */
export function historyKeys(undo, redo) {
  return (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y") || event.target.closest("[data-draft]")) return;
    event.preventDefault();
    event.stopPropagation();
    (key === "y" || event.shiftKey ? redo : undo)();
  };
}

/** One of several: `options` are { value, label, group? }; those with one group stand together. */
export function Choice({ value, options, onChoose, label, labelledBy, empty, ...rest }) {
  const proposal = useProposed(onChoose, value);
  const { held } = proposal;
  const { about, why } = refusal(proposal, rest["aria-describedby"]);
  const shown = held && !held.why ? held.value : value; // what was refused is none of the choices there are
  const groups = new Map();
  for (const option of options) groups.set(option.group ?? "", [...(groups.get(option.group ?? "") ?? []), option]);
  const choices = (list) => list.map((one) => html`<option key=${one.value} value=${one.value}>${one.label}</option>`);
  return html`<select class="workbench-input" value=${shown ?? ""} aria-label=${label} aria-labelledby=${labelledBy}
    onChange=${(event) => proposal.commit(event.target.value)} ...${rest} ...${about}>
    ${empty !== undefined && html`<option value="">${empty}</option>`}
    ${[...groups].map(([group, list]) => (group ? html`<optgroup key=${group} label=${group}>${choices(list)}</optgroup>` : choices(list)))}
  </select>${why}`;
}
