// Turns the wall's pages by themselves where one screen cannot hold it; buttons, arrow keys and a pause.
const sheets = () => [...document.querySelectorAll(".wall-sheet")];

export class Pages {
  constructor(wall) {
    this.wall = wall;
    this.current = 0;
    this.pause = document.getElementById("wall-pause");
    // Whoever asked for less motion turns the pages themselves.
    this.paused = matchMedia("(prefers-reduced-motion: reduce)").matches;
    document.getElementById("wall-previous").addEventListener("click", () => this.turn(-1));
    document.getElementById("wall-next").addEventListener("click", () => this.turn(1));
    this.pause.addEventListener("click", () => {
      this.paused = !this.paused;
      this.show();
    });
    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const places = { ArrowLeft: this.current - 1, ArrowRight: this.current + 1, Home: 0, End: -1 };
      if (!(event.key in places) || event.target.closest("input, select, textarea")) return;
      this.turn(places[event.key] - this.current);
      event.preventDefault();
    });
    this.show();
  }

  turn(by) {
    const count = sheets().length;
    if (count > 1) this.current = (((this.current + by) % count) + count) % count;
    this.show();
  }

  // Shows the current page in `board`, the one on the screen or a fresh one that takes its place.
  show(board = document) {
    const all = [...board.querySelectorAll(".wall-sheet")];
    this.current = Math.min(this.current, Math.max(0, all.length - 1));
    all.forEach((sheet, place) => {
      sheet.hidden = place !== this.current;
    });
    document.getElementById("wall-pager").hidden = all.length < 2;
    document.getElementById("wall-page").textContent = `${this.current + 1} / ${all.length}`;
    this.pause.textContent = this.paused ? this.wall.dataset.goOn : this.wall.dataset.pause;
    clearTimeout(this.timer);
    if (!this.paused && all.length > 1) {
      this.timer = setTimeout(() => this.turn(1), Number(this.wall.dataset.stands) * 1000);
    }
  }
}
