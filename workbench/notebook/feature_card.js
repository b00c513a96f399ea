// One feature: its title, its steps with their fields and ingredients, and the search for more steps.
import { Button, html, TextInput, useState } from "./kit.js";
import { OwnFields, ProblemList, StepFields } from "./fields_view.js";
import { StepSearch } from "./service_picker.js";

/** The features of a connection, and the form for a new one. */
export function Features({ groups, services, catalogue, propose }) {
  const [title, setTitle] = useState("");
  const [folded, setFolded] = useState([]); // the keys of steps, kept here while a step moves, goes and comes back
  const foldOf = ({ key }) => ({
    isFolded: folded.includes(key),
    toggle: () => setFolded(folded.includes(key) ? folded.filter((one) => one !== key) : [...folded, key]),
  });
  const steps = groups.flatMap((one) => one.sections).filter((one) => !one.is_own);
  const isAllFolded = steps.every((one) => folded.includes(one.key));
  const features = groups.filter((one) => one.id);
  const add = (event) => {
    event.preventDefault();
    propose("add_feature", { title });
    setTitle("");
  };
  return html`${steps.length > 1 &&
    html`<${Button} label=${isAllFolded ? "Unfold all steps" : "Fold all steps"} onPress=${() => setFolded(isAllFolded ? [] : steps.map((one) => one.key))} />`}
    ${features.map((one, place) => html`<${FeatureCard} key=${one.id} feature=${one} place=${place} many=${features.length}
      foldOf=${foldOf} services=${services} catalogue=${catalogue} propose=${propose} />`)}
    <form class="workbench-line-form" onSubmit=${add}>
      <input class="workbench-input workbench-find" aria-label="Title of the new feature" placeholder="A new feature: Text me similar videos" value=${title}
        onInput=${(event) => setTitle(event.target.value)} dir="auto" />
      <button type="submit" class="workbench-button">Add feature</button>
    </form>`;
}

function FeatureCard({ feature, place, many, foldOf, services, catalogue, propose }) {
  const own = feature.sections.find((one) => one.is_own);
  const steps = feature.sections.filter((one) => !one.is_own);
  const name = feature.title || feature.id;
  return html`<section class="workbench-feature" aria-label=${`Feature ${name}`}>
    <div class="workbench-head">
      <${TextInput} class="workbench-input workbench-feature-title" label="Title of the feature" value=${feature.title} placeholder="Title of the feature" dir="auto"
        onCommit=${(title) => propose("rename_feature", { feature: feature.id, title })} />
      <${Movers} name=${name} place=${place} many=${many} onMove=${(position) => propose("move_feature", { feature: feature.id, position })}
        onDelete=${() => propose("remove_feature", { feature: feature.id })} />
    </div>
    <${TextInput} class="workbench-input workbench-wide-input" label="Description of the feature" value=${feature.description ?? ""} dir="auto"
      placeholder="What it does for the user (optional)" onCommit=${(description) => propose("describe_feature", { feature: feature.id, description })} />
    <${ProblemList} problems=${feature.problems} />
    ${steps.map((one) => html`<${StepCard} key=${one.key} feature=${feature} step=${one} steps=${steps} fold=${foldOf(one)} propose=${propose} />`)}
    <${StepSearch} feature=${feature} services=${services} catalogue=${catalogue} propose=${propose} />
    <${OwnFields} section=${own} propose=${propose} />
  </section>`;
}

function StepCard({ feature, step, steps, fold, propose }) {
  const same = steps.filter((one) => one.kind === step.kind);
  const where = { feature: feature.id, step: step.step };
  const label = html`<${TextInput} class="workbench-input workbench-step-title" label=${`Label of ${step.name}`} value=${step.title} dir="auto"
    onCommit=${(text) => propose("rename_step", { ...where, label: text })} />`;
  return html`<div class="workbench-step-card">
    <${StepFields} section=${step} title=${label} fold=${fold} propose=${propose}>
      <span class="workbench-gap"></span>
      <${Movers} name=${step.title} place=${same.indexOf(step)} many=${same.length} onMove=${(position) => propose("move_step", { ...where, position })}
        onDelete=${() => propose("remove_step", where)} />
    <//>
    ${step.ingredients.length > 0 && html`<${Ingredients} step=${step} isHidden=${fold.isFolded} />`}
  </div>`;
}

function Ingredients({ step, isHidden }) {
  const path = step.kind === "trigger" ? "Trigger.ingredients." : "";
  return html`<details class="workbench-add" hidden=${isHidden}>
    <summary>${step.ingredients.length} ingredients: ${step.ingredients.map((one) => one.id).join(", ")}</summary>
    <div class="workbench-ingredient-table"><table aria-label=${`Ingredients of ${step.title}`}>
      <thead><tr><th scope="col">Ingredient</th><th scope="col">Type</th><th scope="col">Example</th></tr></thead>
      <tbody>${step.ingredients.map((one) => html`<tr key=${one.id}><th scope="row"><code>${path}${one.id}</code></th><td>${one.type}</td><td><bdi>${one.example}</bdi></td></tr>`)}</tbody>
    </table></div>
  </details>`;
}

function Movers({ name, place, many, onMove, onDelete }) {
  const mover = (label, way, position, can) =>
    html`<${Button} label=${label} aria-label=${`Move ${name} ${way}`} aria-disabled=${can ? undefined : "true"} onPress=${() => can && onMove(position)} />`;
  return html`<span class="workbench-tools">
    ${many > 1 && mover("↑", "up", place - 1, place > 0)} ${many > 1 && mover("↓", "down", place + 1, place < many - 1)}
    <${Button} label="Delete" aria-label=${`Delete ${name}`} onPress=${onDelete} />
  </span>`;
}
