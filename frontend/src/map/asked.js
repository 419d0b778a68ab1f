// Everything that the reader has chosen stands in the address, so that a link shows the same map again.
export const FILTERS = ["family", "class", "operator", "method", "campaign"];

export function askedOf(config) {
  const said = new URLSearchParams(location.search);
  const at = (said.get("at") ?? "").split("/").map(Number);
  const isView = at.length === 3 && at.every(Number.isFinite) && Math.abs(at[1]) <= 85;
  return {
    asOf: config.asOf,
    beside: config.beside,
    mode: config.land ? (said.get("mode") ?? "") : "figures",
    place: said.get("place") ?? "",
    view: isView ? { zoom: at[0], center: [at[2], at[1]] } : null,
    ...Object.fromEntries(FILTERS.map((name) => [name, said.get(name) ?? ""])),
  };
}

export function remember(asked, chart) {
  const said = new URLSearchParams(location.search);
  const put = (name, value) => (value ? said.set(name, value) : said.delete(name));
  put("as-of", asked.asOf);
  put("beside", asked.beside);
  put("mode", asked.mode);
  put("place", asked.place);
  FILTERS.forEach((name) => put(name, asked[name]));
  const { lng, lat } = chart.getCenter();
  put("at", `${chart.getZoom().toFixed(2)}/${lat.toFixed(5)}/${lng.toFixed(5)}`);
  const query = said.toString().replaceAll("%2F", "/");
  history.replaceState(null, "", `${location.pathname}?${query}${location.hash}`);
}
