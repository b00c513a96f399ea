// Keeps what is live on the page up to date: asks for it each second while the page is seen.

const EVERY = 1000;
const parts = document.querySelectorAll("[data-live]");
const state = document.getElementById("live");

/** Puts fresh entries among the shown ones; what stays is not touched, so that focus, selection and openness stay. */
function paintEntries(part, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html; // our own server's, escaped there
  const shown = new Map(Array.from(part.children, (one) => [one.dataset.entry, one]));
  let place = part.firstElementChild;
  for (const one of [...fresh.content.children]) {
    const known = shown.get(one.dataset.entry);
    shown.delete(one.dataset.entry);
    if (known) place = known.nextElementSibling;
    else part.insertBefore(one, place);
  }
  for (const one of shown.values()) one.remove();
}

async function refresh() {
  try {
    for (const part of parts) {
      const answer = await fetch(part.dataset.live, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      paintEntries(part, await answer.text());
    }
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
