// EventForm: an event, who receives it, the conditions, and the buttons that fire it.
import { Button, Choice, html, TextArea, TextInput, useRef, useState, widget } from "./kit.js";
import { ClockPanel, FaultsPanel, Ticking } from "./conditions.js";

function View({ state, propose }) {
  const { form } = state;
  if (form.triggers.length === 0) return html`<${NoTrigger} />`;
  return html`<section class="workbench-event" aria-label="Fire an event" aria-busy=${state.busy}>
    <div class="workbench-controls">
      <label class="workbench-field workbench-event-wide"><span>Trigger</span>
        <${Choice} value=${state.trigger} options=${form.triggers} onChoose=${(trigger) => propose("trigger", { trigger })} /></label>
      ${form.users.length > 0 &&
      html`<label class="workbench-field"><span>User</span>
          <${Choice} value=${state.user} options=${form.users} onChoose=${(user) => propose("user", { user })} /></label>
        <label class="workbench-field workbench-event-wide"><span>Feature</span>
          <${Choice} value=${state.feature} options=${form.features} onChoose=${(feature) => propose("feature", { feature })} /></label>`}
      ${form.events.length > 0 &&
      html`<label class="workbench-field workbench-event-wide"><span>Saved event</span>
          <${Choice} value=${state.event} empty="none" options=${form.events} onChoose=${(name) => name && propose("load", { name })} /></label>`}
    </div>
    ${form.description && html`<p class="workbench-muted">${form.description}</p>`}
    ${form.users.length === 0 && html`<${NoUser} propose=${propose} />`}
    <${Ingredients} form=${form} propose=${propose}><${Save} event=${state.event} propose=${propose} /><//>
    <${UserTime} state=${state} propose=${propose} />
    <details class="workbench-fold">
      <summary>What goes wrong <span class="workbench-muted">${faultNote(state.faults)}</span></summary>
      <${FaultsPanel} faults=${state.faults} offers=${state.offers} propose=${propose} />
    </details>
    <${Fire} state=${state} propose=${propose} />
    <${Results} state=${state} propose=${propose} />
  </section>`;
}

function NoTrigger() {
  return html`<div class="workbench-empty">
    <p><strong>The connection has no trigger yet.</strong></p>
    <p>Add a trigger to one of its features, and its event can be fired here.</p>
  </div>`;
}

function NoUser({ propose }) {
  const [user, setUser] = useState("user-1");
  return html`<div class="workbench-callout">
    <p>Nobody has enabled the connection with this trigger. An event needs a user who receives it.</p>
    <div class="workbench-controls">
      <label class="workbench-field"><span>User id</span><${TextInput} value=${user} onCommit=${setUser} /></label>
      <${Button} kind="main" label="Enable for this user" onPress=${() => propose("enable", { user })} />
    </div>
  </div>`;
}

function Save({ event, propose }) {
  const [name, setName] = useState("");
  return html`<div class="workbench-controls workbench-save">
    <label><span class="workbench-muted">Keep this event as </span>
      <${TextInput} value=${name || event} placeholder="a name" onCommit=${setName} /></label>
    <${Button} label="Save event" onPress=${() => (propose("save", { name: name || event }), setName(""))} />
    ${event && html`<${Button} label="Forget" aria-label=${`Forget ${event}`} onPress=${() => propose("forget", { name: event })} />`}
  </div>`;
}

function Ingredients({ form, propose, children }) {
  const [asJson, setAsJson] = useState(false);
  return html`<fieldset class="workbench-event-ingredients">
    <legend>Ingredients
      <button type="button" class="workbench-toggle" aria-pressed=${asJson} onClick=${() => setAsJson(!asJson)}>JSON</button></legend>
    ${asJson
      ? html`<${TextArea} label="The event as JSON" rows=${Math.min(20, form.json.split("\n").length + 1)} class="workbench-input workbench-mono"
          value=${form.json} onCommit=${(text) => propose("json", { text })} />`
      : html`<div class="workbench-inputs">${form.inputs.map((one) => html`<${Ingredient} key=${one.name} one=${one} propose=${propose} />`)}</div>`}
    ${children}
  </fieldset>`;
}

