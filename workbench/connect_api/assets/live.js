// Keeps the log on the page up to date: asks for its rows each second while the page is seen.

const EVERY = 1000;
const entries = document.getElementById("entries");
const state = document.getElementById("live");

/** Puts fresh rows among the shown ones; a row that stays is not touched, so that focus and selection stay too. */
function paintEntries(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html; // our own server's rows, escaped there
  const shown = new Map(Array.from(entries.rows, (row) => [row.dataset.entry, row]));
  let place = entries.firstElementChild;
  for (const row of [...fresh.content.children]) {
    const known = shown.get(row.dataset.entry);
    shown.delete(row.dataset.entry);
    if (known) place = known.nextElementSibling;
    else entries.insertBefore(row, place);
  }
  for (const row of shown.values()) row.remove();
}

async function refresh() {
  try {
    const answer = await fetch("/log", { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    paintEntries(await answer.text());
    state.textContent = "Live: the latest 100 entries.";
  } catch {
    state.textContent = "The emulator does not answer; the log stands as it was.";
  }
}

async function follow() {
  if (!document.hidden) await refresh();
  setTimeout(follow, EVERY);
}

follow();
