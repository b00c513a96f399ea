// A connection's fields: tables of rows, by feature and step; the fields of one's own; and the form as the user sees it.
import { breakable, Button, Choice, historyKeys, html, TextArea, TextInput, useEffect, useKept, useMemo, useRef, useSettled, useShared, useState, useUnique } from "./kit.js";
import { ValueEditor } from "./value_editor.js";

const VISIBILITIES = ["Set by you", "Customizable by the user"];
const TYPES = [
  { value: "TEXT_FIELD", label: "Text" },
  { value: "TEXT_AREA", label: "Long text" },
  { value: "COLLECTION_SELECT", label: "Dropdown" },
  { value: "DOUBLE_COLLECTION_SELECT", label: "Dropdown in groups" },
  { value: "CHECKBOX_MULTI", label: "Checkboxes" },
  { value: "LOCATION_POINT", label: "Location: a point" },
  { value: "LOCATION_RADIUS", label: "Location: an area" },
  { value: "LOCATION_ENTER", label: "Location: enter an area" },
  { value: "LOCATION_EXIT", label: "Location: exit an area" },
  { value: "LOCATION_ENTER_AND_EXIT", label: "Location: enter and exit an area" },
  { value: "LOCATION_ENTER_OR_EXIT", label: "Location: enter or exit an area" },
];
const CONNECTION_SETTINGS = "Settings of the connection";
const KINDS = { trigger: "Trigger", query: "Query", action: "Action" };
// What would be sent is clamped from so many characters on: two lines of its column.
const LONG_SENT = 90;
// So many rows stand in one table; the browser then lays out only the tables near what is seen.
const ROWS_A_TABLE = 30;

/** The whole of a connection's fields: filter, undo, tables, and the user's form. */
export function FieldsView({ table: fresh, propose }) {
  const table = useShared(fresh);
  const kept = useKept();
  const [filter, setFilter] = useState("");
  const { shown, count } = useFilter(table.groups, useSettled(filter));
  const { counts } = table;
  const keys = historyKeys(() => propose("undo"), () => propose("redo"));
  return html`<div class="workbench-author" onKeyDown=${keys}>
    <div class="workbench-head">
      <strong class="workbench-title"><bdi>${table.name}</bdi></strong>
      <${Counts} counts=${counts} />
      <span class="workbench-gap"></span>
      <input type="search" class="workbench-input workbench-filter" aria-label="Filter fields" placeholder="Filter fields" value=${filter}
        onInput=${(event) => setFilter(event.target.value)} onKeyDown=${(event) => event.key === "Escape" && setFilter("")} />
      <span role="status" class=${shown ? "workbench-muted" : "workbench-hidden"}>${shown ? `${count} of ${counts.fields}` : ""}</span>
      <${History} table=${table} propose=${propose} />
    </div>
    <${Missing} table=${table} />
    ${inOrder(table.groups).map((group) => {
      const rows = shown?.get(group.key);
      return kept(group.key, [group, rows?.text], () => html`<${Group} key=${group.key} group=${group} shown=${rows?.keys} propose=${propose} />`);
    })}
    <${UserPreview} table=${table} propose=${propose} />
  </div>`;
}

// The features first: the configuration, which many connections have none of, last.
const inOrder = (groups) => [...groups.filter((one) => one.id), ...groups.filter((one) => !one.id)];

/** Undo and redo; never `disabled`, which would take the focus from whoever presses them to the end. */
export function History({ table, propose }) {
  const button = (verb, label, can) =>
    html`<${Button} label=${label} aria-disabled=${can ? undefined : "true"} onPress=${() => can && propose(verb)} />`;
  return html`<span class="workbench-buttons">${button("undo", "Undo", table.can_undo)}${button("redo", "Redo", table.can_redo)}</span>`;
}

export function Counts({ counts }) {
  const many = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  return html`<span class="workbench-counts">
    <span class="workbench-muted">${many(counts.fields, "field")}</span>
    ${counts.errors > 0 && html`<span class="workbench-bad">${many(counts.errors, "error")}</span>`}
    ${counts.warnings > 0 && html`<span class="workbench-warn">${many(counts.warnings, "warning")}</span>`}
  </span>`;
}

