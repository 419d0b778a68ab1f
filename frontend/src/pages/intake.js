// The table and the map of an import point at each other. Without this file both are there, side by side.
const table = document.querySelector("table.rows");
const plot = document.querySelector(".plot svg");

function light(number, isLit) {
  for (const part of document.querySelectorAll(`[data-row="${CSS.escape(number)}"]`)) part.classList.toggle("lit", isLit);
}

function follow(root) {
  let lit;
  const point = (event) => {
    const number = event.target.closest("[data-row]")?.dataset.row;
    if (number === lit) return;
    if (lit) light(lit, false);
    lit = number;
    if (lit) light(lit, true);
  };
  root.addEventListener("pointerover", point);
  root.addEventListener("focusin", point);
  root.addEventListener("pointerleave", () => {
    if (lit) light(lit, false);
    lit = undefined;
  });
}

if (table && plot) {
  follow(table);
  follow(plot);
  plot.addEventListener("click", (event) => {
    const number = event.target.closest("[data-row]")?.dataset.row;
    if (number) table.querySelector(`[data-row="${CSS.escape(number)}"] a`)?.focus();
  });
}
