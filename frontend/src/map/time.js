// The day of the map: a slider from the first year of the books, a button that plays them, ticks for the years.
import { inWords, iso, monthsOn, ordinal } from "./days.js";

const STEP_MS = 140, STEP_CALM_MS = 1200;
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12 };

export function timeOf(frame, config, { day, change, settle }) {
  const part = (name) => frame.querySelector(`[data-${name}]`);
  const slider = part("day"), play = part("play"), words = part("play-words"), said = part("day-shown");
  const first = ordinal(config.days.first), last = ordinal(config.days.last);
  Object.assign(slider, { min: first, max: last, value: day });
  drawTicks(part("ticks"), first, last);
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let timer = 0;
  const tell = (now) => {
    said.textContent = inWords(now, config.months);
    slider.setAttribute("aria-valuetext", said.textContent);
  };
  const go = (to) => {
    const now = Math.max(first, Math.min(last, to));
    slider.value = now;
    tell(now);
    change(now);
    return now;
  };
  const stop = () => {
    clearTimeout(timer);
    timer = 0;
    play.setAttribute("aria-pressed", "false");
    words.textContent = config.words.play;
    said.setAttribute("aria-live", "polite");
    settle(Number(slider.value));
  };
  const step = () => {
    const now = go(monthsOn(Number(slider.value), isCalm ? 12 : 1));
    if (now >= last) stop();
    else timer = setTimeout(() => requestAnimationFrame(step), isCalm ? STEP_CALM_MS : STEP_MS);
  };
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (Number(slider.value) >= last) go(first);
    play.setAttribute("aria-pressed", "true");
    words.textContent = config.words.pause;
    // Read aloud at every step, the days would run behind the map.
    said.setAttribute("aria-live", "off");
    timer = setTimeout(step, 0);
  });
  slider.addEventListener("input", () => go(Number(slider.value)));
  slider.addEventListener("change", () => settle(Number(slider.value)));
  slider.addEventListener("keydown", (press) => {
    if (!(press.key in KEYS)) return;
    press.preventDefault();
    settle(go(monthsOn(Number(slider.value), KEYS[press.key])));
  });
  tell(day);
  return { go };
}

function drawTicks(into, first, last) {
  const years = [];
  for (let year = Number(iso(first).slice(0, 4)); year <= Number(iso(last).slice(0, 4)); year++) years.push(year);
  into.replaceChildren(
    ...years.map((year, at) => {
      const tick = Object.assign(document.createElement("span"), { textContent: at % Math.ceil(years.length / 6) ? "" : year });
      tick.style.left = `${((ordinal(`${year}-01-01`) - first) / (last - first)) * 100}%`;
      return tick;
    }),
  );
}
