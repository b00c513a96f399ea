// ConnectionEditor: a connection in the steps of the Connections page's "How to use the tool".
import { breakable, Button, historyKeys, html, TextInput, useRef, useShared, useState, useUnique, widget } from "./kit.js";
import { Counts, History, Missing, OwnFields, ProblemList, UserPreview } from "./fields_view.js";
import { ServicePicker } from "./service_picker.js";
import { Features } from "./feature_card.js";
import { ScriptArea } from "./script_area.js";

function Editor({ state, propose }) {
  const { editor, catalogue, script_report: report } = state;
  const table = useShared(state.table);
  const keys = historyKeys(() => propose("undo"), () => propose("redo"));
  const configuration = table.groups[0];
  return html`<div class="workbench-author" onKeyDown=${keys}>
    <div class="workbench-head">
      <strong class="workbench-title"><bdi>${editor.title || "Untitled connection"}</bdi></strong>
      <${Saved} editor=${editor} />
      <${Counts} counts=${{ ...table.counts, errors: table.counts.errors + report.problems.filter((one) => one.severity === "error").length }} />
      <span class="workbench-gap"></span>
      <${History} table=${table} propose=${propose} />
    </div>
    <${Stage} number="1" title="Services" words="Search for the services that the connection joins, and select them. The owner is your own service.">
      <${ServicePicker} services=${editor.services} catalogue=${catalogue} propose=${propose} />
    <//>
    <${Stage} number="2" title="Features" words="A feature is what a user switches on. Give it triggers (when), queries (look up) and actions (do), and say who sets their fields.">
      <${Features} groups=${table.groups} services=${editor.services} catalogue=${catalogue} propose=${propose} />
    <//>
    <${Stage} number="3" title="Title and configuration" words="What people read, and fields of the connection as a whole.">
      <div class="workbench-form workbench-head-form">
        <label>Title<${TextInput} value=${editor.title} placeholder="Control your Hue lights when you stream on Twitch" onCommit=${(title) => propose("title", { title })} dir="auto" /></label>
        <label>Description<${TextInput} value=${editor.description} placeholder="What it does for the user (optional)" onCommit=${(description) => propose("describe", { description })} dir="auto" /></label>
      </div>
      <${ProblemList} problems=${configuration.problems} />
      <${OwnFields} section=${configuration.sections[0]} propose=${propose} />
    <//>
    <${Stage} number="4" title="Runtime script" words="JavaScript that runs each time a trigger fires. A connection may do without: your own server then hears of the event.">
      ${editor.has_script
        ? html`<${Script} state=${state} propose=${propose} />`
        : html`<${Button} label="Write a runtime script" onPress=${() => propose("start_script")} />`}
    <//>
    <${Update} state=${state} propose=${propose} />
    ${editor.endpoints.length > 0 && html`<${Endpoints} editor=${editor} />`}
    <${UserPreview} table=${table} propose=${propose} />
  </div>`;
}

function Saved({ editor }) {
  if (!editor.path) return html`<span class="workbench-state workbench-warn">Not saved yet</span>`;
  if (editor.is_modified) return html`<span class="workbench-state workbench-warn">Unsaved changes</span>`;
  return html`<span class="workbench-state workbench-good">Saved</span>`;
}

function Stage({ number, title, words, children }) {
  const id = useUnique();
  return html`<section class="workbench-stage" aria-labelledby=${id}>
    <h3 id=${id}><span class="workbench-number" aria-hidden="true">${number}</span> ${title}</h3>
    <p class="workbench-muted workbench-words">${words}</p>
    ${children}
  </section>`;
}

function Script({ state, propose }) {
  const code = useRef(null);
  const { is_checking: isChecking, problems } = useShared(state.script_report);
  return html`<${ScriptArea} text=${state.text} words=${state.words} problems=${problems} check=${isChecking ? "checking" : "checked"} code=${code}
      good="Node.js 12 can run it, and it names nothing that the connection lacks."
      onEdit=${(script, by) => propose("edit", { script, by })} />
    <p><${Button} label="Remove the script" onPress=${() => propose("remove_script")} /></p>`;
}

function Update({ state, propose }) {
  const [typed, setTyped] = useState(null);
  const { editor, table, conflict, busy, notice } = state;
  const isRefused = notice?.kind === "bad" && notice.text.startsWith("Nothing was written") && table.problems.length > 0;
  const path = typed ?? editor.path ?? editor.suggested;
  const update = (overwrite) => propose("update", { path, overwrite });
  const submit = (event) => {
    event.preventDefault();
    update(false);
  };
  return html`<section class="workbench-stage workbench-update" aria-label="Update">
    <${Missing} table=${table} />
    <form class="workbench-line-form" onSubmit=${submit}>
      <label class="workbench-file">File <input class="workbench-input" value=${path} spellcheck=${false} onInput=${(event) => setTyped(event.target.value)} /></label>
      <button type="submit" class="workbench-button workbench-button-main">Update</button>
      ${conflict && html`<${Button} label="Replace the file on disk" onPress=${() => update(true)} />`}
      ${isRefused
        ? html`<span class="workbench-bad">Nothing was written: the list above says what is missing.</span>`
        : html`<span class="workbench-muted" role="status">${busy ? "Working…" : editor.is_modified || !editor.path ? "Update checks everything, then writes the file." : "The file has all of it."}</span>`}
    </form>
  </section>`;
}

function Endpoints({ editor }) {
  const id = useUnique();
  return html`<section class="workbench-stage" aria-labelledby=${id}>
    <h3 id=${id}>Your Connect API endpoints</h3>
    <p class="workbench-muted workbench-words">${editor.is_modified || !editor.path ? "What you will have after Update." : "What you now have: requests that your server may make for a user who has connected."}</p>
    ${editor.endpoints.map((one) => html`<details key=${one.method + one.url} class="workbench-endpoint">
      <summary><strong>${one.method}</strong> <code>${breakable(one.url)}</code></summary>
      ${one.body ? html`<pre tabindex="0" aria-label=${`Body of ${one.method} ${one.step}`}>${one.body}</pre>` : html`<p class="workbench-muted">It has no body.</p>`}
    </details>`)}
  </section>`;
}

export default widget(Editor, ["text", "words", "table", "editor", "catalogue", "script_report", "conflict"]);
