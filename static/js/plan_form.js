// Adds up the twelve months while they are typed; the server checks the sum again when the form is sent.
// Amounts count in ten-thousandths of 万元, so that no sum carries a binary fraction.
const SCALE = 10000;

function amount(field) {
  const text = field.value.normalize("NFKC").replace(/[,\s]/g, "");
  if (text === "") return 0;
  return /^\d+(\.\d{1,4})?$/.test(text) ? Math.round(Number(text) * SCALE) : NaN;
}

function shown(value) {
  return (value / SCALE).toLocaleString("en-US", { maximumFractionDigits: 4 });
}

for (const box of document.querySelectorAll("[data-sum]")) {
  const months = [...box.querySelectorAll("input")];
  const annual = document.getElementById(box.dataset.sum);
  const line = box.parentElement.querySelector("[data-sum-text]");

  const add = () => {
    const total = months.map(amount).reduce((sum, value) => sum + value, 0);
    const rest = Math.abs(total - amount(annual));
    line.hidden = months.every((field) => field.value.trim() === "") || Number.isNaN(total);
    const parts = [`${line.dataset.sumText} ${shown(total)} ${line.dataset.unit}`];
    if (rest > 0) parts.push(`${line.dataset.sumRest} ${shown(rest)} ${line.dataset.unit}`);
    line.textContent = parts.join("，");
    line.classList.toggle("sum-off", rest > 0);
  };

  for (const field of [...months, annual]) field.addEventListener("input", add);
  add();
}
