// How the map looks. Land is drawn from tiles that carry intervals: the day is a state of the style.
import { BY_ZOOM, STATES } from "../symbols.js";

// Below this zoom signs stand for the land of a neighbourhood; from it on, land has its own shape.
export const SHAPES_FROM = 13;
export const STEPS_KM2 = [0.1, 0.5, 1, 5, 10];
export const SHADES = ["#fff8ea", "#fee3b1", "#fdbe6b", "#e58b2a", "#b35806", "#6e3205"];

const line = (id, source, width, color, extra = {}) => ({
  id,
  type: "line",
  source,
  paint: { "line-color": color, "line-width": width, ...extra },
});
const lands = { source: "land", "source-layer": "land", minzoom: SHAPES_FROM };
const byState = (what) => ["match", ["get", "state"], ...STATES.flatMap((each) => [each.state, each[what]]), STATES[0][what]];
const SOLID = ["literal", [1, 0]];
const DASHES = ["match", ["get", "state"], ...STATES.flatMap(({ state, dash }) => [state, dash ? ["literal", dash] : SOLID]), SOLID];
const ORDER = ["match", ["get", "state"], ...STATES.flatMap(({ state }, at) => [state, at]), 0];

// What of the land is shown: its interval holds the day, and it is of what was chosen.
export function filterOf(asked, parts) {
  const chosen = ["family", "operator", "method", "campaign"].filter((name) => asked[name]);
  return [
    "all",
    ["<=", ["get", "from"], ["global-state", "day"]],
    [">", ["get", "to"], ["global-state", "day"]],
    ...chosen.map((name) => ["==", ["get", name], asked[name]]),
    ...(asked.class ? [["in", ["get", "class"], ["literal", [asked.class, ...(parts[asked.class] ?? [])]]]] : []),
  ];
}

export const LAND_LAYERS = ["land-fill", "land-pattern", "land-edge"];

export function landLayers(asked, parts) {
  const filter = filterOf(asked, parts);
  return [
    { ...lands, id: "land-fill", type: "fill", filter, layout: { "fill-sort-key": ORDER },
      paint: { "fill-color": byState("color"), "fill-opacity": byState("opacity") } },
    { ...lands, id: "land-pattern", type: "fill", filter, layout: { "fill-sort-key": ORDER },
      paint: { "fill-pattern": ["get", "state"] } },
    { ...lands, id: "land-edge", type: "line", filter, layout: { "line-sort-key": ORDER },
      paint: { "line-color": byState("edge"), "line-width": BY_ZOOM, "line-dasharray": DASHES } },
  ];
}

const SHADE = ["step", ["coalesce", ["feature-state", "km2"], 0], SHADES[0], ...STEPS_KM2.flatMap((km2, at) => [km2, SHADES[at + 1]])];

export function styleOf(config, asked, day) {
  const isLand = config.land && config.tiles;
  return {
    version: 8,
    state: { day: { default: day } },
    sources: {
      ...(isLand ? { land: { type: "vector", tiles: [new URL(config.tiles, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")], minzoom: 12, maxzoom: 16 } } : {}),
      communes: { type: "geojson", data: config.communes, promoteId: "code" },
      provinces: { type: "geojson", data: config.provinces, promoteId: "code" },
      mask: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      measured: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": "#e9eef0" } },
      { id: "country", type: "fill", source: "provinces", paint: { "fill-color": "#fbfaf6" } },
      { id: "figures", type: "fill", source: "communes", layout: { visibility: "none" }, paint: { "fill-color": SHADE } },
      line("communes", "communes", ["interpolate", ["linear"], ["zoom"], 6, 0.3, 12, 1], "#b9b4a6"),
      ...(isLand ? landLayers(asked, config.parts) : []),
      line("provinces", "provinces", ["interpolate", ["linear"], ["zoom"], 5, 0.8, 12, 2], "#4d5a63"),
      { id: "mask", type: "fill", source: "mask", paint: { "fill-color": "#e9eef0", "fill-opacity": 0.78 } },
      line("mask-edge", "mask", 2.5, "#14202b"),
      { id: "measured-area", type: "fill", source: "measured", paint: { "fill-color": "#0b3b4a", "fill-opacity": 0.15 } },
      line("measured", "measured", 3, "#0b3b4a"),
      { id: "measured-points", type: "circle", source: "measured", paint: { "circle-radius": 4, "circle-color": "#fff", "circle-stroke-width": 2, "circle-stroke-color": "#0b3b4a" } },
    ],
  };
}
