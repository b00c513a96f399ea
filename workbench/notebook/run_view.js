// RunView: a run as a story of six chapters, and its calls on the run's time.
import { breakable, Choice, Fragment, html, useRef, useState, widget } from "./kit.js";

function View({ state, propose }) {
  const { story, runs } = state;
  return html`<section class="workbench-run" aria-label="What happened">
    ${runs.length > 1 &&
    html`<label class="workbench-chooser">
      <span>Run</span>
      <${Choice} value=${state.chosen} onChoose=${(run) => propose("choose", { run })} label="Run"
        empty="The latest" options=${runs.map(({ id, text }) => ({ value: id, label: text }))} />
    </label>`}
    ${story.id ? html`<${Story} key=${story.id} story=${story} />` : html`<${Empty} />`}
  </section>`;
}

function Empty() {
  return html`<div class="workbench-empty">
    <p><strong>No run yet.</strong></p>
    <p>Fire an event, and read here what the script did with it: which calls it made, what came back, and why.</p>
  </div>`;
}

function Story({ story }) {
  const root = useRef(null);
  const showLine = (line) => {
    const target = root.current?.querySelector(`[data-line="${line}"]`);
    target?.closest("details")?.setAttribute("open", "");
    target?.scrollIntoView({ block: "nearest" });
    target?.focus();
  };
  const showCall = (number) => {
    const target = root.current?.querySelector(`[data-call="${number}"] > summary`);
    target?.closest("details.workbench-chapter")?.setAttribute("open", "");
    target?.scrollIntoView({ block: "nearest" });
    target?.focus();
  };
  const { calls, script, console: lines } = story;
  const called = calls.length + story.more_calls;
  return html`<div ref=${root}>
    <${Head} story=${story} onLine=${showLine} onCall=${showCall} />
    <ol class="workbench-chapters">
      <${Chapter} title="Event" note=${story.trigger}><${Event} story=${story} /><//>
      <${Chapter} title="Values" note="what each field held when the event came"><${Values} values=${story.values} /><//>
      <${Chapter} title="Script" note=${scriptNote(story)}><${Script} script=${script} onCall=${showCall} /><//>
      <${Chapter} title="Calls" note=${called === 0 ? "none" : String(called)}>
        ${called === 0 ? html`<p class="workbench-muted">The script called no query and no action.</p>` : html`<${Calls} story=${story} onLine=${showLine} onCall=${showCall} />`}
      <//>
      <${Chapter} title="Console" note=${lines.length === 0 ? "nothing printed" : ""}>
        ${lines.length > 0 && html`<${Console} lines=${lines} more=${story.more_console} />`}
      <//>
      <${Chapter} title="End" note=${story.end} tone=${story.ok ? "good" : "bad"}><${End} story=${story} onLine=${showLine} /><//>
    </ol>
  </div>`;
}

const scriptNote = ({ script }) =>
  script.lines.length === 0 ? "the connection has none" : script.covered ? "with how often each line ran" : "with where it called";

// The head says the whole in one glance: how it ended, for what and whom, and how much of the time it took.
function Head({ story, onLine, onCall }) {
  const failed = story.calls.filter((call) => call.complaint).slice(0, 5); // the script may have ignored them
  const share = Math.min(100, (100 * story.duration_ms) / story.limit_ms);
  return html`<header class=${`workbench-run-head ${story.ok ? "is-good" : "is-bad"}`}>
    <p class="workbench-run-title">
      <span class="workbench-verdict ${story.ok ? "is-good" : "is-bad"}">${story.ok ? "✓" : "✕"} ${story.end}</span>
      <strong>${story.trigger}</strong> <span>for ${story.user}</span>
    </p>
    <p>${story.meaning}</p>
    ${story.fault && html`<${Fault} fault=${story.fault} onLine=${onLine} />`}
    ${failed.map(
      (call) => html`<p key=${call.number}>
        <button type="button" class="workbench-jump" onClick=${() => onCall(call.number)}>call ${call.number}</button> failed: <span class="workbench-bad" dir="auto">${call.complaint}</span>
      </p>`,
    )}
    <div class="workbench-budget">
      <span class="workbench-meter" role="meter" aria-label="Time used" aria-valuemin="0" aria-valuemax=${story.limit_ms}
        aria-valuenow=${Math.min(story.duration_ms, story.limit_ms)} aria-valuetext=${story.took}>
        <span style=${{ width: `${share}%` }}></span>
      </span>
      <span>${story.took}</span>
      ${story.parts.length > 0 && html`<span class="workbench-muted">${story.parts.map(([name, took]) => `${name} ${took}`).join(" · ")}</span>`}
    </div>
  </header>`;
}

function Chapter({ title, note, tone = "", children }) {
  return html`<li>
    <details class="workbench-chapter" open>
      <summary>
        <span class="workbench-chapter-title">${title}</span>
        ${note && html` <span class=${`workbench-muted ${tone && `workbench-${tone}`}`}>${note}</span>`}
      </summary>
      <div class="workbench-chapter-body">${children}</div>
    </details>
  </li>`;
}

