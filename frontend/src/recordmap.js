// Land of records on a map: the signs of the legend, from features that carry state, ref and own.
import { Map as Chart, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import { STATES, patternOf } from "./symbols.js";

function layersOf(source) {
  return STATES.flatMap(({ state, color, edge, dash, opacity }) => {
    const base = { source, filter: ["==", ["get", "state"], state] };
    return [
      { ...base, id: `${source}-${state}-fill`, type: "fill", paint: { "fill-color": color, "fill-opacity": opacity * 0.8 } },
      { ...base, id: `${source}-${state}-pattern`, type: "fill", paint: { "fill-pattern": state } },
      { ...base, id: `${source}-${state}-edge`, type: "line", paint: { "line-color": edge, "line-width": 1.5, ...(dash ? { "line-dasharray": dash } : {}) } },
    ];
  });
}

export function landMap({ container, worker, bounds, land, outlines = {} }) {
  setWorkerUrl(worker);
  const nothing = { type: "FeatureCollection", features: [] };
  const chart = new Chart({
    container,
    bounds,
    fitBoundsOptions: { padding: 32, maxZoom: 17 },
    maxZoom: 20,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: false,
    style: {
      version: 8,
      sources: {
        communes: { type: "geojson", data: outlines.communes ?? nothing },
        provinces: { type: "geojson", data: outlines.provinces ?? nothing },
        land: { type: "geojson", data: land ?? nothing },
      },
      layers: [
        { id: "paper", type: "background", paint: { "background-color": outlines.provinces ? "#e9eef0" : "#fbfaf6" } },
        { id: "country", type: "fill", source: "provinces", paint: { "fill-color": "#fbfaf6" } },
        { id: "communes", type: "line", source: "communes", paint: { "line-color": "#b9b4a6", "line-width": 0.8 } },
        { id: "provinces", type: "line", source: "provinces", paint: { "line-color": "#4d5a63", "line-width": 1.4 } },
        ...layersOf("land"),
        { id: "own", type: "line", source: "land", filter: ["==", ["get", "own"], true], paint: { "line-color": "#14202b", "line-width": 3 } },
        { id: "spots", type: "circle", source: "land", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 5, "circle-color": "#8a1c1c", "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } },
      ],
    },
  });
  chart.touchZoomRotate.disableRotation();
  chart.addControl(new NavigationControl({ showCompass: false }), "top-right");
  chart.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  chart.setMissingStyleImageResolver(async (id) => void chart.addImage(id, patternOf(id), { pixelRatio: 2 }));
  return chart;
}

export function addStyle(href) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = resolve;
    link.onerror = reject;
    document.head.append(link);
  });
}
