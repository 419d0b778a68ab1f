// Every page works without this file. With it: parts of pages are fetched as they are needed, forms answer at
// once, and the map is drawn when it is near.
import htmx from "htmx.org/dist/htmx.esm.js";

// Nothing is evaluated and no style is written into the page: the content policy allows neither.
Object.assign(htmx.config, { allowEval: false, includeIndicatorStyles: false, selfRequestsOnly: true, historyCacheSize: 0 });

const form = document.querySelector("[data-autosubmit]");
form?.addEventListener("change", (change) => {
  if (change.target.matches("select")) form.requestSubmit();
});

// Wide tables come reachable by keyboard; one that does not overflow needs no stop of its own.
const frames = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const overflows = target.scrollWidth > target.clientWidth;
    overflows ? target.setAttribute("tabindex", "0") : target.removeAttribute("tabindex");
  }
});
const watchFrames = (part) => part.querySelectorAll(".scroller").forEach((frame) => frames.observe(frame));
watchFrames(document);
// Parts that are fetched later bring tables of their own; the table itself may be such a part.
document.addEventListener("htmx:load", ({ target }) => watchFrames(target.parentElement ?? target));

function addStyle(href) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = resolve;
    link.onerror = reject;
    document.head.append(link);
  });
}

async function openMap(frame) {
  const config = JSON.parse(document.getElementById("map-config").textContent);
  try {
    const [{ drawMap }] = await Promise.all([import(config.script), addStyle(config.style)]);
    return drawMap(frame, config);
  } catch (problem) {
    console.error(problem);
    frame.querySelector("[data-map-status]").textContent = config.words.failed;
  }
}

// The spot that an address ends with, as #zoom/latitude/longitude: correction lists link to findings so.
function spotOf(hash) {
  const numbers = hash.slice(1).split("/").map(Number);
  const [zoom, lat, lng] = numbers;
  const isSpot = numbers.length === 3 && zoom >= 0 && Math.abs(lat) <= 85 && Math.abs(lng) <= 180;
  return isSpot ? { zoom: Math.min(zoom, 18), lngLat: { lng, lat } } : null;
}

const frame = document.querySelector("[data-map]");
if (frame) {
  let opened;
  const open = () => (opened ??= openMap(frame));
  const near = new IntersectionObserver(
    ([entry], watcher) => {
      if (!entry.isIntersecting) return;
      watcher.disconnect();
      open();
    },
    { rootMargin: "400px" },
  );
  near.observe(frame);
  const follow = async () => {
    const spot = spotOf(location.hash);
    if (!spot) return;
    frame.scrollIntoView({ block: "center" });
    (await open())?.show(spot);
  };
  addEventListener("hashchange", follow);
  follow();
}

// Links of older correction lists lead to the first page: the map is a page of its own.
const map = document.querySelector(".menu a[href='/map/']");
if (!frame && map && spotOf(location.hash)) location.replace(map.href + location.search + location.hash);

// Where one is stays in sight on a narrow screen, whose menus scroll.
for (const here of document.querySelectorAll(".menu [aria-current], .tabs [aria-current]")) {
  const bar = here.closest("nav");
  const [own, frame] = [here.getBoundingClientRect(), bar.getBoundingClientRect()];
  bar.scrollLeft += own.left + own.width / 2 - frame.left - frame.width / 2;
}
