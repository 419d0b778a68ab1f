// The map: land by state, communes, and what lies under a click. Every byte comes from this host.
import { Map as Chart, Marker, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import { BY_ZOOM, STATES, patternOf } from "../symbols.js";

const line = (id, source, width, color, extra = {}) => ({
  id,
  type: "line",
  source,
  paint: { "line-color": color, "line-width": width, ...extra },
});

function styleOf(config) {
  const land = STATES.flatMap(({ state, color, edge, dash, opacity }) => {
    const base = { source: "land", "source-layer": "land", filter: ["==", ["get", "state"], state] };
    return [
      { ...base, id: `${state}-fill`, type: "fill", paint: { "fill-color": color, "fill-opacity": opacity } },
      { ...base, id: `${state}-pattern`, type: "fill", minzoom: 8, paint: { "fill-pattern": state } },
      {
        ...base,
        id: `${state}-edge`,
        type: "line",
        paint: { "line-color": edge, "line-width": BY_ZOOM, ...(dash ? { "line-dasharray": dash } : {}) },
      },
    ];
  });
  return {
    version: 8,
    sources: {
      land: { type: "vector", tiles: [config.tiles], minzoom: 4, maxzoom: 16 },
      communes: { type: "geojson", data: config.communes },
      provinces: { type: "geojson", data: config.provinces },
    },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": "#e9eef0" } },
      { id: "country", type: "fill", source: "provinces", paint: { "fill-color": "#fbfaf6" } },
      line("communes", "communes", ["interpolate", ["linear"], ["zoom"], 6, 0.3, 12, 1], "#b9b4a6"),
      ...land,
      line("provinces", "provinces", ["interpolate", ["linear"], ["zoom"], 5, 0.8, 12, 2], "#4d5a63"),
    ],
  };
}

const byFamily = (state, family) =>
  family ? ["all", ["==", ["get", "state"], state], ["==", ["get", "family"], family]] : ["==", ["get", "state"], state];

function element(name, text, children = []) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

// Words and numbers come from the server, formatted there, so that page and map can't differ.
function describe(into, answer) {
  const land = answer.land.map((rows) =>
    element("dl", "", rows.flatMap(([term, value]) => [element("dt", term), element("dd", value)])),
  );
  const records = answer.records.map((record) => element("li", record));
  into.replaceChildren(
    element("h3", answer.title),
    ...land,
    ...(records.length ? [element("h3", answer.records_title), element("ul", "", records)] : []),
    element("p", answer.warning),
  );
  into.querySelector("p").className = "small soft";
}

async function askAbout(point, config, into) {
  const address = new URL(config.at, location.href);
  address.searchParams.set("lon", point.lng.toFixed(6));
  address.searchParams.set("lat", point.lat.toFixed(6));
  const answer = await fetch(address);
  describe(into, await answer.json());
}

// Draws the map; what comes back shows a spot: a mark on it, and what the books say of it.
export function drawMap(frame, config) {
  setWorkerUrl(config.worker);
  const canvas = frame.querySelector("[data-map-canvas]");
  const chart = new Chart({
    container: canvas,
    style: styleOf(config),
    bounds: config.bounds,
    fitBoundsOptions: { padding: 24 },
    maxZoom: 18,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    locale: config.locale,
    cooperativeGestures: matchMedia("(pointer: coarse)").matches,
  });
  chart.touchZoomRotate.disableRotation();
  chart.addControl(new NavigationControl({ showCompass: false }), "top-right");
  chart.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  chart.on("styleimagemissing", ({ id }) => chart.hasImage(id) || chart.addImage(id, patternOf(id), { pixelRatio: 2 }));
  const status = frame.querySelector("[data-map-status]");
  status.textContent = config.words.drawing;
  frame.setAttribute("data-drawing", "");
  chart.once("idle", () => {
    status.remove();
    frame.removeAttribute("data-drawing");
    frame.setAttribute("data-ready", "");
  });
  const ask = (lngLat) => askAbout(lngLat, config, frame.querySelector("[data-picked]"));
  chart.on("click", ({ lngLat }) => ask(lngLat));
  frame.querySelectorAll("[name=map-family]").forEach((choice) =>
    choice.addEventListener("change", () => {
      for (const { state } of STATES)
        for (const part of ["fill", "pattern", "edge"])
          chart.setFilter(`${state}-${part}`, byFamily(state, choice.value));
    }),
  );
  const mark = new Marker({ color: "#8a1c1c" });
  return {
    show({ zoom, lngLat }) {
      chart.jumpTo({ center: lngLat, zoom });
      mark.setLngLat(lngLat).addTo(chart);
      return ask(lngLat);
    },
  };
}