/** What is wrong with the connection as a whole; an invitation while nobody has begun it. */
export const Missing = ({ table }) =>
  html`${table.invitation && html`<p class="workbench-muted">${table.invitation}</p>`}<${ProblemList} problems=${table.problems} />`;

/** What is wrong, with its cure; `id` ties it to the control that it is about. */
export function ProblemList({ problems, id }) {
  if (!problems.length) return null;
  return html`<ul class="workbench-problem-list" id=${id}>
    ${problems.map(
      (one) => html`<li class=${`workbench-${one.severity === "error" ? "bad" : one.severity === "warning" ? "warn" : "muted"}`}>
        <span class="workbench-hidden">${one.severity}: </span>${one.line ? `Line ${one.line}: ` : ""}${one.message} <span class="workbench-cure">${one.cure}</span></li>`,
    )}
  </ul>`;
}

// Which rows have every word of the filter, by group: their keys, and these as text to tell a change by. Without a filter
// `shown` is undefined: all.
function useFilter(groups, filter) {
  const texts = useMemo(() => groups.map((group) => [group.key, group.sections.flatMap((one) => one.rows.map((row) => [row.key, rowText(row, one, group)]))]), [groups]);
  return useMemo(() => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return {};
    const has = ([, text]) => words.every((word) => text.includes(word));
    const found = texts.map(([group, rows]) => [group, rows.filter(has).map(([key]) => key)]);
    const shown = new Map(found.map(([group, keys]) => [group, { keys: new Set(keys), text: keys.join() }]));
    return { shown, count: found.reduce((sum, [, keys]) => sum + keys.length, 0) };
  }, [texts, filter]);
}

const rowText = (row, section, group) =>
  [row.label, row.id, row.code, row.type_words, row.visibility, section.title, section.name, group.title].join(" ").toLowerCase();

function Group({ group, shown, propose }) {
  const sections = group.sections.filter((one) => !one.is_own);
  const own = group.sections.find((one) => one.is_own);
  return html`<section class="workbench-group" hidden=${shown?.size === 0} aria-label=${group.title || group.id}>
    <h3><bdi>${group.title || group.id}</bdi></h3>
    ${group.description && html`<p class="workbench-muted"><bdi>${group.description}</bdi></p>`}
    <${ProblemList} problems=${group.problems} />
    <${OwnFields} section=${own} shown=${shown} propose=${propose} />
    ${sections.map((one) => html`<${StepFields} key=${one.key} section=${one} shown=${shown} propose=${propose} />`)}
  </section>`;
}

/** The fields of the configuration or of a feature: yours to add, name, order and delete. */
export function OwnFields({ section, shown, propose }) {
  const isConfiguration = section.kind === "configuration";
  const words = isConfiguration
    ? "Fields of the connection itself. The script reads them as Connection.configuration."
    : "Fields of the feature itself, asked for once, whatever its steps.";
  return html`<div class="workbench-section">
    ${section.rows.length > 0 && html`<${Rows} section=${section} shown=${shown} propose=${propose} label=${isConfiguration ? "Configuration fields" : "Feature fields"} />`}
    <details class="workbench-add" hidden=${shown !== undefined}>
      <summary>${isConfiguration ? "Add a configuration field" : "Add a feature field"}</summary>
      <p class="workbench-muted">${words}</p>
      <${AddField} section=${section} propose=${propose} />
    </details>
  </div>`;
}

/**
 * The fields of a step: the service's, with who sets them and to what; `title` may be a control that names the step.
 * With `fold`, { isFolded, toggle }, they can be folded away; what is wrong with them is still counted then.
 */
