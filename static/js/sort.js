// Sorts a table by the column whose head is pressed. Cells may carry the value to compare in data-sort;
// what has no value, or a dash for it, stands last in either direction. In a table with data-sortable="all" every head
// that has words sorts; elsewhere those that the page made buttons.
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

function valueOf(row, column) {
  const cell = row.cells[column];
  if (cell.dataset.sort !== undefined) return cell.dataset.sort;
  const text = cell.textContent.trim();
  // Amounts are shown in groups of thousands.
  return text === "—" ? "" : /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(",", "") : text;
}

function makeButton(head) {
  const words = document.createElement("span");
  words.className = "sort-label";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sort-link";
  const unit = head.querySelector(".unit");
  words.append(...[...head.childNodes].filter((node) => node !== unit));
  button.append(words, ...(unit ? [" ", unit] : []));
  head.replaceChildren(button);
  head.setAttribute("aria-sort", "none");
}

function compare(left, right, direction) {
  if (left === "" || right === "") return (left === "") - (right === "");
  const numbers = Number(left) - Number(right);
  return direction * (Number.isNaN(numbers) ? collator.compare(left, right) : numbers);
}

function sort(table, head) {
  const column = head.cellIndex;
  const descending = head.getAttribute("aria-sort") === "ascending";
  for (const other of head.parentElement.cells) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  rows.sort((a, b) => compare(valueOf(a, column), valueOf(b, column), descending ? -1 : 1));
  body.append(...rows);
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
  if (table.dataset.sortable === "all") {
    for (const head of table.tHead.querySelectorAll("th")) {
      if (!head.querySelector("a, button, .visually-hidden")) makeButton(head);
    }
  }
  for (const button of table.tHead.querySelectorAll("button")) {
    button.addEventListener("click", () => sort(table, button.closest("th")));
  }
}
