// The form of one report: looks at it on the server while it is typed, and keeps the draft.
import { autosave, choices, dropped, later, poster, showNotes } from "./sending.js";

const form = document.querySelector("form[data-report]");
const token = form.elements.csrf_token.value;
const panel = document.getElementById("look");
const touched = new Set([...form.querySelectorAll("input, textarea")].filter((field) => field.value).map((field) => field.name));

function fields() {
  const data = new URLSearchParams(new FormData(form));
  data.delete("csrf_token");
  return data;
}

const ask = poster(form.dataset.look, token);
async function look() {
  panel?.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(fields());
    show(answer);
  } catch (error) {
    if (dropped(error)) return;
  }
  panel?.setAttribute("aria-busy", "false");
}

function show(answer) {
  if (panel) panel.innerHTML = answer.panel;
  const doubted = answer.notes.some((note) => note.weight === "explain");
  for (const list of form.querySelectorAll("[data-notes]")) {
    const name = list.dataset.notes;
    const notes = answer.notes.filter((note) => note.field === name);
    showNotes(list, form.elements.namedItem(name), notes, touched.has(name) || (name === "explanation" && doubted));
  }
  form.querySelector('[data-field-box="explanation"]')?.classList.toggle("wanted", doubted);
}

const lookSoon = later(300, look);
const draft = autosave({
  address: form.dataset.draft,
  token,
  state: document.getElementById("draft-state"),
  saving: form.dataset.saving,
  unsaved: form.dataset.unsaved,
  fields,
});

function changed(field) {
  touched.add(field.name);
  lookSoon();
  draft.soon();
}

form.addEventListener("input", (event) => event.target.type !== "radio" && changed(event.target));
form.addEventListener("focusout", (event) => {
  if (!event.target.name || touched.has(event.target.name) || event.target.type === "radio") return;
  if (event.target.value) touched.add(event.target.name);
});
form.addEventListener("submit", () => { draft.stop(); lookSoon.drop(); });
choices(form, changed);

for (const button of form.querySelectorAll("[data-copy-to]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = form.elements.namedItem(button.dataset.copyTo);
    field.value = button.dataset.text;
    field.focus();
    changed(field);
  });
}
document.getElementById("problems")?.focus();
