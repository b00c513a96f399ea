// LogView: a list of any length. The rows in sight are in the page, the others are asked for when they come in sight.
//
// Rows are known by position from the oldest, which stays when newer ones come in; shown is the newest first.
import { Button, Choice, Fragment, html, TextInput, useEffect, useLayoutEffect, useRef, useState, widget } from "./kit.js";

const HEIGHT = 28; // of a row, in pixels; as in log_view.css
const BLOCK = 50; // rows asked for at once
const MARGIN = 8; // rows drawn above and below those in sight
const KEPT = 5000; // rows kept in the page's memory
const MOST = 1_000_000; // rows that one can scroll through: browsers end at about 33 million pixels

function View({ state, propose, listen }) {
  const rows = useRows(state, propose, listen);
  const [open, setOpen] = useState(null); // the id of the entry that is open
  const [detail, setDetail] = useState(null);
  useEffect(
    () =>
      listen((message) => {
        if (message.detail) setDetail(message.detail);
      }),
    [],
  );
  const toggle = (id) => {
    setDetail(null);
    setOpen(open === id ? null : id);
    if (open !== id) propose("open", { entry: id });
  };
  return html`<section class="workbench-log" aria-label="Log" aria-busy=${state.busy}>
    <${Filters} state=${state} propose=${propose} />
    <${Rows} state=${state} rows=${rows} open=${open} toggle=${toggle}
      detail=${detail?.id === open && html`<${Detail} detail=${detail} canFire=${state.can_fire} propose=${propose} />`} />
  </section>`;
}

function Filters({ state, propose }) {
  const { filters, choices } = state;
  const choose = (name) => (value) => propose("filter", { [name]: value });
  const isFiltered = Object.values(filters).some(Boolean);
  return html`<div class="workbench-controls workbench-filters">
    <label class="workbench-field"><span>Status</span><${Choice} value=${filters.status} empty="any" options=${choices.statuses} onChoose=${choose("status")} /></label>
    <label class="workbench-field"><span>Step</span><${Choice} value=${filters.step} empty="any" options=${choices.steps} onChoose=${choose("step")} /></label>
    <label class="workbench-field"><span>User</span><${Choice} value=${filters.user} empty="any" options=${choices.users} onChoose=${choose("user")} /></label>
    <label class="workbench-field"><span>Direction</span><${Choice} value=${filters.direction} empty="any" options=${choices.directions} onChoose=${choose("direction")} /></label>
    <label class="workbench-field workbench-log-search"><span>Text</span><${TextInput} type="search" value=${filters.text} onCommit=${choose("text")} placeholder="in paths, ids and bodies" /></label>
    ${isFiltered && html`<${Button} label="Show all" onPress=${() => propose("filter", { status: "", step: "", user: "", direction: "", text: "" })} />`}
    <span class="workbench-muted workbench-log-count" role="status">${state.busy ? "Searching…" : counted(state.total, isFiltered)}</span>
  </div>`;
}

const counted = (total, isFiltered) => `${total.toLocaleString("en")} ${total === 1 ? "entry" : "entries"}${isFiltered ? " found" : ""}`;

// What is known of the rows; `at(index)` counts from the newest, and asks for what is not known.
function useRows(state, propose, listen) {
  const store = useRef(null);
  const [, redraw] = useState(0);
  if (store.current?.version !== state.version) store.current = { version: state.version, known: new Map(), asked: new Set() };
  const { known, asked } = store.current;
  state.head.forEach((row, index) => known.set(state.total - 1 - index, row));
  useEffect(
    () =>
      listen((message) => {
        const now = store.current;
        if (!message.rows || message.version !== now.version) return;
        if (now.known.size > KEPT) now.known.clear();
        message.rows.forEach((row, index) => now.known.set(message.start + index, row));
        now.asked.delete(message.start);
        redraw((count) => count + 1);
      }),
    [],
  );
  const timer = useRef(0);
  // Blocks are asked for when scrolling pauses: what flies past is not.
  const want = (first, last) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const low = state.total - 1 - last;
      const high = state.total - 1 - first;
      for (let start = Math.floor(low / BLOCK) * BLOCK; start <= high; start += BLOCK) {
        const from = Math.max(start, 0);
        const isKnown = Array.from({ length: Math.min(BLOCK, state.total - from) }, (_, index) => from + index).every((one) => known.has(one));
        if (isKnown || asked.has(from)) continue;
        asked.add(from);
        propose("rows", { start: from, count: BLOCK, version: state.version });
      }
    }, 30);
  };
  return { at: (index) => known.get(state.total - 1 - index), want };
}

