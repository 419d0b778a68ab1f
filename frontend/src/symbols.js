// Signs for land by state: each differs in hue, in lightness, in pattern and in outline, so that no
// one of these alone must be seen. The legend in the page draws the same signs.
export const BY_ZOOM = ["interpolate", ["linear"], ["zoom"], 6, 0.6, 10, 1.2, 14, 2];

// Released land first, open land on top of it.
export const STATES = [
  { state: "cancelled", color: "#8bbfdc", edge: "#3f7ea3", dash: [1, 2], opacity: 0.45 },
  { state: "reduced", color: "#2b6ca3", edge: "#1c4a73", dash: [4, 2], opacity: 0.4 },
  { state: "cleared", color: "#0b8a63", edge: "#06553d", opacity: 0.45 },
  { state: "not_stated", color: "#8a4f7d", edge: "#5d3054", dash: [3, 1, 1, 1], opacity: 0.5 },
  { state: "suspected", color: "#e69f00", edge: "#8f5a00", dash: [3, 2], opacity: 0.5 },
  { state: "confirmed", color: "#c1440e", edge: "#6f2003", opacity: 0.7 },
];

const SIZE = 16;
const INK = { suspected: "#8f5a00", confirmed: "#6f2003", not_stated: "#5d3054", cancelled: "#3f7ea3", reduced: "#1c4a73", cleared: "#06553d" };

const STROKES = {
  suspected: (pen) => [[-4, 12, 12, -4], [4, 20, 20, 4]].forEach(([x, y, u, v]) => stroke(pen, x, y, u, v)),
  confirmed: (pen) => {
    STROKES.suspected(pen);
    [[-4, 4, 12, 20], [4, -4, 20, 12]].forEach(([x, y, u, v]) => stroke(pen, x, y, u, v));
  },
  not_stated: (pen) => [[4, 4], [12, 12]].forEach(([x, y]) => dot(pen, x, y, 2)),
  cancelled: (pen) => dot(pen, 8, 8, 1.2),
  reduced: (pen) => [4, 12].forEach((y) => stroke(pen, 0, y, SIZE, y)),
  cleared: (pen) => stroke(pen, 8, 0, 8, SIZE),
};

function stroke(pen, x, y, u, v) {
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(u, v);
  pen.stroke();
}

function dot(pen, x, y, r) {
  pen.beginPath();
  pen.arc(x, y, r, 0, 2 * Math.PI);
  pen.fill();
}

export function patternOf(state) {
  const sheet = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  const pen = sheet.getContext("2d");
  pen.strokeStyle = pen.fillStyle = INK[state];
  pen.lineWidth = 1.6;
  STROKES[state](pen);
  return pen.getImageData(0, 0, SIZE, SIZE);
}
