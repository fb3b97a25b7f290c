// Choosing reports in the queue: all without doubts, all, none; in the table J and K move, X chooses, Enter opens.
const form = document.querySelector("[data-review]");

function start() {
  const boxes = [...form.querySelectorAll('input[name="report"]')];
  const count = form.querySelector("[data-review-count]");

  function tell() {
    const chosen = boxes.filter((box) => box.checked).length;
    count.textContent = count.dataset.text.replace("{count}", chosen);
    for (const button of form.querySelectorAll('button[name="action"]')) button.disabled = chosen === 0;
  }

  for (const button of form.querySelectorAll("[data-pick]")) {
    button.addEventListener("click", () => {
      const clean = button.dataset.pick === "clean";
      for (const box of boxes) {
        box.checked = button.dataset.pick !== "none" && (!clean || box.closest("tr").hasAttribute("data-clean"));
      }
      tell();
    });
  }

  // Single letters belong to the table: elsewhere they are somebody's typing, or an assistive program's.
  form.querySelector(".scroll")?.addEventListener("keydown", (event) => {
    if (boxes.length === 0) return;
    const typing = event.target.matches('textarea, select, input:not([type="checkbox"])');
    if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
    const row = event.target.closest?.("tr");
    const at = row ? boxes.findIndex((box) => box.closest("tr") === row) : -1;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      const next = key === "j" ? Math.min(at + 1, boxes.length - 1) : Math.max(at - 1, 0);
      boxes[next].focus();
    } else if (key === "x" && at >= 0) {
      boxes[at].checked = !boxes[at].checked;
      tell();
    } else if (key === "enter" && event.target === boxes[at]) {
      row.querySelector("th a").click();
    } else {
      return;
    }
    event.preventDefault();
  });

  form.addEventListener("change", tell);
  form.querySelector("[data-review-tools]").hidden = false;
  tell();
}

if (form) start();