export function StepFields({ section, title, shown, fold, propose, children }) {
  const id = useUnique();
  const isFolded = fold?.isFolded ?? false;
  const wrong = (severity) => section.rows.flatMap((row) => row.problems).filter((one) => one.severity === severity).length;
  const isEmpty = shown !== undefined && !section.rows.some((row) => shown.has(row.key));
  return html`<div class="workbench-section" hidden=${isEmpty}>
    <div class="workbench-step">
      ${fold && html`<button type="button" class="workbench-folder" aria-expanded=${isFolded ? "false" : "true"} aria-controls=${id}
        aria-label=${`Fields of ${section.title}`} onClick=${fold.toggle}>${isFolded ? "▸" : "▾"}</button>`}
      <span class=${`workbench-kind workbench-kind-${section.kind}`}>${KINDS[section.kind]}</span>
      ${title ?? html`<strong><bdi>${section.title}</bdi></strong>`} <code class="workbench-muted workbench-step-id">${breakable(section.name)}</code>
      ${children}
    </div>
    <${ProblemList} problems=${section.problems} />
    ${isFolded && html`<${Counts} counts=${{ fields: section.rows.length, errors: wrong("error"), warnings: wrong("warning") }} />`}
    <div id=${id} hidden=${isFolded}>
      ${section.rows.length > 0
        ? html`<${Rows} section=${section} shown=${shown} propose=${propose} label=${`Fields of ${section.title}`} />`
        : html`<p class="workbench-muted workbench-none">It has no fields.</p>`}
    </div>
  </div>`;
}

function Rows({ section, shown, propose, label }) {
  const kept = useKept();
  const tables = [];
  for (let start = 0; start < section.rows.length; start += ROWS_A_TABLE) tables.push(section.rows.slice(start, start + ROWS_A_TABLE));
  const isHidden = (row) => shown !== undefined && !shown.has(row.key);
  return tables.map((rows, index) => {
    const isAllHidden = rows.every(isHidden);
    const isFirst = tables.slice(0, index).every((one) => one.every(isHidden));
    return html`<div key=${index} class="workbench-rows" hidden=${isAllHidden}>
      <table aria-label=${index ? `${label}, continued (${index + 1})` : label}>
        <thead class=${isFirst ? "" : "workbench-hidden"}><tr>
          <th scope="col">Field name</th><th scope="col">Visibility</th><th scope="col">Value</th>
          <th scope="col">${section.sent_head}</th>
        </tr></thead>
        <tbody>${rows.map((row, at) =>
          kept(row.key, [row, isHidden(row), index * ROWS_A_TABLE + at, section.rows.length], () => html`<${Row} key=${row.key} row=${row} head=${section.sent_head}
            isOwn=${section.is_own} place=${index * ROWS_A_TABLE + at} many=${section.rows.length} isHidden=${isHidden(row)} propose=${propose} />`),
        )}</tbody>
      </table>
    </div>`;
  });
}

function Row({ row, head, isOwn, place, many, isHidden, propose }) {
  const id = useUnique();
  const [isOpen, setOpen] = useState(false);
  const isCustomizable = row.visibility === VISIBILITIES[1];
  const { at } = row;
  const isWrong = row.problems.some((one) => one.severity === "error");
  const hints = [row.problems.length && `${id}-problems`, row.description && `${id}-hint`].filter(Boolean).join(" ");
  return html`<tr hidden=${isHidden} class=${isWrong ? "workbench-row-bad" : ""}>
      <th scope="row">
        <bdi>${row.label}</bdi>${row.required ? html`<span class="workbench-required" title="required" aria-hidden="true"> *</span><span class="workbench-hidden"> (required)</span>` : ""}
        <span class="workbench-facts"><code>${row.id}</code> · ${row.type_words}</span>
        ${isOwn && html`<${OwnTools} row=${row} place=${place} many=${many} isOpen=${isOpen} onOpen=${() => setOpen(!isOpen)} propose=${propose} />`}
      </th>
      <td data-head="Visibility"><${Choice} label=${`Visibility of ${row.label}`} value=${row.visibility}
        options=${VISIBILITIES.map((value) => ({ value, label: value }))} onChoose=${(visibility) => propose("visibility", { at, visibility })} /></td>
      <td data-head="Value">
        <div class="workbench-value">
          <${ValueEditor} row=${row} value=${row.value} has=${row.has_value} name=${`Value of ${row.label}`}
            empty=${isCustomizable ? "Set by the user" : "No value"} onCommit=${(value) => propose("value", { at, value })}
            describedBy=${hints || undefined} isWrong=${isWrong} />
          ${isCustomizable && row.has_value && html`<span class="workbench-muted">(default)</span>`}
        </div>
        ${row.description && html`<p id=${`${id}-hint`} class="workbench-advice"><bdi>${row.description}</bdi></p>`}
        <${ProblemList} problems=${row.problems} id=${`${id}-problems`} />
      </td>
      <td data-head=${head} class="workbench-sent"><${Sent} row=${row} /></td>
    </tr>
    ${isOwn && isOpen && html`<tr hidden=${isHidden} class="workbench-own"><td colspan="4"><${OwnForm} row=${row} propose=${propose} /></td></tr>`}`;
}

