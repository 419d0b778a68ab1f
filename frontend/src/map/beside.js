// A second day beside the first: a map of its own that moves with the other.
import { chartOf, inStep } from "./chart.js";
import { inWords, ordinal } from "./days.js";

export function besideOf(frame, config, first, { click }) {
  const side = (name) => frame.querySelector(`[data-side=${name}]`);
  const label = (name) => side(name).querySelector("[data-side-day]");
  let second = null, part = () => {};
  const close = () => {
    part();
    second?.chart.remove();
    second = null;
    side("right").hidden = label("left").hidden = true;
    first.chart.resize();
  };
  const open = (asked) => {
    side("right").hidden = label("left").hidden = false;
    first.chart.resize();
    const view = { center: first.chart.getCenter(), zoom: first.chart.getZoom() };
    const inside = frame.querySelector("[data-map-beside]");
    second = chartOf(inside, config, { asked, day: ordinal(asked.beside), view, preparing() {} });
    second.chart.getCanvas().setAttribute("aria-label", `${config.locale["Map.Title"]} (2)`);
    part = inStep(first.chart, second.chart);
    second.chart.on("click", ({ lngLat }) => click(lngLat, second.day));
    second.chart.once("idle", () => frame.setAttribute("data-beside-ready", ""));
  };
  return {
    show(asked) {
      if (!asked.beside) return second && close();
      if (!second) open(asked);
      second.choose(asked);
      second.showDay(ordinal(asked.beside));
      label("right").textContent = inWords(ordinal(asked.beside), config.months);
    },
    name(day) {
      label("left").textContent = inWords(day, config.months);
    },
    get charts() {
      return second ? [second] : [];
    },
  };
}
