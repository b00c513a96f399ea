// Search the catalogue for services and select them; search their steps and add them to a feature.
import { Button, html, useRef, useState } from "./kit.js";

const MOST = 12;

const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

function Swatch({ color }) {
  return html`<span class="workbench-swatch" style=${{ background: color }} aria-hidden="true"></span>`;
}

/** The selected services, and the search for more. */
export function ServicePicker({ services, catalogue, propose }) {
  const [text, setText] = useState("");
  const words = wordsOf(text);
  const selected = new Set(services.map((one) => one.id));
  const found = catalogue.filter((one) => {
    const all = [one.id, one.name, ...one.steps.map((step) => step.find)].join(" ").toLowerCase();
    return !selected.has(one.id) && words.every((word) => all.includes(word));
  });
  const isListed = words.length > 0 || services.length === 0;
  return html`${services.length > 0 && html`<ul class="workbench-chosen" aria-label="Selected services">
      ${services.map((one) => html`<li key=${one.id}><${Swatch} color=${one.color} /><bdi>${one.name}</bdi>
        ${one.is_owner
          ? html`<span class="workbench-muted">owner</span>`
          : html`<${Button} label="Make owner" aria-label=${`Make owner: ${one.name}`} onPress=${() => propose("own", { service: one.id })} />`}
        <${Button} label="Remove" aria-label=${`Remove ${one.name}`} aria-disabled=${one.uses ? "true" : undefined}
          title=${one.uses ? "A feature uses it: delete those steps first." : undefined} onPress=${() => propose("remove_service", { service: one.id })} /></li>`)}
    </ul>`}
    <input type="search" class="workbench-input workbench-find" aria-label="Search services" placeholder="Search services: YouTube, lights, SMS…"
      value=${text} onInput=${(event) => setText(event.target.value)} onKeyDown=${(event) => event.key === "Escape" && setText("")} />
    <p role="status" class="workbench-hidden">${isListed ? `${found.length} services found` : ""}</p>
    ${isListed && html`<ul class="workbench-found" aria-label="Services found">
      ${found.slice(0, MOST).map((one) => html`<li key=${one.id} class="workbench-card"><${Swatch} color=${one.color} />
        <span class="workbench-card-text"><strong><bdi>${one.name}</bdi></strong> ${one.is_own && html`<span class="workbench-muted">yours</span>`}
          <span class="workbench-muted">${one.counts.join(" · ")}</span></span>
        <${Button} label="Select" aria-label=${`Select ${one.name}`} onPress=${() => (propose("add_service", { service: one.id }), setText(""))} /></li>`)}
      ${found.length > MOST && html`<li class="workbench-muted">… and ${found.length - MOST} more: search on.</li>`}
      ${!found.length && html`<li class="workbench-muted">No service has these words.</li>`}
    </ul>`}
    <${OwnService} propose=${propose} />`;
}

function OwnService({ propose }) {
  const path = useRef(null);
  const offer = (event) => {
    event.preventDefault();
    propose("offer_service", { path: path.current.value });
  };
  return html`<details class="workbench-add">
    <summary>Add a service of your own</summary>
    <form class="workbench-form" onSubmit=${offer}>
      <label class="workbench-whole-line">A YAML file that describes it, or a folder of such files<input ref=${path} class="workbench-input" placeholder="services/lamp.yaml" spellcheck=${false} /></label>
      <button type="submit" class="workbench-button">Offer it</button>
    </form>
  </details>`;
}

/** Search triggers, queries and actions; those of the selected services stand first. */
export function StepSearch({ feature, services, catalogue, propose }) {
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const input = useRef(null);
  const words = wordsOf(text);
  const selected = new Set(services.map((one) => one.id));
  const inOrder = [...catalogue.filter((one) => selected.has(one.id)), ...catalogue.filter((one) => !selected.has(one.id))];
  const found = inOrder
    .filter((one) => words.length || selected.has(one.id))
    .flatMap((service) => service.steps.filter((step) => words.every((word) => `${step.kind} ${step.find}`.includes(word))).map((step) => ({ service, step })));
  const add = (step) => {
    propose("add_step", { feature: feature.id, kind: step.kind, step: step.step });
    setText("");
    input.current?.focus();
  };
  const leave = (event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false);
  const onKeyDown = (event) => {
    if (event.key !== "Escape") return setOpen(true);
    setText("");
    setOpen(false);
  };
  return html`<div class="workbench-step-search" onFocusOut=${leave}>
    <input ref=${input} type="search" class="workbench-input workbench-find" value=${text} aria-label=${`Search triggers, queries and actions for ${feature.title || feature.id}`}
      placeholder="Add a trigger, a query or an action: search" onFocus=${() => setOpen(true)} onClick=${() => setOpen(true)}
      onInput=${(event) => setText(event.target.value)} onKeyDown=${onKeyDown} />
    <p role="status" class="workbench-hidden">${isOpen ? `${found.length} steps found` : ""}</p>
    ${isOpen && html`<ul class="workbench-found" aria-label="Steps found">
      ${found.slice(0, MOST).map((one) => html`<${FoundStep} key=${one.step.kind + one.step.step} ...${one} onAdd=${() => add(one.step)} />`)}
      ${found.length > MOST && html`<li class="workbench-muted">… and ${found.length - MOST} more: search on.</li>`}
      ${!found.length && html`<li class="workbench-muted">${words.length ? "No step has these words." : "Type to search every service."}</li>`}
    </ul>`}
  </div>`;
}

function FoundStep({ service, step, onAdd }) {
  return html`<li class="workbench-card">
    <span class=${`workbench-kind workbench-kind-${step.kind}`}>${step.kind[0].toUpperCase() + step.kind.slice(1)}</span>
    <span class="workbench-card-text">
      <strong><bdi>${step.label}</bdi></strong> <span class="workbench-muted"><bdi>${service.name}</bdi></span> <code class="workbench-muted">${step.step}</code>
      ${step.description && html`<span class="workbench-line"><bdi>${step.description}</bdi></span>`}
      ${step.fields.length > 0 && html`<span class="workbench-line workbench-muted">Fields: ${step.fields.map((one) => `${one.label} (${one.type})`).join(", ")}</span>`}
      ${step.ingredients.length > 0 && html`<span class="workbench-line workbench-muted">Ingredients: ${step.ingredients.map((one) => one.label).join(", ")}</span>`}
    </span>
    <${Button} label="Add" aria-label=${`Add ${step.kind} ${step.label}`} onPress=${onAdd} />
  </li>`;
}
