// Closes an open menu of the bar when somebody presses elsewhere, leaves it by keyboard, or presses Escape.
const menus = [...document.querySelectorAll("details.app-menu")];

function close(except) {
  for (const menu of menus) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("pointerdown", (event) => close(event.target));
document.addEventListener("focusin", (event) => close(event.target));
document.addEventListener("keydown", (event) => {
  const open = menus.find((menu) => menu.open);
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