function Event({ story }) {
  return html`<${Fragment}>
    <p class="workbench-muted">For ${story.user} (${story.timezone}), feature “${story.feature}”.</p>
    <div class="workbench-scroll">
      <table class="workbench-table">
        <thead><tr><th scope="col">Ingredient</th><th scope="col">Value</th></tr></thead>
        <tbody>
          ${story.ingredients.map(({ name, value }) => html`<tr key=${name}><th scope="row">${breakable(name)}</th><td dir="auto" class="workbench-run-value">${value}</td></tr>`)}
        </tbody>
      </table>
    </div>
  <//>`;
}

function Values({ values }) {
  if (values.length === 0) return html`<p class="workbench-muted">No step of this feature has a field.</p>`;
  return html`<div class="workbench-scroll">
    <table class="workbench-table">
      <thead><tr><th scope="col">Where</th><th scope="col">Field</th><th scope="col">Value</th><th scope="col">Whose</th></tr></thead>
      <tbody>
        ${values.map(
          (one) => html`<tr key=${`${one.where}/${one.field}`}>
            <td>${breakable(one.where)}</td><th scope="row" title=${one.label}>${breakable(one.field)}</th><td dir="auto" class="workbench-run-value">${one.value}</td><td>${one.set_by}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function Script({ script, onCall }) {
  if (script.lines.length === 0) return html`<p class="workbench-muted">No script: your backend would act on the event.</p>`;
  return html`<div class="workbench-run-code-pane" role="region" aria-label="The script" tabindex="0">
    <table class="workbench-run-code">
      <thead class="workbench-hidden">
        <tr><th>Line</th>${script.covered && html`<th>Ran</th>`}<th>Source</th><th>Calls</th></tr>
      </thead>
      <tbody>
        ${script.lines.map(
          (line) => html`<tr key=${line.number} class=${lineClass(line, script.covered)} data-line=${line.number} tabindex="-1">
            <th scope="row">${line.number}</th>
            ${script.covered && html`<td class="workbench-run-count" title=${line.partly && `never: ${line.partly}`}>${ran(line)}</td>`}
            <td class="workbench-source">${line.text || " "}</td>
            <td class=${line.fault || line.calls.length > 0 ? "workbench-run-code-calls" : ""}>
              ${line.fault && html`<span class="workbench-bad">stopped here </span>`}
              ${line.calls.length > 0 && (line.calls.length > 1 ? "calls" : "call")}
              ${line.calls.map(
                (number) => html` <button type="button" class="workbench-jump" key=${number} aria-label=${`Call ${number}`} onClick=${() => onCall(number)}>${number}</button>`,
              )}
            </td>
          </tr>`,
        )}
      </tbody>
    </table>
    ${script.more > 0 && html`<p class="workbench-muted">… and ${script.more} more lines.</p>`}
  </div>`;
}

const lineClass = (line, covered) =>
  [line.fault && "is-fault", line.calls.length > 0 && "is-calling", covered && line.count === 0 && "is-missed", line.partly && "is-partly"]
    .filter(Boolean)
    .join(" ");

const ran = ({ count, partly }) => (count === null ? "" : count === 0 ? "never" : `${count}×${partly ? " in part" : ""}`);

function Calls({ story, onLine, onCall }) {
  return html`<${Fragment}>
    <${Waterfall} story=${story} onCall=${onCall} />
    <ol class="workbench-calls">
      ${story.calls.map((call) => html`<li key=${call.number}><${Call} call=${call} onLine=${onLine} /></li>`)}
    </ol>
    ${story.more_calls > 0 && html`<p class="workbench-muted">… and ${story.more_calls} more; \`run.calls\` has them all.</p>`}
  <//>`;
}

// Bars on the time that the run took, or on its whole budget: on the budget most runs are a sliver at the left.
function Waterfall({ story, onCall }) {
  const isLong = story.duration_ms > story.limit_ms / 20;
  const [whole, setWhole] = useState(isLong);
  const scale = whole ? story.limit_ms : Math.max(story.duration_ms, 0.001);
  const place = (ms) => `${Math.min(100, (100 * ms) / scale)}%`;
  return html`<div class="workbench-waterfall" role="group" aria-label=${`When each call ran: ${story.took}`}>
    <div class="workbench-scale">
      <span>When each call ran</span>
      <button type="button" class="workbench-toggle" aria-pressed=${!whole} onClick=${() => setWhole(false)}>this run</button>
      <button type="button" class="workbench-toggle" aria-pressed=${whole} onClick=${() => setWhole(true)}>whole ${story.limit_ms / 1000} s</button>
    </div>
    ${story.calls.map((call) => {
      const end = call.end_ms ?? story.duration_ms;
      const says = call.end_ms === null ? "no answer" : call.took;
      return html`<button type="button" class="workbench-run-bar-row" key=${call.number} onClick=${() => onCall(call.number)}
        title=${`began at ${call.at_ms.toFixed(1)} ms`}>
        <span class="workbench-run-bar-label">${call.number}. ${call.step}<span class="workbench-hidden"> began at ${call.at_ms.toFixed(1)} ms, </span></span>
        <span class="workbench-track">
          <span class=${`workbench-run-bar ${call.ok ? "" : "is-bad"}`} style=${{ insetInlineStart: place(call.at_ms), width: place(end - call.at_ms) }}></span>
        </span>
        <span class="workbench-run-bar-took">${says}</span>
      </button>`;
    })}
    <div class="workbench-axis" aria-hidden="true">
      <span>0</span><span>${whole ? `${story.limit_ms / 1000} s` : `${story.duration_ms.toFixed(1)} ms`}</span>
    </div>
  </div>`;
}