function Rows({ state, rows, open, toggle, detail }) {
  const pane = useRef(null);
  const extra = useRef(null);
  const [top, setTop] = useState(0);
  const [active, setActive] = useState(null); // the id of the row that the keys act on
  const [room, setRoom] = useState(420);
  const [detailHeight, setDetailHeight] = useState(0);
  const total = Math.min(state.total, MOST);
  const before = useRef({ total: state.total, version: state.version });
  const openAt = open === null ? -1 : findRow(rows, total, open, top);

  // Rows that come in above must not push away what one reads.
  useLayoutEffect(() => {
    const added = before.current.version === state.version ? state.total - before.current.total : 0;
    before.current = { total: state.total, version: state.version };
    if (added > 0 && (pane.current.scrollTop > 0 || open !== null)) pane.current.scrollTop += added * HEIGHT;
  }, [state.total, state.version]);
  useEffect(() => {
    pane.current.scrollTop = 0;
  }, [JSON.stringify(state.filters)]);
  useHeight(pane, setRoom, [state.total === 0], "clientHeight");
  useHeight(extra, setDetailHeight, [openAt >= 0], "offsetHeight");
  const place = (index) => index * HEIGHT + (openAt >= 0 && index > openAt ? detailHeight : 0);
  const first = Math.max(0, Math.floor((top - (openAt >= 0 ? detailHeight : 0)) / HEIGHT) - MARGIN);
  const last = Math.min(total - 1, Math.ceil((top + room) / HEIGHT) + MARGIN);
  const shown = [];
  for (let index = first; index <= last; index++) shown.push(index);
  if (openAt >= 0 && (openAt < first || openAt > last)) shown.push(openAt); // what is open keeps what is typed or selected in it
  if (shown.some((index) => rows.at(index) === undefined)) rows.want(first, last);

  const at = shown.find((index) => rows.at(index)?.id === active) ?? -1;
  const go = (index) => {
    const wanted = Math.max(0, Math.min(total - 1, index));
    const row = rows.at(wanted);
    const view = pane.current;
    const from = place(wanted);
    if (from < view.scrollTop) view.scrollTop = from;
    if (from + 2 * HEIGHT > view.scrollTop + view.clientHeight) view.scrollTop = from + 2 * HEIGHT - view.clientHeight; // the head covers one
    if (row) setActive(row.id);
  };
  const onKeyDown = (event) => {
    if (event.target !== pane.current) return;
    const page = Math.max(1, Math.floor(room / HEIGHT) - 1);
    const start = at >= 0 ? at : Math.ceil(top / HEIGHT) - 1;
    const moves = { ArrowDown: start + 1, ArrowUp: start - 1, PageDown: start + page, PageUp: start - page, Home: 0, End: total - 1 };
    if (event.key in moves) go(moves[event.key]);
    else if ((event.key === "Enter" || event.key === " ") && active !== null) toggle(active);
    else if (event.key === "Escape" && open !== null) toggle(open);
    else return;
    event.preventDefault();
  };
  if (state.total === 0) {
    return html`<div class="workbench-empty" ref=${pane}>
      <p><strong>${Object.values(state.filters).some(Boolean) ? "Nothing fits." : "Nothing has happened yet."}</strong></p>
      <p>Every call to the Connect API, every event and every webhook is listed here.</p>
    </div>`;
  }
  return html`<div class="workbench-log-list">
    <div class="workbench-log-pane" role="treegrid" aria-label="Entries, newest first" aria-rowcount=${state.total + 1} aria-colcount="7" ref=${pane} tabindex="0"
      aria-activedescendant=${at >= 0 ? `wb-entry-${active}` : undefined} onScroll=${(event) => setTop(event.currentTarget.scrollTop)} onKeyDown=${onKeyDown}>
      <div role="row" class="workbench-log-head" aria-rowindex="1">
        ${["Entry", "Time (UTC)", "What", "Status", "User", "Took", "Note"].map((name) => html`<span role="columnheader" key=${name}>${name}</span>`)}
      </div>
      <div role="presentation" style=${{ height: `${total * HEIGHT + detailHeight}px`, position: "relative" }}>
        ${shown.map((index) => {
          const row = rows.at(index);
          const isOpen = index === openAt;
          return html`<${Fragment} key=${row ? row.id : `at ${index}`}>
            <${Row} row=${row} index=${index} top=${place(index)} isActive=${row !== undefined && row.id === active} isOpen=${isOpen}
              onPress=${() => row && (setActive(row.id), toggle(row.id))} />
            ${isOpen && html`<div role="row" class="workbench-log-detail" ref=${extra} style=${{ top: `${place(index) + HEIGHT}px` }}><div role="gridcell" aria-colspan="7">${detail || "Loading…"}</div></div>`}
          <//>`;
        })}
      </div>
    </div>
  </div>`;
}

function useHeight(ref, tell, when, name) {
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return tell(0);
    const watcher = new ResizeObserver(() => tell(element[name]));
    watcher.observe(element);
    tell(element[name]);
    return () => watcher.disconnect();
  }, when);
}

// Where the entry that is open stands now: newer ones may have come in above it.
function findRow(rows, total, id, top) {
  const near = Math.floor(top / HEIGHT);
  for (let away = 0; away < 2 * KEPT && away <= total; away++) {
    if (rows.at(near + away)?.id === id) return near + away;
    if (rows.at(near - away)?.id === id) return near - away;
  }
  return -1;
}

function Row({ row, index, top, isActive, isOpen, onPress }) {
  const name = row === undefined ? undefined : `wb-entry-${row.id}`;
  const classes = `workbench-log-row ${isActive ? "is-active" : ""} ${isOpen ? "is-open" : ""}`;
  if (row === undefined) {
    return html`<div role="row" class=${classes} aria-rowindex=${index + 2} style=${{ top: `${top}px` }}><span role="gridcell" class="workbench-muted">…</span></div>`;
  }
  return html`<div role="row" id=${name} class=${classes} aria-rowindex=${index + 2} aria-expanded=${isOpen} aria-selected=${isActive} style=${{ top: `${top}px` }} onClick=${onPress}>
    <span role="gridcell">${row.id}</span>
    <span role="gridcell" title=${row.time}>${row.time.slice(11)}</span>
    <span role="gridcell" dir="auto" title=${row.what}><span class="workbench-muted" aria-hidden="true">${ARROWS[row.direction]}</span> <span class="workbench-hidden">${SAYS[row.direction]}</span>${row.what}</span>
    <span role="gridcell" title=${row.meaning}><span class=${row.tone && `workbench-${row.tone}`}>${row.status}</span></span>
    <span role="gridcell" dir="auto" title=${row.user}>${row.user}</span>
    <span role="gridcell">${row.took}</span>
    <span role="gridcell" dir="auto" class="workbench-muted" title=${row.note}>${row.note}</span>
  </div>`;
}

const ARROWS = { in: "→", out: "←", event: "⚡" };
const SAYS = { in: "to the API: ", out: "from the API: ", event: "event: " };

function Detail({ detail, canFire, propose }) {
  const [code, setCode] = useState("");
  const [said, setSaid] = useState("");
  const copy = async ({ name, text }) => {
    setCode(name);
    try {
      await navigator.clipboard.writeText(text);
      setSaid(`Copied as ${name}.`);
    } catch {
      setSaid("Select the code below and copy it: this page may not use the clipboard.");
    }
  };
  return html`<div class="workbench-detail">
    <p>${detail.meaning} <span class="workbench-muted">${detail.time}</span></p>
    <div class="workbench-controls">
      ${detail.codes.map((one) => html`<${Button} key=${one.name} label=${`Copy as ${one.name}`} aria-expanded=${code === one.name} onPress=${() => copy(one)} />`)}
      ${canFire && detail.again && html`<${Button} label=${detail.again} onPress=${() => propose("again", { entry: detail.id })} />`}
      <span role="status" class="workbench-muted">${said}</span>
    </div>
    ${code && html`<pre tabindex="0" role="region" aria-label=${`As ${code}`}>${detail.codes.find((one) => one.name === code)?.text}</pre>`}
    <dl class="workbench-members">
      ${detail.members.map(({ name, value }) => html`<div key=${name}><dt>${name}</dt><dd dir="auto">${value}</dd></div>`)}
    </dl>
    ${detail.fields.length > 0 &&
    html`<div class="workbench-scroll"><table class="workbench-table">
      <thead><tr><th scope="col">Field</th><th scope="col">Value</th><th scope="col">From</th><th scope="col">What lost</th></tr></thead>
      <tbody>${detail.fields.map((one) => html`<tr key=${one.field}><th scope="row">${one.field}</th><td dir="auto">${one.value}</td><td>${one.source}</td><td dir="auto">${one.losers}</td></tr>`)}</tbody>
    </table></div>`}
    <div class="workbench-texts">
      ${detail.texts.map(({ name, text }) => html`<div key=${name}><p class="workbench-muted">${name}</p><pre tabindex="0" role="region" aria-label=${name} dir="auto">${text}</pre></div>`)}
    </div>
  </div>`;
}

export default widget(View, ["filters", "total", "head", "version", "choices", "can_fire"]);
