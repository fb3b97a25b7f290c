// The grid: cells are plain fields, moved through like a spreadsheet. Figures and sentences come from the server.
import { autosave, choices, dropped, later, poster, showNotes } from "./sending.js";

const form = document.querySelector("form[data-grid]");
const token = form.elements.csrf_token.value;
const state = document.getElementById("draft-state");
const rows = [...form.querySelectorAll("tr[data-row]")];
const cells = rows.map((row) => [...row.querySelectorAll(".cell")]);
const place = new Map();
cells.forEach((line, r) => line.forEach((cell, c) => place.set(cell, [r, c])));
const last = { row: cells.length - 1, column: cells[0].length - 1 };

let active = [0, 0];
let anchor = [0, 0];
let editing = null; // What stood in the cell before editing began.
const undo = [];
const touched = new Set();

const at = ([r, c]) => cells[r][c];
const clamp = (value, most) => Math.max(0, Math.min(value, most));

// ---- moving and picking ----

function picked() {
  const [[r1, c1], [r2, c2]] = [active, anchor];
  return { top: Math.min(r1, r2), bottom: Math.max(r1, r2), left: Math.min(c1, c2), right: Math.max(c1, c2) };
}

function paint() {
  for (const cell of form.querySelectorAll(".picked")) cell.classList.remove("picked");
  const block = picked();
  for (let r = block.top; r <= block.bottom; r++) {
    for (let c = block.left; c <= block.right; c++) cells[r][c].classList.add("picked");
  }
}

function go(r, c, extend = false) {
  const next = [clamp(r, last.row), clamp(c, last.column)];
  at(active).tabIndex = -1;
  active = next;
  if (!extend) anchor = next;
  const cell = at(active);
  cell.tabIndex = 0;
  cell.focus({ preventScroll: true });
  cell.select();
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  paint();
}

function begin(cell) {
  editing = cell.value;
  cell.classList.add("editing");
}

function end({ undone = false } = {}) {
  const cell = at(active);
  if (editing === null) return;
  if (undone && cell.value !== editing) {
    cell.value = editing;
    changed(cell);
  } else if (cell.value !== editing) {
    undo.push([[cell, editing]]);
  }
  editing = null;
  cell.classList.remove("editing");
}

// ---- changing ----

function changed(cell) {
  const row = rows[place.get(cell)[0]];
  touched.add(cell.name);
  mark(row);
  turns += 1;
  looking.set(row, turns);
  saving.set(row, turns);
  lookSoon();
  draft.soon();
}

function edited(row) {
  return [...row.querySelectorAll(".cell")].some((cell) => cell.value.trim() !== cell.dataset.was.trim());
}

function mark(row) {
  row.classList.toggle("row-changed", edited(row));
  const count = form.querySelector("[data-count]");
  const changedRows = rows.filter((one) => one.classList.contains("row-changed")).length;
  count.textContent = String(changedRows);
  count.hidden = changedRows === 0;
}

function fill(changes) {
  const before = changes.filter(([cell, value]) => cell.value !== value).map(([cell]) => [cell, cell.value]);
  if (before.length === 0) return;
  undo.push(before);
  for (const [cell, value] of changes) {
    if (cell.value === value) continue;
    cell.value = value;
    changed(cell);
  }
}

function takeBack() {
  const step = undo.pop();
  if (!step) return;
  for (const [cell, value] of step) {
    cell.value = value;
    changed(cell);
  }
  go(...place.get(step[0][0]));
}

// ---- the clipboard, as spreadsheets write it: tabs, lines, quotes around what holds either ----

function readBlock(text) {
  const block = [];
  let line = [];
  let word = "";
  let quoted = false;
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let i = 0; i < plain.length; i++) {
    const sign = plain[i];
    if (quoted) {
      if (sign !== '"') word += sign;
      else if (plain[i + 1] === '"') { word += '"'; i++; }
      else quoted = false;
    } else if (sign === '"' && word === "") quoted = true;
    else if (sign === "\t") { line.push(word); word = ""; }
    else if (sign === "\n") { block.push([...line, word]); line = []; word = ""; }
    else word += sign;
  }
  block.push([...line, word]);
  return block;
}

