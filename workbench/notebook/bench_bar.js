// BenchBar: the connection's name, its clock and its faults, above the tabs of a BenchView.
import { html, widget } from "./kit.js";
import { ClockPanel, FaultsPanel, Ticking } from "./conditions.js";

function View({ state, propose }) {
  const { clock, counts, faults } = state;
  return html`<section class="workbench-bar-head" aria-label="Bench">
    <div class="workbench-bar-title">
      <strong dir="auto">${state.title}</strong>
      <span class="workbench-muted">${many(counts.users, "user")}, ${many(counts.runs, "run")}, ${many(counts.exchanges, "exchange")}</span>
    </div>
    <details class="workbench-fold">
      <summary>Clock <span class="workbench-muted"><${Ticking} clock=${clock} /> ${clock.zone}${clock.frozen ? ", frozen" : ""}</span></summary>
      <${ClockPanel} clock=${clock} propose=${propose} isBare />
    </details>
    <details class="workbench-fold">
      <summary>Faults <span class=${faults.length > 0 ? "workbench-warn" : "workbench-muted"}>${faults.length === 0 ? "none" : faults.map((one) => one.text).join("; ")}</span></summary>
      <${FaultsPanel} faults=${faults} offers=${state.offers} propose=${propose} />
    </details>
  </section>`;
}

const many = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

export default widget(View, ["title", "counts", "clock", "faults", "offers"]);
