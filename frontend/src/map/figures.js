// Open land by commune, for readers who may see figures only, and for all who want the picture by commune.
import { SHADES, STEPS_KM2 } from "./style.js";

export function figuresOf(frame, config) {
  let held = {}, asked = {}, timer = 0;
  const numbers = new Map();
  const legend = () => {
    const { less, more, km2 } = config.words;
    const texts = [`0`, ...STEPS_KM2.slice(1).map((to, at) => `${STEPS_KM2[at]}–${to} ${km2}`), `${more} ${STEPS_KM2.at(-1)} ${km2}`];
    texts[0] = `${less} ${STEPS_KM2[0]} ${km2}`;
    frame.querySelector("[data-steps]").replaceChildren(
      ...texts.map((text, at) => {
        const sign = Object.assign(document.createElement("span"), { className: "shade" });
        sign.style.backgroundColor = SHADES[at];
        const line = document.createElement("li");
        line.append(sign, text);
        return line;
      }),
    );
  };
  const family = () => asked.family || Object.keys(held)[0] || "";
  const paint = (charts) => {
    for (const { chart } of charts) {
      chart.removeFeatureState({ source: "communes" });
      for (const [code, [m2]] of Object.entries(held[family()] ?? {}))
        chart.setFeatureState({ source: "communes", id: code }, { km2: m2 / 1e6 });
    }
  };
  async function read(day, charts) {
    const address = new URL(config.figures, location.href);
    address.searchParams.set("as-of", day);
    const answer = await fetch(address);
    held = (await answer.json()).families;
    for (const { chart } of charts) chart.isStyleLoaded() ? paint(charts) : chart.once("idle", () => paint(charts));
    numbers.set(day, held);
    frame.dataset.figures = day;
  }
  legend();
  return {
    show(day, now, charts) {
      asked = now;
      clearTimeout(timer);
      if (asked.mode === "figures") timer = setTimeout(() => read(day, charts), 120);
    },
    // Name, figure and link of the commune under a click.
    tell(chart, point, into) {
      const [found] = chart.queryRenderedFeatures(point, { layers: ["figures"] });
      if (!found) return;
      const [, text, opens] = held[family()]?.[found.properties.code] ?? [0, config.words.none, ""];
      const make = (name, words) => Object.assign(document.createElement(name), { textContent: words });
      const isKhmer = document.documentElement.lang === "km";
      into.replaceChildren(make("h2", (isKhmer && found.properties.name_km) || found.properties.name), make("p", text));
      if (opens) into.append(Object.assign(make("a", config.words.opens), { href: opens }));
    },
  };
}
