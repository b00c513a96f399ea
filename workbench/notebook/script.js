// The script editor: a toolbar, the code with its problems, what the last run did, and the reference.
import { html, useEffect, useRef, useState, useUnique, widget, Button, Choice } from "./kit.js";
import { ScriptArea } from "./script_area.js";

function ScriptEditor({ state, propose }) {
  const code = useRef(null);
  const opener = useRef(null);
  const [isOpen, setOpen] = useState(false);
  const reference = useUnique();
  const close = () => (setOpen(false), opener.current?.focus());
  const run = () => (code.current.commit(), propose("run"));
  const go = (line, column) => code.current.goTo(line, column);
  return html`<section class="workbench-script-editor" aria-label="Script editor">
    <div class="script-bar">
      ${state.can_run && html`<${RunBar} state=${state} propose=${propose} onRun=${run} />`}
      <span class="script-grow"></span>
      <button type="button" class="workbench-jump" ref=${opener} aria-expanded=${String(isOpen)} aria-controls=${reference}
        onClick=${() => setOpen(!isOpen)}>${isOpen ? "Close reference" : "Open reference"}</button>
    </div>
    <${ScriptArea} text=${state.text} words=${state.words} problems=${state.problems} check=${state.check} ran=${state.result.ran} code=${code}
        onEdit=${(script, by) => propose("edit", { script, by })} onRun=${state.can_run ? run : undefined}>
      <aside id=${reference} class="script-reference" aria-label="Reference" hidden=${!isOpen}
        onKeyDown=${(event) => event.key === "Escape" && close()}>
        ${isOpen && html`<${Reference} words=${state.words} onInsert=${(text) => code.current.insert(text)} />`}
      </aside>
    <//>
    ${state.result.end && html`<${Result} result=${state.result} onGo=${go} />`}
  </section>`;
}

// --- run --------------------------------------------------------------------------------------------------------------

function RunBar({ state, propose, onRun }) {
  const choose = (event) => propose("choose", { event });
  const chooseReceiver = (receiver) => propose("receive", { receiver });
  return html`
    <${Button} label=${state.busy ? "Running …" : "Run"} kind="main" onPress=${onRun} disabled=${state.busy || !state.events.length} />
    ${state.events.length > 0 && html`<${Choice} label="Event" value=${state.event} options=${state.events} onChoose=${choose} />`}
    ${state.receivers.length > 1 &&
    html`<${Choice} label="For whom" value=${state.receiver} options=${state.receivers} onChoose=${chooseReceiver} />`}
    ${!state.events.length && html`<span class="workbench-muted">Add a trigger to the connection, and events can be fired.</span>`}`;
}

function Result({ result, onGo }) {
  const { fault } = result;
  return html`<section class="script-result" aria-label="Last run">
    <p role="status"><strong class=${result.ok ? "workbench-good" : "workbench-bad"}>${result.ok ? "✓" : "✗"} ${result.end}</strong>
      <span class="workbench-muted"> ${result.headline}</span></p>
    ${fault && html`<${Fault} fault=${fault} onGo=${onGo} />`}
    ${result.calls.length > 0 && html`<${Calls} calls=${result.calls} hidden=${result.calls_hidden} onGo=${onGo} />`}
    ${result.console.length > 0 && html`<h4>Console</h4>
      <pre class="script-console">${result.console.map((one) => html`<span class=${`wb-console-${one.level}`}>${one.text}${"\n"}</span>`)}</pre>`}
    ${[...result.hints, ...(result.coverage ? [result.coverage] : [])].map((one) => html`<p class="workbench-muted">${one}</p>`)}
  </section>`;
}

function Fault({ fault, onGo }) {
  const go = () => onGo(fault.line, fault.column ?? 1);
  return html`<div class="script-fault">
    <p class="workbench-bad">${fault.message}${fault.line && html` <button type="button" class="workbench-jump" onClick=${go}>Go to line ${fault.line}</button>`}</p>
    ${fault.excerpt && html`<pre>${fault.excerpt}</pre>`}
    ${fault.advice && html`<p>${fault.advice}</p>`}
  </div>`;
}

