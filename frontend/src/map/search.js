// Search: places, records, coordinates; a place also masks what lies outside it.
const WORLD = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]];

// All but the areas whose code begins with the place's: communes of a district, or a province.
export async function maskOf(config, place) {
  const features = [];
  for (const source of [config.provinces, config.communes]) {
    if (typeof source !== "string" || features.length) continue;
    const { features: known } = await (await fetch(source)).json();
    const exact = known.filter(({ properties }) => properties.code === place);
    features.push(...(exact.length ? exact : known.filter(({ properties }) => properties.code.startsWith(place) && source === config.communes)));
  }
  const holes = features.flatMap(({ geometry }) =>
    (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).map(([ring]) => ring));
  if (!holes.length) return { type: "FeatureCollection", features: [] };
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [WORLD, ...holes] } };
}

export function searchOf(frame, config, choose) {
  const form = frame.querySelector("[data-search]"), into = frame.querySelector("[data-found]");
  const button = (found) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "found" });
    made.append(found.name, Object.assign(document.createElement("span"), { className: "soft small", textContent: found.kind }));
    made.addEventListener("click", () => {
      into.replaceChildren();
      choose(found);
    });
    return made;
  };
  form.addEventListener("submit", async (sent) => {
    sent.preventDefault();
    const address = new URL(config.search, location.href);
    address.searchParams.set("q", form.elements.q.value);
    const { found } = await (await fetch(address)).json();
    into.replaceChildren(...(found.length ? found.map(button) : [config.words.nothing]));
    if (found.length === 1) choose(found[0]);
  });
}
