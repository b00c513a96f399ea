// The script's text in CodeMirror: how it looks, follows Python, shows problems and which lines ran.
import { codemirror } from "bundle:codemirror";
import { completions, helpAt, helpOf } from "./script_words.js";

const { ChangeSet, EditorState, EditorView, HighlightStyle, RangeSet, StateEffect, StateField, Transaction, keymap, tags } = codemirror;
const BY_PYTHON = "workbench.python";
const WORD_OR_TEXT = /^[\w$.]+|^(["'`])(?:\\.|(?!\1).)*\1|^\S/;
const TYPING_PAUSE = 300; // ms without a key before Python is told

const setRan = StateEffect.define();
const setHelp = StateEffect.define();

// Classes, so that the colours are CSS variables and follow the theme.
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.self, tags.null, tags.bool], class: "wb-code-keyword" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], class: "wb-code-string" },
  { tag: [tags.number], class: "wb-code-number" },
  { tag: [tags.comment], class: "wb-code-comment" },
  { tag: [tags.definition(tags.variableName), tags.function(tags.definition(tags.variableName))], class: "wb-code-name" },
  { tag: [tags.invalid], class: "wb-code-invalid" },
]);

/** A line that ran, and how often; or did not. */
class Ran extends codemirror.GutterMarker {
  constructor(count, missed) {
    super();
    Object.assign(this, { count, missed });
  }
  eq(other) {
    return other.count === this.count && other.missed === this.missed;
  }
  toDOM() {
    const mark = document.createElement("span");
    mark.className = this.count ? (this.missed ? "wb-ran wb-ran-partly" : "wb-ran") : "wb-ran wb-ran-never";
    mark.textContent = this.count ? `${this.count > 999 ? "999+" : this.count}×` : "0";
    mark.title = this.count ? `ran ${this.count} times${this.missed ? `; never: ${this.missed}` : ""}` : "never ran";
    return mark;
  }
}

// The marks move with their lines; a line that is changed has not run.
const ran = StateField.define({
  create: () => RangeSet.empty,
  update(marks, transaction) {
    for (const effect of transaction.effects) if (effect.is(setRan)) return marksOf(transaction.state, effect.value);
    if (!transaction.docChanged || !marks.size) return marks;
    const touched = new Set();
    transaction.changes.iterChangedRanges((from, to) => {
      for (let at = from; at <= to; ) {
        const line = transaction.startState.doc.lineAt(at);
        touched.add(line.from);
        at = line.to + 1;
      }
    });
    return marks.update({ filter: (from) => !touched.has(from) }).map(transaction.changes);
  },
});

function marksOf(state, lines) {
  const marks = lines
    .filter((one) => one.line <= state.doc.lines)
    .map((one) => new Ran(one.count, one.missed).range(state.doc.line(one.line).from));
  return RangeSet.of(marks, true);
}

const ranGutter = [ran, codemirror.gutter({ class: "wb-ran-gutter", markers: (view) => view.state.field(ran) })];

// The names that IFTTT gives to a script look like what they are: ours.
const GIVEN = new Set(["Trigger", "Connection", "Meta", "runAction", "performQuery"]);
const givenMark = codemirror.Decoration.mark({ class: "wb-code-given" });
const given = codemirror.ViewPlugin.define((view) => ({
  names: givenNames(view),
  update(update) {
    if (update.docChanged || update.viewportChanged || codemirror.syntaxTree(update.state) !== codemirror.syntaxTree(update.startState))
      this.names = givenNames(update.view);
  },
}), { decorations: (plugin) => plugin.names });

function givenNames({ state, visibleRanges }) {
  const marks = [];
  for (const { from, to } of visibleRanges)
    codemirror.syntaxTree(state).iterate({
      from,
      to,
      enter: (node) =>
        void (node.name === "VariableName" && GIVEN.has(state.sliceDoc(node.from, Math.min(node.to, node.from + 20))) && marks.push(givenMark.range(node.from, node.to))),
    });
  return RangeSet.of(marks, true);
}

// Help that was asked for by keyboard, until the caret moves.
const askedHelp = StateField.define({
  create: () => null,
  update(help, transaction) {
    for (const effect of transaction.effects) if (effect.is(setHelp)) return effect.value;
    return transaction.selection || transaction.docChanged ? null : help;
  },
  provide: (field) => codemirror.showTooltip.from(field),
});

const tooltip = (help) => ({ pos: help.from, end: help.to, above: true, create: () => ({ dom: helpOf(help) }) });

