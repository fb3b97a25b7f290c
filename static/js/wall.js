// Keeps the wall up to date: asks for the board, takes over what changed, says so when it cannot.
import { morph } from "./morph.js";
import { Pages } from "./wall_pages.js";

const ZONE = "Asia/Shanghai";
// So long before the session ends the wall says so, and so soon it tries again while the server is away.
const WARN_BEFORE = 30 * 60 * 1000;
const TRY_AGAIN = 10 * 1000;

const wall = document.getElementById("wall");
const updated = document.getElementById("wall-updated");
const notice = document.getElementById("wall-notice");
const pages = new Pages(wall);

// The server's time, carried on by this computer's clock, which may be wrong.
let told = { now: new Date(updated.dateTime), at: performance.now() };
let etag = "";
let timer;
let asking = false;
let askAgain = false;
let failing = null;

const present = () => new Date(told.now.getTime() + performance.now() - told.at);
const written = (moment) => moment.toLocaleString("sv-SE", { timeZone: ZONE }).slice(0, 16);

function say(text, signIn = false) {
  notice.firstElementChild.textContent = text;
  notice.lastElementChild.hidden = !signIn;
  notice.hidden = text === "";
}

function fail(sentence, signIn) {
  if (failing?.sentence !== sentence) failing = { sentence, since: written(present()).slice(11) };
  say(sentence.replace("{time}", failing.since), signIn);
}

function succeed(headers) {
  failing = null;
  told = { now: new Date(headers.get("Tracker-Now")), at: performance.now() };
  updated.dateTime = headers.get("Tracker-Now");
  updated.textContent = written(told.now);
  const ends = new Date(headers.get("Tracker-Session-Ends"));
  if (ends - told.now > WARN_BEFORE) say("");
  else say(wall.dataset.ending.replace("{time}", written(ends).slice(11)), true);
}

function take(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").body.firstElementChild;
  const board = document.getElementById("wall-board");
  // After a new release the page's own styles and scripts are out of date.
  if (fresh.dataset.styles !== board.dataset.styles) location.reload();
  pages.show(fresh);
  morph(board, fresh);
}

// Whoever is signed out is sent to the form or refused; any other answer says nothing about the session.
const refused = (answer) => answer.type === "opaqueredirect" || [401, 403].includes(answer.status);

async function refresh() {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  askAgain = false;
  clearTimeout(timer);
  try {
    const answer = await fetch(wall.dataset.board, {
      headers: etag ? { "If-None-Match": etag } : {},
      cache: "no-store",
      // Whoever is signed out is sent to the form, which has no place on a wall.
      redirect: "manual",
      signal: AbortSignal.timeout(20_000),
    });
    if (answer.status === 200) {
      take(await answer.text());
      etag = answer.headers.get("ETag");
      succeed(answer.headers);
    } else if (answer.status === 304) succeed(answer.headers);
    else if (refused(answer)) fail(wall.dataset.over, true);
    else fail(wall.dataset.lost, false);
  } catch {
    fail(wall.dataset.lost, false);
  } finally {
    asking = false;
    const every = Number(wall.dataset.every) * 1000;
    if (askAgain) refresh();
    else timer = setTimeout(refresh, failing ? Math.min(every, TRY_AGAIN) : every);
  }
}

// A light opens its line as of its month; the names are links for the keyboard.
wall.addEventListener("click", (event) => {
  const cell = event.target.closest(".wall-grid td");
  if (!cell || cell.classList.contains("dark")) return;
  const month = cell.closest("table").tHead.rows[0].cells[cell.cellIndex].dataset.month;
  const line = new URL(cell.parentElement.querySelector("a").href);
  line.searchParams.set("month", month);
  location.assign(line);
});

const full = document.getElementById("wall-full");
full.hidden = !document.fullscreenEnabled;
full.addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});
addEventListener("online", refresh);
wall.addEventListener("wall:refresh", refresh);
timer = setTimeout(refresh, Number(wall.dataset.every) * 1000);
