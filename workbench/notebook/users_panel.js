// UsersPanel: who has the connection, and a button that opens the form on which users connect.
import { Button, html, TextInput, useEffect, useState, widget } from "./kit.js";

function View({ state, propose, listen }) {
  useEffect(
    () =>
      listen((message) => {
        if (message.open) window.open(message.open, "_blank", "noopener"); // a browser that forbids it leaves the link below
      }),
    [],
  );
  return html`<section class="workbench-users" aria-label="Users">
    ${state.users.length > 0 ? html`<${Users} users=${state.users} propose=${propose} />` : html`<${Nobody} />`}
    <${Connect} url=${state.connect_url} propose=${propose} />
  </section>`;
}

function Nobody() {
  return html`<div class="workbench-empty">
    <p><strong>Nobody has enabled the connection.</strong></p>
    <p>Connect as a user would: on the form that they see, with the fields that they may set.</p>
  </div>`;
}

function Users({ users, propose }) {
  return html`<div class="workbench-scroll">
    <table class="workbench-table">
      <thead><tr><th scope="col">User</th><th scope="col">Status</th><th scope="col">Time zone</th><th scope="col">Features</th><th scope="col"><span class="workbench-hidden">What to do</span></th></tr></thead>
      <tbody>${users.map((one) => html`<${User} key=${one.id} one=${one} propose=${propose} />`)}</tbody>
    </table>
  </div>`;
}

function User({ one, propose }) {
  const [isSure, setSure] = useState(false);
  const user = one.id;
  return html`<tr>
    <th scope="row" dir="auto">${user}</th>
    <td><span class=${`workbench-verdict ${one.status === "enabled" ? "is-good" : "is-bad"}`}>${one.status}</span></td>
    <td>${one.timezone}</td>
    <td>
      ${one.features.map(
        (mine) => html`<label key=${mine.id} class="workbench-check">
          <input type="checkbox" checked=${mine.enabled} aria-label=${`${mine.title} of ${user}`} onChange=${(event) => propose("switch", { user, feature: mine.id, on: event.target.checked })} />
          <span>${mine.title}</span>
        </label>`,
      )}
    </td>
    <td><span class="workbench-cluster">
      <${Button} label="Edit values" aria-label=${`Edit values of ${user}`} onPress=${() => propose("connect", { user })} />
      ${one.status === "enabled"
        ? html`<${Button} key="off" label="Disable" aria-label=${`Disable ${user}`} onPress=${() => propose("disable", { user })} />`
        : html`<${Button} key="on" label="Enable" aria-label=${`Enable ${user}`} onPress=${() => propose("enable", { user })} />`}
      ${isSure
        ? html`<${Button} key="sure" kind="main" label="Really remove" aria-label=${`Really remove ${user}`} onPress=${() => propose("remove", { user })} />`
        : html`<${Button} key="ask" label="Remove" aria-label=${`Remove ${user}`} onPress=${() => setSure(true)} />`}
    </span></td>
  </tr>`;
}

function Connect({ url, propose }) {
  const [user, setUser] = useState("");
  return html`<div class="workbench-controls">
    <label class="workbench-field"><span>User id at your service</span><${TextInput} value=${user} placeholder="user-1" onCommit=${setUser} /></label>
    <${Button} kind="main" label="Connect" onPress=${() => propose("connect", { user })} />
    ${url && html`<a href=${url} target="_blank" rel="noopener">Open the form${" "}<span class="workbench-muted">${url}</span></a>`}
  </div>`;
}

export default widget(View, ["users", "connect_url"]);