// An input shows what will be sent: a sample until something is typed.
function Ingredient({ one, propose }) {
  const commit = (text) => propose("set", { name: one.name, text });
  const shared = { value: one.value, onCommit: commit, label: `${one.label} (${one.type})` };
  return html`<div class="workbench-ingredient">
    <span class="workbench-ingredient-name"><strong>${one.name}</strong> <span class="workbench-muted">${one.type}</span></span>
    ${one.type === "String" ? html`<${TextArea} rows="1" ...${shared} />` : html`<${TextInput} ...${shared} />`}
    <span class="workbench-ingredient-note">
      ${one.given
        ? html`<button type="button" class="workbench-jump" aria-label=${`Use the sample for ${one.name}`} onClick=${() => propose("unset", { name: one.name })}>use the sample</button>`
        : html`<span class="workbench-muted">sample</span>`}
      ${one.example && one.example !== one.value && html` <span class="workbench-muted" title=${one.example}>e.g. ${one.example}</span>`}
    </span>
  </div>`;
}

function UserTime({ state, propose }) {
  const { clock } = state;
  return html`<details class="workbench-fold">
    <summary>Time of the user <span class="workbench-muted"><${Ticking} clock=${clock} /> ${clock.zone}${clock.frozen ? ", frozen" : ""}</span></summary>
    ${state.user &&
    html`<div class="workbench-controls"><label class="workbench-field"><span>Time zone of ${state.user}</span>
      <${Choice} value=${clock.zone} options=${withZone(state.zones, clock.zone)} onChoose=${(zone) => propose("zone", { zone })} /></label></div>`}
    <${ClockPanel} clock=${clock} propose=${propose} isBare />
  </details>`;
}

const withZone = (zones, zone) => (zones.some((one) => one.value === zone) ? zones : [{ value: zone, label: zone }, ...zones]);

const faultNote = (faults) => (faults.length === 0 ? "nothing" : faults.map(({ text, where }) => `${text} in ${where}`).join("; "));

function Fire({ state, propose }) {
  return html`<div class="workbench-controls workbench-fire">
    <${Button} kind="main" label="Fire" disabled=${!state.user} onPress=${() => propose("fire")} />
    <${Button} label="Fire 10 with variations" disabled=${!state.user} onPress=${() => propose("vary")}
      title="What you typed stays; the samples vary, by the seed and the ingredients' types." />
    <label class="workbench-seed"><span>seed</span>
      <${TextInput} type="number" value=${String(state.seed)} onCommit=${(seed) => propose("seed", { seed })} /></label>
    <label class="workbench-seed"><input type="checkbox" checked=${state.coverage} onChange=${(event) => propose("count", { on: event.target.checked })} /><span>count lines</span></label>
    <span class="workbench-muted" role="status">${state.running.length ? `${state.running.length} running…` : ""}</span>
  </div>`;
}

// Each press of a button has a number, which its runs bear while they go on and when they have ended.
function Results({ state, propose }) {
  const list = useRef(null);
  if (state.results.length + state.running.length === 0) return null;
  return html`<ol class="workbench-event-results" ref=${list} aria-label="Fired here, newest first" tabindex="0">
    ${state.running.map(
      ({ press, done, of }) => html`<li key=${press} class="workbench-event-running">
        <span class="workbench-verdict">… running</span>
        <span class="workbench-muted">#${press}${of > 1 && ` · ${done} of ${of} done`}</span>
      </li>`,
    )}
    ${state.results.map(
      (one) => html`<li key=${one.id}>
        <button type="button" class=${`workbench-event-result ${one.id === state.chosen ? "is-chosen" : ""}`} aria-pressed=${one.id === state.chosen} onClick=${() => propose("choose", { run: one.id })}>
          <span class=${`workbench-verdict ${one.ok ? "is-good" : "is-bad"}`}>${one.ok ? "✓" : "✕"} ${one.end}</span>
          <span class="workbench-muted">#${one.press}</span>
          <span class="workbench-event-result-title" dir="auto">${one.title}</span>
          <span class="workbench-muted">${one.text}</span>
        </button>
      </li>`,
    )}
  </ol>`;
}

export default widget(View, [
  "trigger", "user", "feature", "ingredients", "event", "coverage", "seed", "form", "results", "running", "chosen", "clock", "faults", "offers",
]);
