// Sorts a table by the column whose head is pressed. Cells may carry the value to compare in data-sort;
// what has no value stands last in either direction.
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

function valueOf(row, column) {
  const cell = row.cells[column];
  return cell.dataset.sort ?? cell.textContent.trim();
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
  for (const button of table.tHead.querySelectorAll("button")) {
    button.addEventListener("click", () => sort(table, button.closest("th")));
  }
}
