// One field's value, edited as its type asks: text, lines, a dropdown with groups, checkboxes, a location.
import { Button, Choice, html, TextArea, TextInput } from "./kit.js";

// Where lines are to be broken, one of a megabyte takes a browser many seconds.
const LONG = 20000;
const MASK = "••••••";
const PARTS = [
  { part: "lat", label: "Latitude", isNumber: true },
  { part: "lng", label: "Longitude", isNumber: true },
  { part: "radius", label: "Radius (m)", isNumber: true },
  { part: "address", label: "Address" },
];

/** `row` is the field, `value` what it has now, `name` what a screen reader calls it, `empty` the words for no value. */
export function ValueEditor({ row, value, has, name, empty, onCommit, describedBy, isWrong }) {
  const about = { "aria-describedby": describedBy, "aria-invalid": isWrong ? "true" : undefined };
  const shared = { value, label: name, about, empty, onCommit };
  if (row.secret) return html`<${SecretText} ...${shared} has=${has} />`;
  if (row.type.startsWith("LOCATION_")) return html`<${Location} ...${shared} hasRadius=${row.type !== "LOCATION_POINT"} />`;
  if (row.type === "CHECKBOX_MULTI") {
    return row.options.length ? html`<${Checkboxes} ...${shared} options=${row.options} />` : html`<${Listed} ...${shared} />`;
  }
  const text = asText(value);
  if (row.options.length) return html`<${Dropdown} ...${shared} value=${text} options=${row.options} />`;
  if (row.type === "TEXT_AREA" || text.includes("\n")) {
    const rows = Math.min(8, Math.max(2, text.slice(0, 2000).split("\n").length));
    const wrap = text.length > LONG ? "off" : undefined;
    return html`<${TextArea} value=${text} label=${name} rows=${rows} wrap=${wrap} placeholder=${empty} onCommit=${onCommit} dir="auto" ...${about} />`;
  }
  return html`<${TextInput} value=${text} label=${name} placeholder=${empty} onCommit=${onCommit} dir="auto" ...${about} />`;
}

const asText = (value) => (value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value));

function Dropdown({ value, options, label, about, empty, onCommit }) {
  const isKnown = !value || options.some((one) => one.value === value);
  const all = isKnown ? options : [...options, { value, label: `${value} (no such option)` }];
  return html`<${Choice} value=${value} options=${all} label=${label} empty=${empty} onChoose=${onCommit} ...${about} />`;
}

function Checkboxes({ value, options, label, about, onCommit }) {
  const chosen = Array.isArray(value) ? value : [];
  const toggle = (one) =>
    onCommit(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);
  const strange = chosen.filter((one) => !options.some((option) => option.value === one));
  const all = [...options, ...strange.map((one) => ({ value: one, label: `${asText(one)} (no such option)` }))];
  return html`<div role="group" aria-label=${label} class="workbench-checks" ...${groupAbout(about)}>
    ${all.map(
      (option, index) => html`${option.group && option.group !== all[index - 1]?.group && html`<span class="workbench-muted workbench-checks-group">${option.group}</span>`}
        <label key=${asText(option.value)}><input type="checkbox" checked=${chosen.includes(option.value)} onChange=${() => toggle(option.value)} />
          <bdi>${option.label}</bdi></label>`,
    )}
  </div>`;
}

// Checkboxes whose service supplies the choices: their values, with commas between.
function Listed({ value, label, about, empty, onCommit }) {
  const commit = (text) => onCommit(text.split(",").map((one) => one.trim()).filter(Boolean));
  const text = Array.isArray(value) ? value.map(asText).join(", ") : asText(value);
  return html`<${TextInput} value=${text} label=${`${label}, with commas between`} placeholder=${empty} onCommit=${commit} ...${about} />`;
}

function Location({ value, label, about, hasRadius, onCommit }) {
  const held = value && typeof value === "object" ? value : {};
  const commit = (part, isNumber) => (text) => {
    const number = Number(text);
    const { [part]: _, ...rest } = held;
    onCommit(text.trim() === "" ? rest : { ...rest, [part]: isNumber && !Number.isNaN(number) ? number : text.trim() });
  };
  const parts = PARTS.filter((one) => hasRadius || one.part !== "radius" || "radius" in held);
  return html`<div role="group" aria-label=${label} class="workbench-location" ...${groupAbout(about)}>
    ${parts.map(
      ({ part, label: words, isNumber }) => html`<label key=${part} class=${`workbench-location-${part}`}><span class="workbench-muted">${words}</span>
        <${TextInput} value=${asText(held[part])} inputmode=${isNumber ? "decimal" : undefined} onCommit=${commit(part, isNumber)} dir="auto"
          aria-invalid=${about["aria-invalid"]} aria-describedby=${about["aria-describedby"]} /></label>`,
    )}
  </div>`;
}

// A secret goes to Python and never comes back.
function SecretText({ has, label, about, empty, onCommit }) {
  return html`<${TextInput} value="" type="password" autocomplete="new-password" label=${label} placeholder=${has ? MASK : empty}
      onCommit=${onCommit} ...${about} />
    ${has && html`<${Button} label="Clear" aria-label=${`Clear: ${label}`} onPress=${() => onCommit(null)} />`}`;
}

// A group cannot be invalid to a screen reader; its description can say so.
const groupAbout = (about) => ({ "aria-describedby": about["aria-describedby"] });