// What a call would send, in a few lines; whole where one points at it, and where one asks for all of it.
function Sent({ row }) {
  const id = useUnique();
  const [isWhole, setWhole] = useState(false);
  const { value, why } = row.sent;
  const isLong = value.length + why.length > LONG_SENT;
  const says = html`${value && html`<code><bdi>${value}</bdi></code><span class="workbench-muted">,</span>`} <span class="workbench-muted">${why}</span>`;
  if (!isLong) return says;
  return html`<div id=${id} class=${isWhole ? "" : "workbench-clamped"} title=${isWhole ? undefined : `${value}, ${why}`}>${says}</div>
    <button type="button" class="workbench-jump" aria-expanded=${isWhole ? "true" : "false"} aria-controls=${id}
      aria-label=${`All that would be sent for ${row.label}`} onClick=${() => setWhole(!isWhole)}>${isWhole ? "less" : "all"}</button>`;
}

function OwnTools({ row, place, many, isOpen, onOpen, propose }) {
  const move = (by) => propose("move_field", { at: row.at, position: place + by });
  return html`<span class="workbench-tools">
    <${Button} label="Edit" aria-label=${`Edit ${row.label}`} aria-expanded=${isOpen ? "true" : "false"} onPress=${onOpen} />
    <${Button} label="↑" aria-label=${`Move ${row.label} up`} aria-disabled=${place === 0 ? "true" : undefined} onPress=${() => place > 0 && move(-1)} />
    <${Button} label="↓" aria-label=${`Move ${row.label} down`} aria-disabled=${place === many - 1 ? "true" : undefined} onPress=${() => place < many - 1 && move(1)} />
    <${Button} label="Delete" aria-label=${`Delete ${row.label}`} onPress=${() => propose("remove_field", { at: row.at })} />
  </span>`;
}

function OwnForm({ row, propose }) {
  const change = (name) => (value) => propose("change_field", { at: row.at, [name]: value });
  const hasOptions = ["COLLECTION_SELECT", "DOUBLE_COLLECTION_SELECT", "CHECKBOX_MULTI"].includes(row.type);
  const tick = (name, words) => html`<label class="workbench-tick"><input type="checkbox" checked=${row[name]} onChange=${(event) => change(name)(event.target.checked)} /> ${words}</label>`;
  return html`<div class="workbench-form" role="group" aria-label=${`Definition of ${row.label}`}>
    <label>Label<${TextInput} value=${row.label} onCommit=${change("label")} dir="auto" /></label>
    <label>Id<${TextInput} value=${row.id} onCommit=${(id) => propose("rename_field", { at: row.at, id })} spellcheck=${false} /></label>
    <label>Type<${Choice} value=${row.type} options=${TYPES} onChoose=${change("type")} /></label>
    <label>Hint for the user<${TextInput} value=${row.description} onCommit=${change("description")} dir="auto" /></label>
    <span class="workbench-ticks">${tick("required", "Required")} ${tick("secret", "Secret (never shown)")}</span>
    ${hasOptions && (row.options_text === null
      ? html`<p class="workbench-muted">These options hold signs that lines cannot say; edit them in Python or in the file.</p>`
      : html`<label class="workbench-whole-line"><span>Options, one a line: <code>Desk = desk</code>; <code>[Study]</code> begins a group</span>
          <${TextArea} value=${row.options_text} rows=${5} onCommit=${change("options")} spellcheck=${false} /></label>`)}
  </div>`;
}