function Calls({ calls, hidden, onGo }) {
  const line = (one) => one.line && html`<button type="button" class="workbench-jump" onClick=${() => onGo(one.line, one.column ?? 1)}>line ${one.line}</button>`;
  return html`<table class="workbench-table">
    <caption>Calls, in the order they were made${hidden ? ` (${hidden} more in \`run.calls\`)` : ""}</caption>
    <thead><tr><th scope="col">#</th><th scope="col">step</th><th scope="col">status</th><th scope="col">sent</th><th scope="col">from</th></tr></thead>
    <tbody>${calls.map((one) => html`<tr key=${one.number}>
      <td>${one.number}</td><td>${one.step}</td>
      <td class=${one.ok ? "workbench-good" : "workbench-bad"}>${one.status}</td><td>${one.sent}</td><td class="script-whole">${line(one)}</td></tr>`)}</tbody>
  </table>`;
}

// --- reference --------------------------------------------------------------------------------------------------------

function Reference({ words, onInsert }) {
  const heading = useRef(null);
  useEffect(() => heading.current?.focus(), []);
  const of = (kind) => words.steps.filter((one) => one.kind === kind);
  const settings = words.types.Configuration ?? [];
  return html`<h3 tabindex="-1" ref=${heading}>Reference</h3>
    <p class="workbench-muted">Choose a name to write it into the script.</p>
    ${of("trigger").map((one) => html`<${Ingredients} step=${one} onInsert=${onInsert} />`)}
    ${of("query").map((one) => html`<${Call} step=${one} call="performQuery" onInsert=${onInsert} />`)}
    ${of("action").map((one) => html`<${Call} step=${one} call="runAction" onInsert=${onInsert} />`)}
    ${settings.length > 0 && html`<h4>Configuration</h4><${Names} rows=${settings.map((one) => ({ ...one, code: `Connection.configuration.${one.name}` }))} heads=${["type", "set"]} onInsert=${onInsert} />`}
    <h4>Connection and time</h4>
    <${Names} heads=${["type", "example"]} onInsert=${onInsert}
      rows=${[...(words.types.Connection ?? []).map((one) => ({ ...one, code: `Connection.${one.name}` })), { ...(words.types.Meta ?? [{}])[0], code: "Meta.currentUserTime" }]} />`;
}

function Ingredients({ step, onInsert }) {
  return html`<h4>${step.label || step.name}</h4>
    <p class="workbench-muted">${step.doc} <code>Trigger.id</code> is <code>"${step.name}"</code>.</p>
    ${step.items.length
      ? html`<${Names} rows=${step.items.map((one) => ({ ...one, code: member("Trigger.ingredients", one.name) }))} heads=${["type", "example"]} onInsert=${onInsert} />`
      : html`<p>Its events bring no ingredients.</p>`}`;
}

function Call({ step, call, onInsert }) {
  const code = `${call}("${step.name}"${step.fields.length ? `, { fields: { ${key(step.fields[0].name)}:  } }` : ""})`;
  const fields = step.fields.map((one) => ({ name: one.name, code: `${key(one.name)}: `, detail: one.options.length ? `one of ${one.options.slice(0, 5).map((each) => each.label).join(", ")}${one.options.length > 5 ? " …" : ""}` : one.type, doc: one.label, example: one.stored }));
  const items = step.items.map((one) => ({ ...one, code: one.name }));
  return html`<h4>${step.label || step.name}</h4>
    <p class="workbench-muted">${step.doc}</p>
    <p><button type="button" class="workbench-jump" onClick=${() => onInsert(code)}><code>${call}("${step.name}")</code></button></p>
    ${fields.length > 0 && html`<${Names} caption="Fields" rows=${fields} heads=${["type", "without it"]} onInsert=${onInsert} />`}
    ${items.length > 0 && html`<${Names} caption="Each item of the answer" rows=${items} heads=${["type", "example"]} onInsert=${onInsert} />`}`;
}

function Names({ rows, heads, caption, onInsert }) {
  return html`<table class="script-names">
    ${caption && html`<caption>${caption}</caption>`}
    <thead><tr><th scope="col">name</th>${heads.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead>
    <tbody>${rows.map((one) => html`<tr key=${one.code}>
      <th scope="row"><button type="button" class="workbench-jump" title=${one.doc} onClick=${() => onInsert(one.code)}><code>${one.name}</code></button></th>
      <td>${one.detail}</td><td>${one.example}</td></tr>`)}</tbody>
  </table>`;
}

const isPlain = (name) => /^[A-Za-z_$][\w$]*$/.test(name);
const key = (name) => (isPlain(name) ? name : JSON.stringify(name));
const member = (of, name) => (isPlain(name) ? `${of}.${name}` : `${of}[${JSON.stringify(name)}]`);

export default widget(ScriptEditor, ["text", "words", "problems", "check", "events", "event", "receivers", "receiver", "result", "can_run"]);
