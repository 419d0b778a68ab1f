// One map of one day: shapes from tiles where they can be seen, signs where they can't.
import { Map as Chart, NavigationControl, ScaleControl } from "maplibre-gl";
import { STATES, patternOf } from "../symbols.js";
import { Overview } from "./overview.js";
import { LAND_LAYERS, SHAPES_FROM, filterOf, styleOf } from "./style.js";

export function chartOf(container, config, { asked, day, view, preparing, shown }) {
  const chart = new Chart({
    container,
    style: styleOf(config, asked, day),
    ...(view ? { center: view.center, zoom: view.zoom } : { bounds: config.bounds, fitBoundsOptions: { padding: 24 } }),
    maxZoom: 18,
    minZoom: 2,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    locale: config.locale,
    fadeDuration: 0,
    canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  chart.touchZoomRotate.disableRotation();
  chart.keyboard.disableRotation();
  chart.addControl(new NavigationControl({ showCompass: false }), "top-right");
  chart.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  chart.once("style.load", () => STATES.forEach(({ state }) => chart.addImage(state, patternOf(state), { pixelRatio: 2 })));
  const isLand = Boolean(config.land && config.tiles);
  const overview = isLand ? new Overview(chart, config, { asked, day, preparing }) : null;
  const choose = (now) => {
    const isFigures = now.mode === "figures";
    chart.setLayoutProperty("figures", "visibility", isFigures ? "visible" : "none");
    if (!isLand) return;
    for (const id of LAND_LAYERS) {
      chart.setLayoutProperty(id, "visibility", isFigures ? "none" : "visible");
      chart.setFilter(id, filterOf(now, config.parts));
    }
  };
  // Not before the style is there.
  const whenStyled = (act) => (chart.isStyleLoaded() || chart.style?._loaded ? act() : chart.once("styledata", act));
  const made = {
    chart,
    overview,
    showDay(now) {
      made.day = now;
      overview?.show(now);
      if (isLand && chart.getZoom() >= SHAPES_FROM) {
        whenStyled(() => chart.setGlobalStateProperty("day", now));
        chart.once("idle", () => shown?.(made.day));
      } else {
        made.isStale = true;
        shown?.(now);
      }
    },
    choose(now) {
      overview?.show(made.day, now);
      whenStyled(() => choose(now));
    },
    day,
  };
  // While signs are shown the shapes' day stands still; it moves on when shapes come into sight.
  chart.on("zoom", () => {
    if (!made.isStale || !isLand || chart.getZoom() < SHAPES_FROM - 0.5) return;
    made.isStale = false;
    chart.setGlobalStateProperty("day", made.day);
  });
  chart.once("styledata", () => choose(asked));
  return made;
}

// Two maps move as one.
export function inStep(first, second) {
  let isMoving = false;
  const follow = (from, to) => () => {
    if (isMoving) return;
    isMoving = true;
    to.jumpTo({ center: from.getCenter(), zoom: from.getZoom() });
    isMoving = false;
  };
  const there = follow(first, second), back = follow(second, first);
  first.on("move", there);
  second.on("move", back);
  return () => first.off("move", there);
}
