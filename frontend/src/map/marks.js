// The signs of small maps: each state has a shape of its own, besides its colour. The legend draws the same.
import { STATES } from "../symbols.js";

const LEAST_PX = 6, SIZES = 15;

const SHAPES = {
  confirmed: (pen, r) => polygon(pen, [[0, -r], [r, 0], [0, r], [-r, 0]]),
  suspected: (pen, r) => polygon(pen, [[0, -r], [r, r * 0.8], [-r, r * 0.8]]),
  not_stated: (pen, r) => {
    polygon(pen, [[-r * 0.85, -r * 0.85], [r * 0.85, -r * 0.85], [r * 0.85, r * 0.85], [-r * 0.85, r * 0.85]]);
    polygon(pen, [[-r * 0.85, -r * 0.85], [r * 0.85, r * 0.85]]);
  },
  cleared: (pen, r) => circle(pen, r),
  reduced: (pen, r) => {
    circle(pen, r);
    polygon(pen, [[-r, 0], [r, 0]]);
  },
  cancelled: (pen, r) => circle(pen, r * 0.85, "#ffffff"),
};

function polygon(pen, points) {
  pen.beginPath();
  points.forEach(([x, y]) => pen.lineTo(x, y));
  pen.closePath();
  pen.fill();
  pen.stroke();
}

function circle(pen, r, fill) {
  pen.beginPath();
  pen.arc(0, 0, r, 0, 2 * Math.PI);
  if (fill) pen.fillStyle = fill;
  pen.fill();
  pen.stroke();
}

// Each state in each size once, on a sheet from which cells are stamped.
export function marksOf(dots) {
  const box = Math.ceil((LEAST_PX + SIZES + 3) * dots);
  const sheet = Object.assign(document.createElement("canvas"), { width: box * SIZES, height: box * STATES.length });
  const pen = sheet.getContext("2d");
  STATES.forEach(({ state, color, edge }, row) => {
    for (let size = 0; size < SIZES; size++) {
      pen.setTransform(dots, 0, 0, dots, (size + 0.5) * box, (row + 0.5) * box);
      Object.assign(pen, { fillStyle: color, strokeStyle: edge, lineWidth: 1.1, lineJoin: "round" });
      SHAPES[state](pen, (LEAST_PX + size) / 2);
    }
  });
  return {
    // `share` of the cell's ground; the sign's area grows with it, and nothing is too small to see.
    draw(pen, state, share, x, y, step) {
      const wanted = Math.sqrt(Math.min(share * 4, 1)) * step * 0.55;
      const size = Math.max(0, Math.min(SIZES - 1, Math.round(wanted - LEAST_PX)));
      pen.drawImage(sheet, size * box, state * box, box, box, x * dots - box / 2, y * dots - box / 2, box, box);
    },
  };
}
