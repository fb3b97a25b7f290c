// Keys for the whole application: / finds, ? helps, g and a letter goes to a place of the navigation, j and k walk
// along a list. They rest while somebody types, composes Chinese or holds a modifier, and can be switched off.
const dialog = document.getElementById("shortcuts");
const SETTING = "tracker.shortcuts";
// So long g waits for its letter, in milliseconds.
const PATIENCE = 1500;
let waitingSince = -Infinity;

function setting(value) {
  // A browser that keeps nothing still has shortcuts, until the page is left.
  try {
    if (value !== undefined) localStorage.setItem(SETTING, value);
    return localStorage.getItem(SETTING);
  } catch {
    return value ?? null;
  }
}

function typing(element) {
  return element.closest?.('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable=""], [contenteditable="true"]');
}

function help() {
  if (!dialog.open) dialog.showModal();
}

function find() {
  const field = document.getElementById("find");
  const menu = document.getElementById("menu");
  // On a phone the field lies in the menu.
  if (field.offsetParent === null) window.bootstrap?.Collapse.getOrCreateInstance(menu).show();
  field.focus();
  field.select();
}

function walk(step) {
  // The queue's own table uses these letters to choose reports; see review.js.
  if (document.querySelector("[data-review]")) return false;
  const links = [...document.querySelectorAll("main tbody th a, main .found-list a")].filter((link) => link.offsetParent);
  if (links.length === 0) return false;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  links[next].focus();
  return true;
}

function go(letter) {
  const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
  link?.click();
  return Boolean(link);
}

function act(key, waited) {
  if (waited) return go(key);
  if (key === "/" && document.getElementById("find")) find();
  else if (key === "?" || key === "？") help();
  else if (key === "g") waitingSince = performance.now();
  else if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
  else return false;
  return true;
}

function pressed(event) {
  const waited = performance.now() - waitingSince < PATIENCE;
  // A shift that is pressed on the way to ? ends no waiting, and is no shortcut.
  if (event.key === "Shift") return;
  waitingSince = -Infinity;
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.repeat) return;
  if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]") || setting() === "off") return;
  if (act(event.key, waited)) event.preventDefault();
}

if (dialog) {
  const box = dialog.querySelector("[data-shortcuts-on]");
  box.checked = setting() !== "off";
  box.addEventListener("change", () => setting(box.checked ? "on" : "off"));
  for (const button of document.querySelectorAll("[data-shortcuts-help]")) {
    button.hidden = false;
    button.addEventListener("click", help);
  }
  document.addEventListener("keydown", pressed);
}
