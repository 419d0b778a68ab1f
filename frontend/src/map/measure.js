// Lengths and areas on the sphere, for a rough idea: areas of the books come from the books.
const RADIUS_M = 6371008.8, RAD = Math.PI / 180;

export function lengthM(points) {
  let sum = 0;
  for (let at = 1; at < points.length; at++) {
    const [a, b] = [points[at - 1], points[at]];
    const dLat = (b[1] - a[1]) * RAD, dLng = (b[0] - a[0]) * RAD;
    const h = Math.sin(dLat / 2) ** 2 + Math.cos(a[1] * RAD) * Math.cos(b[1] * RAD) * Math.sin(dLng / 2) ** 2;
    sum += 2 * RADIUS_M * Math.asin(Math.sqrt(h));
  }
  return sum;
}

export function areaM2(points) {
  let sum = 0;
  points.forEach((a, at) => {
    const b = points[(at + 1) % points.length];
    sum += (b[0] - a[0]) * RAD * (2 + Math.sin(a[1] * RAD) + Math.sin(b[1] * RAD));
  });
  return Math.abs((sum * RADIUS_M ** 2) / 2);
}

const digits = (value, most) => new Intl.NumberFormat("en", { maximumFractionDigits: most }).format(value);

export function measureOf(frame, config, chart) {
  const button = frame.querySelector("[data-measure]"), said = frame.querySelector("[data-measured]");
  let points = [], isOn = false;
  const { words } = config;
  const tell = () => {
    const length = lengthM(points), area = areaM2(points);
    const far = length < 10000 ? `${digits(length, 0)} ${words.m}` : `${digits(length / 1000, 2)} ${words.km}`;
    const wide = area < 1e6 ? `${digits(area, 0)} ${words.m2}` : `${digits(area / 1e6, 3)} ${words.km2}`;
    said.textContent = points.length > 1 ? `${words.length}: ${far}` + (points.length > 2 ? ` · ${words.area}: ${wide}` : "") : words.measure;
  };
  const draw = () => {
    const shape = points.length > 2 ? { type: "Polygon", coordinates: [[...points, points[0]]] } : { type: "LineString", coordinates: points };
    const dots = points.map((coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } }));
    const features = points.length > 1 ? [{ type: "Feature", properties: {}, geometry: shape }, ...dots] : dots;
    chart.getSource("measured").setData({ type: "FeatureCollection", features });
    tell();
  };
  const turn = (on) => {
    isOn = on;
    button.setAttribute("aria-pressed", String(on));
    chart.getCanvas().classList.toggle("measuring", on);
    on ? chart.doubleClickZoom.disable() : setTimeout(() => chart.doubleClickZoom.enable(), 300);
  };
  button.addEventListener("click", () => {
    turn(!isOn);
    points = [];
    draw();
    if (!isOn) said.textContent = "";
  });
  chart.on("dblclick", () => isOn && turn(false));
  return {
    get isOn() {
      return isOn;
    },
    add({ lng, lat }) {
      points.push([lng, lat]);
      draw();
    },
  };
}