function writeBlock() {
  const { top, bottom, left, right } = picked();
  const quote = (text) => (/["\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return cells.slice(top, bottom + 1)
    .map((line) => line.slice(left, right + 1).map((cell) => quote(cell.value)).join("\t"))
    .join("\n");
}

function paste(text) {
  const block = readBlock(text);
  const { top, left, bottom, right } = picked();
  const changes = [];
  if (block.length === 1 && block[0].length === 1) {
    for (let r = top; r <= bottom; r++) for (let c = left; c <= right; c++) changes.push([cells[r][c], block[0][0]]);
  } else {
    let beyond = false;
    block.forEach((line, r) => line.forEach((word, c) => {
      const cell = cells[top + r]?.[left + c];
      if (cell) changes.push([cell, cell.tagName === "INPUT" ? word.replaceAll("\n", " ").trim() : word]);
      else beyond = true;
    }));
    if (beyond) state.textContent = form.dataset.beyond;
    active = [top, left];
    anchor = [clamp(top + block.length - 1, last.row), clamp(left + Math.max(...block.map((line) => line.length)) - 1, last.column)];
  }
  fill(changes);
  at(active).focus();
  paint();
}

// ---- keys ----

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0] };

function press(event) {
  const cell = event.target;
  if (!place.has(cell) || event.isComposing) return;
  const [r, c] = active;
  const ctrl = event.ctrlKey || event.metaKey;
  const take = (act) => { event.preventDefault(); act(); };
  if (event.key === "Enter" && ctrl) return take(() => { end(); form.querySelector('button[type="submit"]').focus(); });
  if (event.key === "Tab") {
    const next = event.shiftKey ? [r, c - 1] : [r, c + 1];
    if (next[1] < 0) [next[0], next[1]] = [r - 1, last.column];
    if (next[1] > last.column) [next[0], next[1]] = [r + 1, 0];
    end();
    // Beyond the first and the last cell the key leaves the grid.
    if (next[0] < 0 || next[0] > last.row) return undefined;
    return take(() => go(...next));
  }
  if (editing !== null) {
    if (event.key === "Escape") return take(() => { end({ undone: true }); cell.select(); });
    if (event.key === "Enter" && !event.altKey && !event.shiftKey) return take(() => { end(); go(r + 1, c); });
    if (event.key === "Enter" && event.altKey && cell.tagName === "TEXTAREA") return take(() => { cell.setRangeText("\n", cell.selectionStart, cell.selectionEnd, "end"); changed(cell); });
    return undefined;
  }
  if (event.key in STEPS) return take(() => go(r + STEPS[event.key][0], c + STEPS[event.key][1], event.shiftKey));
  if (event.key === "Home") return take(() => go(ctrl ? 0 : r, 0, event.shiftKey));
  if (event.key === "End") return take(() => go(ctrl ? last.row : r, last.column, event.shiftKey));
  if (event.key === "Enter") return take(() => go(r + 1, c));
  if (event.key === "F2") return take(() => { begin(cell); cell.setSelectionRange(cell.value.length, cell.value.length); });
  if (event.key === "Delete" || event.key === "Backspace") return take(clear);
  if (event.key === "z" && ctrl) return take(takeBack);
  // Typing takes the place of what stands there, an input method's first key too.
  if (!ctrl && !event.altKey && (event.key.length === 1 || event.key === "Process")) { begin(cell); cell.select(); }
  return undefined;
}

function clear() {
  const { top, bottom, left, right } = picked();
  fill(cells.slice(top, bottom + 1).flatMap((line) => line.slice(left, right + 1)).map((cell) => [cell, ""]));
}

// ---- looking and keeping ----

// Rows by how often they changed: one that changes while it is on its way stays to be sent again.
const looking = new Map();
const saving = new Map();
let turns = 0;

function settle(waiting, sent) {
  for (const [row, when] of sent) if (waiting.get(row) === when) waiting.delete(row);
}

