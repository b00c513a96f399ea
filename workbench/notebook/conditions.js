// The clock and the faults of a bench, as several widgets show them.
import { Button, Choice, Fragment, html, TextInput, useEffect, useState } from "./kit.js";

const HOUR = 3600;

/** The user's time: ticking, or frozen; it can be set, moved and let run. */
export function ClockPanel({ clock, propose, isBare = false }) {
  return html`<div class="workbench-clock">
    ${!isBare &&
    html`<p class="workbench-now"><${Ticking} clock=${clock} /> <span class="workbench-muted">${clock.zone}</span>
      ${clock.frozen && html` <span class="workbench-verdict">frozen</span>`}</p>`}
    <div class="workbench-controls">
      <label class="workbench-field"><span>Freeze the time at</span>
        <${TextInput} type="datetime-local" step="1" value=${clock.local} onCommit=${(at) => propose("freeze", { at })} /></label>
      ${clock.frozen
        ? html`<${Button} label="Let it run" onPress=${() => propose("run")} />`
        : html`<${Button} label="Freeze now" onPress=${() => propose("freeze")} />`}
      <span class="workbench-cluster" role="group" aria-label="Move the clock">
        <${Button} label="−1 hour" onPress=${() => propose("move", { seconds: -HOUR })} />
        <${Button} label="+1 hour" onPress=${() => propose("move", { seconds: HOUR })} />
        <${Button} label="+1 day" onPress=${() => propose("move", { seconds: 24 * HOUR })} />
        <${Button} label="Real time" onPress=${() => propose("reset")} />
      </span>
    </div>
  </div>`;
}

/** A moment of the bench as its user's clock has it. */
export function Ticking({ clock }) {
  const [passed, setPassed] = useState(0);
  useEffect(() => {
    setPassed(0);
    if (clock.frozen) return undefined;
    const began = Date.now();
    const timer = setInterval(() => setPassed(Date.now() - began), 1000);
    return () => clearInterval(timer);
  }, [clock]);
  return html`<time class="workbench-time">${inZone(clock.now + passed, clock.zone)}</time>`;
}

function inZone(moment, timeZone) {
  const parts = { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
  try {
    return new Intl.DateTimeFormat("en-GB", { ...parts, timeZone }).format(moment);
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: "UTC" }).format(moment) + " UTC"; // a zone this browser does not know
  }
}

/** What goes wrong, and a line to let more go wrong. */
export function FaultsPanel({ faults, offers, propose }) {
  const [draft, setDraft] = useState({ kind: "status 502", step: "", often: "always", ms: "1000" });
  const change = (part) => setDraft({ ...draft, ...part });
  return html`<${Fragment}>
    ${faults.length > 0 &&
    html`<div class="workbench-scroll"><table class="workbench-table">
      <thead><tr><th scope="col">Fault</th><th scope="col">Where</th><th scope="col">When</th><th scope="col">Struck</th><th scope="col"><span class="workbench-hidden">Remove</span></th></tr></thead>
      <tbody>
        ${faults.map(
          (one) => html`<tr key=${one.number}>
            <th scope="row">${one.text}</th><td>${one.where}</td><td>${one.when}</td><td>${one.struck} of ${one.seen}</td>
            <td><${Button} label="Remove" aria-label=${`Remove ${one.text}`} onPress=${() => propose("remove_fault", { number: one.number })} /></td>
          </tr>`,
        )}
      </tbody>
    </table></div>`}
    <div class="workbench-controls">
      <label class="workbench-field"><span>What goes wrong</span><${Choice} value=${draft.kind} options=${offers.kinds} onChoose=${(kind) => change({ kind })} /></label>
      ${draft.kind === "slow" &&
      html`<label class="workbench-field"><span>By so many ms</span><${TextInput} type="number" min="0" value=${draft.ms} onCommit=${(ms) => change({ ms })} /></label>`}
      <label class="workbench-field"><span>In which step</span><${Choice} value=${draft.step} empty="every step" options=${offers.steps} onChoose=${(step) => change({ step })} /></label>
      <label class="workbench-field"><span>How often</span><${Choice} value=${draft.often} options=${offers.often} onChoose=${(often) => change({ often })} /></label>
      <${Button} label="Add fault" onPress=${() => propose("add_fault", { ...draft, ms: Number(draft.ms) })} />
      ${faults.length > 1 && html`<${Button} label="Remove all" onPress=${() => propose("clear_faults")} />`}
    </div>
  <//>`;
}
