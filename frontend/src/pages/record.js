// The small map of a record becomes one that can be moved; without this file it is a drawing.
import { addStyle, landMap } from "../recordmap.js";

const frame = document.querySelector("[data-record-map]");
const land = JSON.parse(document.getElementById("record-land")?.textContent ?? "null");

function boundsOf(features) {
  const spots = features.flatMap(({ geometry }) => geometry.coordinates.flat(Infinity));
  const lon = spots.filter((_, at) => at % 2 === 0);
  const lat = spots.filter((_, at) => at % 2 === 1);
  return [Math.min(...lon), Math.min(...lat), Math.max(...lon), Math.max(...lat)];
}

async function open() {
  const drawing = frame.querySelector("svg");
  await addStyle(frame.dataset.style);
  const inside = Object.assign(document.createElement("div"), { className: "map-inside" });
  frame.append(inside);
  const own = land.features.filter(({ properties }) => properties.own);
  const chart = landMap({ container: inside, worker: frame.dataset.worker, bounds: boundsOf(own), land });
  chart.once("idle", () => {
    drawing.remove();
    frame.setAttribute("data-ready", "");
  });
  chart.on("click", ({ point }) => {
    const [hit] = chart.queryRenderedFeatures(point).filter(({ properties }) => properties.ref && !properties.own);
    if (hit) location.href = frame.dataset.record.replace("REF", encodeURI(hit.properties.ref));
  });
  for (const kind of ["mousemove", "mouseout"])
    chart.on(kind, ({ point }) => {
      const hit = point && chart.queryRenderedFeatures(point).some(({ properties }) => properties.ref && !properties.own);
      chart.getCanvas().style.cursor = hit ? "pointer" : "";
    });
}

if (frame && land?.features.some(({ properties }) => properties.own))
  new IntersectionObserver(([entry], watcher) => {
    if (!entry.isIntersecting) return;
    watcher.disconnect();
    open().catch((problem) => console.error(problem));
  }).observe(frame);
