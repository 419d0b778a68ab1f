// Builds style, fonts and map into clearground/web/static/web/build, and the province outlines that ship as data.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { collectProvinces } from "./provinces.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../clearground/web/static/web/build");
const require = createRequire(import.meta.url);

const digest = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 10);

// MapLibre's style carries its icons as data: addresses; our policy allows none, so they become files.
const iconsAsFiles = {
  name: "icons-as-files",
  setup(step) {
    step.onLoad({ filter: /maplibre-gl\.css$/ }, async ({ path }) => {
      const style = await readFile(path, "utf8");
      const icons = new Map();
      const contents = style.replace(/url\((["']?)data:image\/svg\+xml[^,]*,(.*?)\1\)/gs, (_, __, body) => {
        const svg = decodeURIComponent(body);
        const name = `icon-${digest(svg)}.svg`;
        icons.set(name, svg);
        return `url("./${name}")`;
      });
      await Promise.all([...icons].map(([name, svg]) => writeFile(join(out, name), svg)));
      return { contents, loader: "css" };
    });
  },
};

// What every page loads, and what single pages load besides: each file of src/pages.
async function entries() {
  const own = (await readdir(join(here, "src/pages"))).filter((name) => /\.(js|css)$/.test(name));
  return ["src/app.js", "src/app.css", ...own.map((name) => `src/pages/${name}`)];
}

async function bundle() {
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: await entries(),
    outdir: out,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    loader: { ".woff2": "file" },
    external: ["./icon-*.svg"],
    metafile: true,
    plugins: [iconsAsFiles],
    logLevel: "warning",
    legalComments: "linked",
  });
  return Object.fromEntries(
    Object.entries(metafile.outputs)
      .filter(([, output]) => output.entryPoint)
      .map(([path, output]) => [basename(output.entryPoint), basename(path)]),
  );
}

async function copy(from, name) {
  const dated = name.replace(/\.(\w+)$/, `-${digest(await readFile(from))}.$1`);
  await copyFile(from, join(out, dated));
  return { [name]: dated };
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const manifest = {
  ...(await bundle()),
  // The worker is a file of its own from this host, so that no blob: or eval is needed.
  ...(await copy(require.resolve("maplibre-gl/dist/maplibre-gl-worker.mjs"), "map-worker.mjs")),
  ...(await copy(join(here, "src/mark.svg"), "mark.svg")),
};
await writeFile(join(out, "manifest.json"), JSON.stringify(manifest, null, 2));
await collectProvinces(join(here, "../clearground/places/data_build"));
console.log(Object.values(manifest).join("\n"));