function AddField({ section, propose }) {
  const [draft, setDraft] = useState({ id: "", label: "", type: "TEXT_FIELD" });
  const first = useRef(null);
  const many = useRef(section.rows.length);
  useEffect(() => {
    if (section.rows.length > many.current) setDraft({ id: "", label: "", type: draft.type });
    many.current = section.rows.length;
  }, [section.rows.length]);
  const set = (name) => (event) => setDraft({ ...draft, [name]: event.target.value });
  const add = (event) => {
    event.preventDefault();
    if (!draft.id.trim()) return first.current?.focus();
    propose("add_field", { feature: section.feature, ...draft });
    first.current?.focus();
  };
  return html`<form class="workbench-form" onSubmit=${add}>
    <label>Id<input ref=${first} class="workbench-input" value=${draft.id} onInput=${set("id")} placeholder="favorite_color" spellcheck=${false} /></label>
    <label>Label<input class="workbench-input" value=${draft.label} onInput=${set("label")} placeholder="Favorite color" dir="auto" /></label>
    <label>Type<${Choice} value=${draft.type} options=${TYPES} onChoose=${(type) => setDraft({ ...draft, type })} /></label>
    <button type="submit" class="workbench-button">Add field</button>
  </form>`;
}

/** The form as a user meets it when they connect; what is tried here shows in the tables, and is never saved. */
export function UserPreview({ table, propose }) {
  const [isOpen, setOpen] = useState(false);
  const groups = inOrder(table.groups)
    .map((group) => ({ ...group, rows: group.sections.flatMap((one) => one.rows).filter((row) => row.visibility === VISIBILITIES[1]) }))
    .filter((group) => group.rows.length || group.id);
  return html`<details class="workbench-preview" open=${isOpen} onToggle=${(event) => setOpen(event.target.open)}>
    <summary>As the user sees it</summary>
    ${isOpen && html`<p class="workbench-muted">Try values as a user would: the tables then show what a call sends. Nothing of it is saved.</p>
      <div class="workbench-phone">
        ${groups.map((group) => html`<${UserGroup} key=${group.key} group=${group} propose=${propose} />`)}
        ${!groups.length && html`<p class="workbench-muted">There is nothing to see yet: add a feature.</p>`}
      </div>`}
  </details>`;
}

function UserGroup({ group, propose }) {
  return html`<fieldset>
    <legend><bdi>${group.id ? group.title || group.id : CONNECTION_SETTINGS}</bdi></legend>
    ${group.description && html`<p class="workbench-muted"><bdi>${group.description}</bdi></p>`}
    ${!group.rows.length && html`<p class="workbench-muted">The user sets nothing here.</p>`}
    ${group.rows.map((row) => html`<${UserField} key=${row.key} row=${row} propose=${propose} />`)}
  </fieldset>`;
}

function UserField({ row, propose }) {
  const id = useUnique();
  const value = row.has_trial ? row.trial : row.value;
  const isSupplied = !row.options.length && /SELECT|CHECKBOX/.test(row.type);
  return html`<div class="workbench-user-field">
    <span><bdi>${row.label}</bdi>${row.required && html`<span class="workbench-required" aria-hidden="true"> *</span>`}</span>
    <div class="workbench-value"><${ValueEditor} row=${row} value=${value} has=${row.has_trial || row.has_value} empty=${row.options.length ? "Choose…" : ""}
      name=${`${row.label}, as the user${row.required ? " (required)" : ""}`} describedBy=${row.description ? id : undefined}
      onCommit=${(tried) => propose("try", { at: row.at, value: tried === "" ? null : tried })} /></div>
    ${row.description && html`<p id=${id} class="workbench-advice"><bdi>${row.description}</bdi></p>`}
    ${isSupplied && html`<p class="workbench-advice">Its service supplies the choices while it runs.</p>`}
  </div>`;
}