function fieldsOf(some) {
  const body = new URLSearchParams();
  for (const row of some) {
    for (const field of row.querySelectorAll("input, textarea")) body.append(field.name, field.value);
  }
  return body;
}

const ask = poster(form.dataset.look, token);
async function look() {
  const some = [...looking];
  if (some.length === 0) return;
  try {
    const answer = await ask(fieldsOf(some.map(([row]) => row)));
    settle(looking, some);
    for (const [row] of some) show(row, answer.rows[row.dataset.row]);
  } catch (error) {
    if (!dropped(error)) looking.clear();
  }
}

function show(row, told) {
  row.querySelector("[data-told]").innerHTML = told.told;
  const known = new Set([...row.querySelectorAll(".cell")].map((cell) => cell.name.split(".")[0]));
  const doubted = told.notes.some((note) => note.weight === "explain");
  // What is said about a row stands in the row below it.
  for (const list of row.nextElementSibling.querySelectorAll("[data-notes]")) {
    const name = list.dataset.notes;
    const cell = form.elements.namedItem(`${name}.${row.dataset.row}`);
    const notes = told.notes.filter((note) => (name ? note.field === name : !known.has(note.field)));
    showNotes(list, cell, edited(row) ? notes : [], !name || touched.has(cell?.name) || Boolean(cell?.value) || (name === "explanation" && doubted));
  }
}

const lookSoon = later(300, look);
let sent = [];
const draft = autosave({
  address: form.dataset.draft,
  token,
  state,
  saving: form.dataset.saving,
  unsaved: form.dataset.unsaved,
  // Rows stay until they are saved: a newer save carries those of an older one that it replaced.
  fields: () => {
    sent = [...saving];
    return sent.length ? fieldsOf(saving.keys()) : null;
  },
  saved: () => settle(saving, sent),
});

// ---- together ----

for (const line of cells) for (const cell of line) cell.tabIndex = -1;
at(active).tabIndex = 0;
form.addEventListener("keydown", press);
form.addEventListener("input", (event) => { if (place.has(event.target)) { if (editing === null) begin(event.target); changed(event.target); } });
form.addEventListener("focusin", (event) => {
  const where = place.get(event.target);
  if (!where || (where[0] === active[0] && where[1] === active[1])) return;
  end();
  at(active).tabIndex = -1;
  active = anchor = where;
  event.target.tabIndex = 0;
  paint();
});
form.addEventListener("mousedown", (event) => {
  const where = place.get(event.target);
  if (!where) return;
  if (event.shiftKey) { event.preventDefault(); end(); go(...where, true); return; }
  // The first press goes to the cell, a second one into its text.
  if (document.activeElement === event.target) { if (editing === null) begin(event.target); return; }
  event.preventDefault();
  end();
  go(...where);
});
form.addEventListener("paste", (event) => {
  if (!place.has(event.target)) return;
  const text = event.clipboardData.getData("text/plain");
  // A block of cells is one also while a cell is being typed in; several lines of a text are not.
  const block = text.includes("\t") || (event.target.tagName === "INPUT" && text.trim().includes("\n"));
  if (editing !== null && !block) return;
  event.preventDefault();
  end();
  paste(text);
});
for (const kind of ["copy", "cut"]) {
  form.addEventListener(kind, (event) => {
    if (!place.has(event.target) || editing !== null) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", writeBlock());
    if (kind === "cut") clear();
  });
}
form.addEventListener("submit", () => {
  end();
  draft.stop();
  lookSoon.drop();
  // Rows that say nothing new stay here.
  for (const row of rows) {
    if (!edited(row)) for (const field of row.querySelectorAll("input, textarea")) field.disabled = true;
  }
});
addEventListener("pageshow", () => {
  for (const field of form.querySelectorAll("tr [disabled]")) field.disabled = false;
});
choices(form, (field) => place.has(field) && changed(field));
for (const row of rows) {
  mark(row);
  if (edited(row)) looking.set(row, 0);
}
if (looking.size) lookSoon();
const problems = document.getElementById("problems");
if (problems) problems.focus();
else if (matchMedia("(min-width: 768px)").matches) go(0, 0);
