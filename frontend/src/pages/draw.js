// A polygon drawn and edited on the map, by mouse or finger; the form carries it as GeoJSON.
import { TerraDraw, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { addStyle, landMap } from "../recordmap.js";

const frame = document.querySelector("[data-draw]");
const config = JSON.parse(document.getElementById("draw-config")?.textContent ?? "null");
const kept = document.querySelector("input[name=drawn]");
const said = document.querySelector("[data-draw-said]");
const tools = document.querySelector("[data-draw-tools]");
// Neighbours are fetched from this zoom on: farther out there would be too many.
const NEAR_ZOOM = 11;
const DIGITS = 9;

const rounded = (value) => (Array.isArray(value) ? value.map(rounded) : Number(value.toFixed(DIGITS)));

// Parts of a polygon of several are edited each by itself, and put together again.
function partsOf(text) {
  if (!text) return [];
  const { type, coordinates } = JSON.parse(text);
  return (type === "MultiPolygon" ? coordinates : [coordinates]).map((rings) => rounded(rings));
}

function textOf(parts) {
  if (!parts.length) return "";
  return JSON.stringify(parts.length === 1 ? { type: "Polygon", coordinates: parts[0] } : { type: "MultiPolygon", coordinates: parts });
}

function neighbours(chart) {
  let asked = "";
  return async () => {
    if (chart.getZoom() < NEAR_ZOOM) return;
    const sides = chart.getBounds();
    const box = [sides.getWest(), sides.getSouth(), sides.getEast(), sides.getNorth()].map((side) => side.toFixed(4)).join(",");
    if (box === asked) return;
    asked = box;
    const answer = await fetch(`${config.near}?box=${box}`);
    if (answer.ok) chart.getSource("land").setData(await answer.json());
  };
}

function modes() {
  const corners = { midpoints: true, draggable: true, deletable: true };
  const fill = { fillColor: "#c1440e", fillOpacity: 0.25, outlineColor: "#14202b", outlineWidth: 3 };
  return [
    new TerraDrawPolygonMode({ styles: { ...fill, closingPointColor: "#14202b", closingPointWidth: 8 }, pointerDistance: 24 }),
    new TerraDrawSelectMode({
      flags: { polygon: { feature: { draggable: true, coordinates: corners } } },
      pointerDistance: 24,
      styles: {
        selectedPolygonColor: "#c1440e", selectedPolygonFillOpacity: 0.25, selectedPolygonOutlineColor: "#14202b", selectedPolygonOutlineWidth: 3,
        selectionPointColor: "#ffffff", selectionPointOutlineColor: "#14202b", selectionPointOutlineWidth: 3, selectionPointWidth: 7,
        midPointColor: "#14202b", midPointOutlineColor: "#ffffff", midPointOutlineWidth: 2, midPointWidth: 5,
      },
    }),
  ];
}

function draw(chart) {
  const pen = new TerraDraw({ adapter: new TerraDrawMapLibreGLAdapter({ map: chart, coordinatePrecision: DIGITS }), modes: modes() });
  pen.start();
  const polygons = () => pen.getSnapshot().filter(({ geometry, properties }) => geometry.type === "Polygon" && properties.mode === "polygon");
  const keep = () => {
    kept.value = textOf(polygons().map(({ geometry }) => geometry.coordinates));
    said.textContent = kept.value ? config.words.done : config.words.empty;
  };
  const turnTo = (mode) => {
    pen.setMode(mode);
    tools.querySelectorAll("[data-draw-mode]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.drawMode === mode)));
    said.textContent = mode === "polygon" ? config.words.drawing : kept.value ? config.words.done : config.words.start;
  };
  const parts = partsOf(kept.value);
  if (parts.length)
    pen.addFeatures(parts.map((coordinates) => ({ type: "Feature", properties: { mode: "polygon" }, geometry: { type: "Polygon", coordinates } })));
  // What was drawn before is kept as it was given until somebody changes it.
  pen.on("finish", (id) => {
    keep();
    turnTo("select");
    if (pen.hasFeature?.(id)) pen.selectFeature(id);
  });
  tools.addEventListener("click", ({ target }) => {
    if (target.dataset.drawMode) turnTo(target.dataset.drawMode);
    if ("drawClear" in target.dataset) {
      pen.clear();
      kept.value = "";
      turnTo("polygon");
    }
  });
  tools.hidden = false;
  turnTo(parts.length ? "select" : "polygon");
}

async function open() {
  await addStyle(config.style);
  const { provinces, communes } = config;
  const chart = landMap({ container: frame.querySelector("[data-draw-canvas]"), worker: config.worker, bounds: config.bounds, outlines: { provinces, communes } });
  await new Promise((done) => chart.once("load", done));
  frame.querySelector("[data-draw-status]").remove();
  const look = neighbours(chart);
  chart.on("moveend", look);
  await look();
  draw(chart);
  frame.setAttribute("data-ready", "");
  frame.chart = chart;
}

if (frame)
  open().catch((problem) => {
    console.error(problem);
    said.textContent = config.words.failed;
  });
