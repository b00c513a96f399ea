// The runtime script as text, with its problems below it.
//
// This is the seam for a richer editor: whatever takes the same four properties can stand here instead.
import { html, TextArea } from "./kit.js";
import { ProblemList } from "./fields_view.js";

/** `problems` have a line and a column; `onCommit` gets the whole text. */
export function ScriptArea({ script, problems, isChecking, onCommit }) {
  const rows = Math.min(24, Math.max(6, script.slice(0, 20000).split("\n").length + 1));
  return html`<${TextArea} class="workbench-input workbench-script-area" label="Runtime script" value=${script} rows=${rows} onCommit=${onCommit}
      spellcheck=${false} autocapitalize="off" wrap="off" dir="ltr" />
    <div aria-live="polite">
      ${isChecking && html`<p class="workbench-muted">Checking…</p>`}
      <${ProblemList} problems=${problems} />
      ${!isChecking && !problems.length && html`<p class="workbench-good">Node.js 12 can run it, and it names nothing that the connection lacks.</p>`}
    </div>`;
}