/** A CodeMirror view in `parent`; `on` is told: edit(text), run(), help(text). */
export class ScriptCode {
  constructor(parent, { text, on, described }) {
    this.on = on;
    this.words = { globals: [], types: {}, steps: [], body: {} };
    this.problems = [];
    this.base = text; // what Python has
    const state = EditorState.create({ doc: text, extensions: [this.#keys(), this.#looks(described), this.#cleverness()] });
    this.view = new EditorView({ state, parent });
    // Hosts put the widget into the page after it is made, some of them into a shadow root.
    requestAnimationFrame(() => parent.getRootNode() instanceof ShadowRoot && this.view.setRoot(parent.getRootNode()));
    this.base = this.view.state.doc;
    this.pending = ChangeSet.empty(this.base.length);
    parent.addEventListener("keydown", keepUsedKeys);
    parent.dataset.draft = "yes"; // undo by keys is the text's, whether or not it has something to take back
  }

  get text() {
    return this.view.state.doc.toString();
  }

  /** Python has another text: the caret stays where it was in it, and what was typed meanwhile stays too. */
  follow(text) {
    const before = this.base.toString();
    if (text === before) return;
    const theirs = ChangeSet.of(difference(before, text), this.base.length);
    const mine = this.pending;
    this.base = theirs.apply(this.base);
    this.pending = mine.map(theirs, true);
    this.view.dispatch({
      changes: theirs.map(mine),
      annotations: [Transaction.userEvent.of(BY_PYTHON), Transaction.addToHistory.of(false)],
    });
  }

  /** Tell Python what was typed, now. */
  commit() {
    clearTimeout(this.timer);
    if (this.pending.empty) return;
    const before = this.base;
    this.base = this.view.state.doc;
    this.pending = ChangeSet.empty(this.base.length);
    if (this.base.eq(before)) this.#mark();
    else this.on.edit(this.text);
  }

  /** Problems of the text that Python has, by line and column (from 1), to the end of the word or the text there. */
  showProblems(problems) {
    this.problems = problems;
    this.#mark();
  }

  // Where the same are found again in a text that was typed anew, their marks have gone with what was replaced.
  #mark() {
    const { state } = this.view;
    const isMarked = this.marked?.problems === this.problems && this.marked?.doc === state.doc;
    if (isMarked || !this.pending.empty) return;
    this.marked = { problems: this.problems, doc: state.doc };
    const diagnostics = this.problems
      .filter((one) => one.line && one.line <= state.doc.lines)
      .map((one) => {
        const line = state.doc.line(one.line);
        const from = Math.min(line.to, line.from + Math.max(0, (one.column ?? 1) - 1));
        const word = WORD_OR_TEXT.exec(state.sliceDoc(from, Math.min(line.to, from + 200)));
        const severity = { error: "error", warning: "warning", note: "info" }[one.severity] ?? "error";
        return { from, to: from + (word ? word[0].length : 0), severity, message: [one.message, one.cure].filter(Boolean).join(" ") };
      });
    this.view.dispatch(codemirror.setDiagnostics(state, diagnostics));
  }

  showRan(lines) {
    this.view.dispatch({ effects: setRan.of(lines) });
  }

  /** Put the caret at a place and the focus into the editor. */
  goTo(line, column = 1) {
    const { doc } = this.view.state;
    const found = doc.line(Math.min(Math.max(1, line), doc.lines));
    const anchor = Math.min(found.to, found.from + Math.max(0, column - 1));
    this.view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    this.view.focus();
  }

  /** Write at the caret. */
  insert(text) {
    this.view.dispatch(this.view.state.replaceSelection(text), { userEvent: "input", scrollIntoView: true });
    this.view.focus();
  }

  close() {
    this.commit();
    this.view.destroy();
  }

  #keys() {
    const run = () => (this.commit(), this.on.run(), true);
    const help = () => {
      const found = helpAt(this.words, this.view.state, this.view.state.selection.main.head, -1) ??
        helpAt(this.words, this.view.state, this.view.state.selection.main.head, 1);
      this.view.dispatch({ effects: setHelp.of(found && tooltip(found)) });
      this.on.help(found ? helpOf(found).innerText : "No help for this place.");
      return true;
    };
    // After Escape, Tab leaves the editor instead of indenting, until something else is pressed.
    const leave = (view) => (view.setTabFocusMode(true), view.dispatch({ effects: setHelp.of(null) }), false);
    const stay = (view) => void view.setTabFocusMode(false);
    return [
      codemirror.history(),
      keymap.of([
        { key: "Mod-Enter", run },
        { key: "Mod-Shift-Space", run: help },
        { key: "Escape", run: leave },
        { key: "Tab", run: codemirror.acceptCompletion },
        { key: "F8", run: codemirror.nextDiagnostic, shift: codemirror.previousDiagnostic },
        ...codemirror.closeBracketsKeymap,
        ...codemirror.completionKeymap,
        ...codemirror.historyKeymap,
        codemirror.indentWithTab,
        ...codemirror.defaultKeymap,
      ]),
      EditorView.domEventObservers({
        keydown: (event, view) => void (["Escape", "Tab", "Shift"].includes(event.key) || stay(view)),
        blur: (_, view) => (stay(view), this.commit()), // before what was pressed instead, such as undo or save
      }),
    ];
  }

  #looks(described) {
    return [
      codemirror.lintGutter(),
      codemirror.lineNumbers(),
      ranGutter,
      given,
      codemirror.highlightSpecialChars(),
      codemirror.drawSelection(),
      codemirror.bracketMatching(),
      codemirror.highlightActiveLine(),
      codemirror.syntaxHighlighting(colours),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "Runtime script", "aria-describedby": described, spellcheck: "false" }),
    ];
  }

  #cleverness() {
    const help = (view, pos, side) => {
      const found = helpAt(this.words, view.state, pos, side);
      return found && tooltip(found);
    };
    return [
      codemirror.javascript(),
      codemirror.indentUnit.of("  "),
      EditorState.tabSize.of(2),
      codemirror.indentOnInput(),
      codemirror.closeBrackets(),
      codemirror.autocompletion({
        override: [(context) => completions(this.words, context), codemirror.localCompletionSource],
        icons: false,
        tooltipClass: () => "workbench-completions",
      }),
      askedHelp,
      codemirror.hoverTooltip(help),
      EditorView.updateListener.of((update) => update.docChanged && this.#changed(update)),
    ];
  }

  #changed(update) {
    const typed = update.transactions.filter((one) => one.docChanged && !one.isUserEvent(BY_PYTHON));
    if (!typed.length) return;
    for (const one of typed) this.pending = this.pending.compose(one.changes);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.commit(), TYPING_PAUSE);
  }
}

// One replacement that makes `after` of `before`.
function difference(before, after) {
  let start = 0;
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

// What the editor has used is not the notebook's.
function keepUsedKeys(event) {
  if (event.defaultPrevented) event.stopPropagation();
}
