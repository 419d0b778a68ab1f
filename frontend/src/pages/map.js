// The map: land over time, figures by commune, and what happened under a click. Every byte comes from this host.
import { Marker, setWorkerUrl } from "maplibre-gl";
import { FILTERS, askedOf, remember } from "../map/asked.js";
import { besideOf } from "../map/beside.js";
import { chartOf } from "../map/chart.js";
import { inWords, iso, ordinal } from "../map/days.js";
import { figuresOf } from "../map/figures.js";
import { measureOf } from "../map/measure.js";
import { askAbout } from "../map/picked.js";
import { maskOf, searchOf } from "../map/search.js";
import { timeOf } from "../map/time.js";

const IS_NARROW = "(max-width: 60rem)";

// Draws the map; what comes back shows a spot: a mark on it, and what the books say of it.
export function drawMap(frame, config) {
  setWorkerUrl(config.worker);
  const part = (name) => frame.querySelector(`[data-${name}]`);
  let asked = askedOf(config);
  const picked = part("picked"), panel = part("panel"), preparing = part("preparing");
  if (matchMedia(IS_NARROW).matches) panel.open = false;
  const first = chartOf(part("map-canvas"), config, {
    asked,
    day: ordinal(asked.asOf),
    view: asked.view,
    preparing(isSo) {
      preparing.hidden = !isSo;
      preparing.textContent = isSo ? config.words.preparing : "";
    },
    shown: (day) => requestAnimationFrame(() => (frame.dataset.shown = iso(day))),
  });
  const { chart } = first;
  const figures = figuresOf(frame, config);
  const measure = measureOf(frame, config, chart);
  const mark = new Marker({ color: "#8a1c1c" });

  const ask = async (lngLat, day = first.day) => {
    if (measure.isOn) return measure.add(lngLat);
    if (asked.mode === "figures" || !config.at) figures.tell(chart, chart.project(lngLat), picked);
    else await askAbout(lngLat, iso(day), config, picked);
    panel.open = true;
    picked.scrollIntoView({ block: "nearest" });
  };
  const beside = besideOf(frame, config, first, { click: ask });
  const charts = () => [first, ...beside.charts];
  chart.on("click", ({ lngLat }) => ask(lngLat));
  chart.on("moveend", () => remember(asked, chart));

  const time = timeOf(frame, config, {
    day: ordinal(asked.asOf),
    change(day) {
      first.showDay(day);
      beside.name(day);
    },
    settle(day) {
      asked = { ...asked, asOf: iso(day) };
      part("filters").elements["as-of"].value = asked.asOf;
      const heading = config.words.heading.replace("{day}", inWords(day, config.months));
      frame.querySelectorAll("[data-heading]").forEach((each) => (each.textContent = heading));
      figures.show(asked.asOf, asked, charts());
      remember(asked, chart);
    },
  });

  const show = () => {
    first.choose(asked);
    beside.show(asked.mode === "figures" ? { ...asked, beside: "" } : asked);
    beside.name(first.day);
    figures.show(asked.asOf, asked, charts());
    frame.querySelectorAll("[data-of-land]").forEach((field) => (field.hidden = asked.mode === "figures"));
    for (const name of ["land", "figures"]) {
      const legend = frame.querySelector(`[data-legend=${name}]`);
      if (legend) legend.hidden = (asked.mode === "figures") !== (name === "figures");
    }
  };
  const form = part("filters");
  form.addEventListener("submit", (sent) => sent.preventDefault());
  form.addEventListener("change", ({ target }) => {
    // What was known is another set of tiles: the page is asked for again.
    if (target.name === "known") {
      remember(asked, chart);
      const said = new URLSearchParams(location.search);
      said.set("known", target.value);
      return location.assign(`${location.pathname}?${said}`);
    }
    const modes = form.elements.mode;
    asked = { ...asked, mode: modes ? modes.value : asked.mode, beside: form.elements.beside?.value ?? "" };
    for (const name of FILTERS) if (form.elements[name]) asked[name] = form.elements[name].value;
    show();
    remember(asked, chart);
  });
  if (form.elements.mode) form.elements.mode.value = asked.mode;

  const mask = async (place) => {
    const data = place ? await maskOf(config, place) : { type: "FeatureCollection", features: [] };
    for (const each of charts()) each.chart.getSource("mask")?.setData(data);
  };
  const showSpot = ({ zoom, lngLat }) => {
    chart.jumpTo({ center: lngLat, zoom });
    mark.setLngLat(lngLat).addTo(chart);
    return ask(lngLat);
  };
  searchOf(frame, config, (found) => {
    asked = { ...asked, place: found.place ?? "" };
    mask(asked.place);
    if (found.bounds) chart.fitBounds(found.bounds, { padding: 40, maxZoom: 16, animate: false });
    else showSpot({ zoom: 15, lngLat: { lng: found.lon, lat: found.lat } });
    remember(asked, chart);
  });
  part("copy").addEventListener("click", async () => {
    remember(asked, chart);
    await navigator.clipboard?.writeText(location.href).catch(() => {});
    part("measured").textContent = config.words.copied;
  });
  part("print").addEventListener("click", () => print());

  const status = part("map-status");
  status.textContent = config.words.drawing;
  frame.setAttribute("data-drawing", "");
  const whenDrawn = () => {
    if (first.overview?.isLoading && preparing.hidden) return setTimeout(() => requestAnimationFrame(whenDrawn), 60);
    status.hidden = true;
    frame.removeAttribute("data-drawing");
    frame.setAttribute("data-ready", "");
  };
  chart.once("idle", () => {
    show();
    if (asked.place) mask(asked.place);
    whenDrawn();
  });
  return { show: showSpot, chart, overview: first.overview, time };
}
