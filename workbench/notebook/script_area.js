// The runtime script as code, with its keys and its problems: what every widget shares that edits one.
import { html, useEffect, useLayoutEffect, useRef, useState, useUnique } from "./kit.js";
import { ScriptCode } from "./script_code.js";

/**
 * `text` is { script, by }: the script, and the view that wrote it. `check` says how far Python's look for `problems` is,
 * `good` what it means that there are none, `ran` which lines ran. `code`, a ref, gets the ScriptCode. `onEdit(script, by)`
 * is told what was typed, `onRun`, where there is one, that it is to run. Children stand beside the code.
 */
export function ScriptArea({ text, words, problems, check, good = "No problems.", ran, code, onEdit, onRun, children }) {
  const host = useRef(null);
  const me = useRef(useUnique());
  const [help, setHelp] = useState("");
  const tips = useUnique();

  useLayoutEffect(() => {
    const on = { edit: (script) => onEdit(script, me.current), run: () => onRun?.(), help: setHelp };
    code.current = new ScriptCode(host.current, { text: text.script, on, described: tips });
    return () => code.current.close();
  }, []);
  useLayoutEffect(() => void (text.by !== me.current && code.current.follow(text.script)), [text]);
  useLayoutEffect(() => void (check !== "checking" && code.current.showProblems(problems)));
  useEffect(() => void (code.current.words = words), [words]);
  useEffect(() => void (ran && code.current.showRan(ran)), [ran]);

  return html`<div class="script-area">
    <div class="script-split">
      <div class="script-code" ref=${host}></div>
      ${children}
    </div>
    <p class="script-tips workbench-muted" id=${tips}>
      <kbd>Ctrl</kbd> <kbd>Space</kbd> completes, <kbd>Ctrl</kbd> <kbd>Shift</kbd> <kbd>Space</kbd> explains,${" "}
      ${onRun && html`<kbd>Ctrl</kbd> <kbd>Enter</kbd> runs,${" "}`}<kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the editor.
    </p>
    <p class="workbench-hidden" role="status">${help}</p>
    <${ScriptProblems} problems=${problems} check=${check} good=${good} onGo=${(one) => code.current.goTo(one.line, one.column)} />
  </div>`;
}

const SIGNS = { error: ["workbench-bad", "Error"], warning: ["workbench-warn", "Warning"], note: ["workbench-muted", "Note"] };

function ScriptProblems({ problems, check, good, onGo }) {
  const found = problems.length ? `${problems.length} ${problems.length > 1 ? "problems" : "problem"}` : "";
  const told = check === "checking" ? "Checking …" : found || (check === "checked" ? good : check);
  const isGood = check === "checked" && !found;
  return html`<section class="script-problems" aria-label="Problems">
    <p role="status" class=${isGood ? "workbench-good" : "workbench-muted"}>${told}</p>
    ${problems.length > 0 && html`<ul>${problems.map((one) => html`<${ScriptProblem} key=${`${one.line}:${one.column}:${one.message}`} problem=${one} onGo=${onGo} />`)}</ul>`}
  </section>`;
}

function ScriptProblem({ problem, onGo }) {
  const [name, sign] = SIGNS[problem.severity] ?? SIGNS.error;
  return html`<li><strong class=${name}>${sign}</strong>${" "}
    ${problem.line ? html`<button type="button" class="workbench-jump" onClick=${() => onGo(problem)}>line ${problem.line}</button>` : html`<span class="workbench-muted">${problem.where}</span>`}
    ${" "}${problem.message} <span class="workbench-muted">${problem.cure}</span></li>`;
}
