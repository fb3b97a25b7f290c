// Sends what is typed while it is typed. Every sentence and every figure that comes back is the server's.

// Calls `act` once nothing has happened for `wait` milliseconds.
export function later(wait, act) {
  let timer = 0;
  const waiter = () => {
    clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; act(); }, wait);
  };
  waiter.drop = () => { clearTimeout(timer); timer = 0; };
  waiter.pending = () => timer !== 0;
  return waiter;
}

// Posts fields; of several posts through one poster only the newest is answered, the others are given up.
export function poster(address, token) {
  let current = null;
  const post = async (fields, { keepalive = false } = {}) => {
    current?.abort();
    const mine = (current = new AbortController());
    const answer = await fetch(address, {
      method: "POST",
      body: fields,
      headers: { "X-CSRFToken": token, Accept: "application/json" },
      keepalive,
      signal: keepalive ? undefined : mine.signal,
      redirect: "error",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  post.drop = () => current?.abort();
  return post;
}

// Whether an answer failed only because a newer question took its place.
export function dropped(error) {
  return error.name === "AbortError";
}

// A browser sends at most 64 KiB after its page is gone.
const AFTERWARDS = 60_000;

// Saves drafts: soon after typing, and at once when the page is left; what is too large to be sent after that
// asks the person to stay a moment. `fields` returns what to save or null.
export function autosave({ address, token, state, saving, unsaved, fields, saved = () => {} }) {
  const post = poster(address, token);
  let open = true;
  let dirty = false; // Something was typed of which the server does not know yet.
  let turn = 0;
  const send = async (body, keepalive) => {
    const mine = turn;
    if (keepalive) dirty = false;
    else state.textContent = saving;
    try {
      const answer = await post(body, { keepalive });
      saved();
      if (turn === mine) dirty = false;
      state.textContent = answer.told;
      state.classList.remove("draft-unsaved");
    } catch (error) {
      if (dropped(error)) return;
      dirty = true;
      state.textContent = unsaved;
      state.classList.add("draft-unsaved");
    }
  };
  // Returns whether the page has to stay until the answer.
  const save = ({ leaving = false } = {}) => {
    const body = fields();
    if (!open || !body) return false;
    const keepalive = leaving && body.toString().length <= AFTERWARDS;
    send(body, keepalive);
    return !keepalive;
  };
  const wait = later(1000, save);
  const soon = () => { dirty = true; turn += 1; wait(); };
  const flush = () => {
    if (!dirty) return false;
    wait.drop();
    return save({ leaving: true });
  };
  addEventListener("beforeunload", (event) => { if (flush()) event.preventDefault(); });
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
  // What is being handed in is no draft any more.
  const stop = () => { open = false; wait.drop(); post.drop(); };
  addEventListener("pageshow", (event) => { if (event.persisted) open = true; });
  return { soon, stop };
}

// Lets a choice between two people's words show in the field itself, and typing in the field decide for one's own.
export function choices(form, changed) {
  for (const radio of form.querySelectorAll('input[type="radio"][data-field]')) {
    radio.addEventListener("change", () => {
      const field = form.elements.namedItem(radio.dataset.field);
      if (!field) return;
      field.value = radio.dataset.text;
      changed(field);
    });
  }
  form.addEventListener("input", (event) => {
    const field = event.target;
    if (field.type === "radio" || !field.name) return;
    const own = form.querySelector(`input[type="radio"][value="mine"][data-field="${CSS.escape(field.name)}"]`);
    if (!own) return;
    own.checked = true;
    own.dataset.text = field.value;
  });
}

// Shows the notes of the server at their fields. A refusal waits until its field was touched.
export function showNotes(list, field, notes, touched) {
  const told = notes.filter((note) => note.weight === "explain" || touched);
  list.replaceChildren(...told.map((note) => {
    const item = document.createElement("li");
    item.className = `note-${note.weight}`;
    item.textContent = note.text;
    return item;
  }));
  const refused = told.some((note) => note.weight === "refuse");
  if (refused) field?.setAttribute("aria-invalid", "true");
  else field?.removeAttribute("aria-invalid");
}