function Call({ call, onLine }) {
  const status = call.status ?? "no answer";
  return html`<details class="workbench-call" data-call=${call.number} open=${!call.ok}>
    <summary>
      <span class=${`workbench-verdict ${call.ok ? "is-good" : "is-bad"}`} title=${call.meaning}>${status}</span>
      <span class="workbench-call-name">${call.number}. ${call.kind} <strong>${call.step}</strong></span>
      <span class="workbench-muted">${call.took}</span>
      <span class="workbench-call-gist" dir="auto">${gist(call)}</span>
    </summary>
    <div class="workbench-call-body">
      <p>${call.meaning}${call.note && ` ${call.note}`}
        ${call.line !== null && html` <button type="button" class="workbench-jump" onClick=${() => onLine(call.line)}>called on line ${call.line}</button>`}
        ${call.exchange !== null && html` <span class="workbench-muted">log entry ${call.exchange}</span>`}</p>
      ${call.fields.length > 0 && html`<${Why} fields=${call.fields} />`}
      <div class="workbench-bodies">
        <${Body} title="Request" text=${call.request} />
        <${Body} title="Response" text=${call.response} />
      </div>
    </div>
  </details>`;
}

const gist = (call) => call.fields.map(({ field, value }) => `${field}: ${value}`).join(" · ");

function Why({ fields }) {
  return html`<div class="workbench-scroll">
    <table class="workbench-table">
      <thead><tr><th scope="col">Field</th><th scope="col">Value sent</th><th scope="col">Because</th><th scope="col">What lost</th></tr></thead>
      <tbody>
        ${fields.map(
          (one) => html`<tr key=${one.field}>
            <th scope="row">${breakable(one.field)}</th><td dir="auto" class="workbench-run-value">${one.value}</td>
            <td>from ${one.source}<br /><span class="workbench-muted">${one.rule}</span></td>
            <td dir="auto" class="workbench-run-value">${one.losers.map((lost, index) => html`<div key=${index}>${lost.value} <span class="workbench-muted">(${lost.source})</span></div>`)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function Body({ title, text }) {
  return html`<div class="workbench-body">
    <p class="workbench-muted">${title}</p>
    ${text ? html`<pre tabindex="0" role="region" aria-label=${title} dir="auto">${text}</pre>` : html`<p class="workbench-muted">no body</p>`}
  </div>`;
}

function Console({ lines, more }) {
  return html`<${Fragment}>
    ${more && html`<p class="workbench-muted">${more === true ? "Cut at the limit." : `… ${more} earlier lines in \`run.console\`.`}</p>`}
    <ul class="workbench-console">
      ${lines.map(
        ({ level, text, at }, index) => html`<li key=${index} class=${`is-${level}`}>
          <span class="workbench-muted">${at}</span><span class="workbench-level">${level}</span><pre dir="auto">${text}</pre>
        </li>`,
      )}
    </ul>
  <//>`;
}

function End({ story, onLine }) {
  return html`<${Fragment}>
    <p>${story.meaning} <span class="workbench-muted">${story.took}.</span>
      ${story.fault?.line && html` <button type="button" class="workbench-jump" onClick=${() => onLine(story.fault.line)}>line ${story.fault.line}</button>`}</p>
    ${story.rejections.map((fault, index) => html`<${Fault} key=${index} fault=${fault} onLine=${onLine} />`)}
    ${story.hints.map((hint, index) => html`<p key=${index} class="workbench-run-hint">${hint}</p>`)}
  <//>`;
}

function Fault({ fault, onLine }) {
  return html`<div class="workbench-run-fault">
    <p><strong dir="auto">${fault.message}</strong>
      ${fault.line && html` <button type="button" class="workbench-jump" onClick=${() => onLine(fault.line)}>line ${fault.line}</button>`}</p>
    ${fault.excerpt && html`<pre>${fault.excerpt}</pre>`}
    ${fault.advice && html`<p>${fault.advice}</p>`}
  </div>`;
}

export default widget(View, ["story", "runs", "chosen"]);
