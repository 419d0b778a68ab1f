// Small maps: in each cell of a grid one sign for its open land and one for its released land, the larger the
// more land. Drawn on a canvas over the map from tiles that hold all days, so that a day is one pass over numbers.
import { MercatorCoordinate } from "maplibre-gl";
import { STATES } from "../symbols.js";
import { marksOf } from "./marks.js";
import { SHAPES_FROM } from "./style.js";
import { WORDS, columnsOf } from "./tile.js";

const NAMES = STATES.map(({ state }) => state);
const RELEASED = 3; // the first three states are released land
const TILE_PX = 512, EXTENT = 4096, MIN_ZOOM = 4, MAX_ZOOM = 9, RETRY_MS = 2500;
const EARTH_M = 40075016.686;

// A tile as numbers; null while the server is still making the overview.
async function fetched(pattern, z, x, y) {
  const answer = await fetch(pattern.replace("{z}", z).replace("{x}", x).replace("{y}", y));
  if (answer.status === 202) return null;
  if (!answer.ok) throw new Error(`tile ${z}/${x}/${y}: ${answer.status}`);
  return columnsOf(new Uint8Array(await answer.arrayBuffer()), NAMES);
}

export class Overview {
  constructor(chart, config, { asked, day, preparing }) {
    Object.assign(this, { chart, config, asked, day, preparing, tiles: new Map(), cells: 0 });
    this.sheet = Object.assign(document.createElement("canvas"), { className: "overview" });
    chart.getCanvasContainer().append(this.sheet);
    chart.on("render", () => this.draw());
    chart.on("resize", () => this.fit());
    chart.on("move", () => this.load());
    this.fit();
    this.load();
  }

  get isShown() {
    return this.chart.getZoom() < SHAPES_FROM && this.asked.mode !== "figures";
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.chart.getContainer();
    this.dots = Math.min(devicePixelRatio || 1, 2);
    Object.assign(this.sheet, { width: width * this.dots, height: height * this.dots });
    Object.assign(this.sheet.style, { width: `${width}px`, height: `${height}px` });
    this.marks = marksOf(this.dots);
  }

  // The tiles that the window shows, at the zoom whose cells are fine enough.
  wanted() {
    const zoom = Math.floor(this.chart.getZoom());
    const z = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, zoom));
    const bounds = this.chart.getBounds(), side = 2 ** z;
    const low = MercatorCoordinate.fromLngLat(bounds.getNorthWest()), high = MercatorCoordinate.fromLngLat(bounds.getSouthEast());
    const found = [];
    const last = (value) => Math.min(side - 1, Math.floor(value * side));
    for (let x = Math.max(0, Math.floor(low.x * side)); x <= last(high.x); x++)
      for (let y = Math.max(0, Math.floor(low.y * side)); y <= last(high.y); y++) found.push([z, x, y]);
    return found;
  }

  async load() {
    if (!this.isShown) return;
    this.wantedNow = this.wanted();
    await Promise.all(this.wantedNow.map((tile) => this.fetch(tile)));
  }

  async fetch([z, x, y]) {
    const key = `${z}/${x}/${y}`;
    if (this.tiles.has(key)) return;
    this.tiles.set(key, null);
    const columns = await fetched(this.config.tiles, z, x, y).catch((problem) => console.error(problem));
    if (columns) {
      this.tiles.set(key, { ...columns, z, column: x, row: y, grid: 0 });
      this.choose(this.tiles.get(key));
    } else this.tiles.delete(key);
    this.preparing(columns === null);
    if (columns === null) setTimeout(() => this.load(), RETRY_MS);
    this.chart.triggerRepaint();
  }

  get isLoading() {
    return this.isShown && (this.wantedNow ?? []).some((tile) => !this.tiles.get(tile.join("/")));
  }

  // Which pieces of a tile are of what the reader chose.
  choose(tile) {
    tile.passes = new Uint8Array(tile.count).fill(1);
    tile.grid = 0;
    WORDS.forEach((word, number) => {
      if (!this.asked[word]) return;
      const good = new Set([this.asked[word], ...(word === "class" ? (this.config.parts[this.asked.class] ?? []) : [])]);
      const isGood = tile.values.map((value) => good.has(value));
      const column = tile.words[number];
      for (let at = 0; at < tile.count; at++) if (!isGood[column[at]]) tile.passes[at] = 0;
    });
  }

  show(day, asked) {
    const isOther = asked && asked !== this.asked;
    this.day = day;
    if (asked) this.asked = asked;
    if (isOther) for (const tile of this.tiles.values()) if (tile) this.choose(tile);
    if (isOther) this.load();
    this.draw();
  }

  // The cell of each piece, in a grid of so many cells a side; sums begin anew before the first day.
  static place(tile, side) {
    const scale = side / EXTENT, within = (value) => Math.min(side - 1, Math.max(0, value * scale) | 0);
    tile.grid = side;
    tile.cell ??= new Int32Array(tile.count);
    for (let at = 0; at < tile.count; at++) tile.cell[at] = (within(tile.y[at]) * side + within(tile.x[at])) * 6 + tile.state[at];
    Object.assign(tile, { sums: new Float64Array(side * side * 6), pieces: new Int32Array(side * side * 6), begun: 0, ended: 0 });
  }

  // Pieces in the order of their first days and of the days after their last: a step touches what changes only.
  static sort(tile) {
    const order = (days) => Uint32Array.from({ length: tile.count }, (_, at) => at).sort((a, b) => days[a] - days[b]);
    Object.assign(tile, { beginning: order(tile.from), ending: order(tile.to) });
  }

  // Areas of the day by cell and state, from those of the day that was shown before.
  summed(tile, side) {
    if (!tile.beginning) Overview.sort(tile);
    if (tile.grid !== side) Overview.place(tile, side);
    const { beginning, ending, from, to, passes, cell, area, sums, pieces, count } = tile, day = this.day;
    const countIn = (at, sign) => {
      if (!passes[at]) return;
      pieces[cell[at]] += sign;
      // No rest of rounding where no piece is left.
      sums[cell[at]] = pieces[cell[at]] ? sums[cell[at]] + sign * area[at] : 0;
    };
    while (tile.begun < count && from[beginning[tile.begun]] <= day) countIn(beginning[tile.begun++], 1);
    while (tile.begun > 0 && from[beginning[tile.begun - 1]] > day) countIn(beginning[--tile.begun], -1);
    while (tile.ended < count && to[ending[tile.ended]] <= day) countIn(ending[tile.ended++], -1);
    while (tile.ended > 0 && to[ending[tile.ended - 1]] > day) countIn(ending[--tile.ended], 1);
    return sums;
  }

  draw() {
    const pen = this.sheet.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.sheet.width, this.sheet.height);
    this.cells = 0;
    if (!this.isShown) return;
    const zoom = this.chart.getZoom(), world = TILE_PX * 2 ** zoom;
    const middle = MercatorCoordinate.fromLngLat(this.chart.getCenter());
    const { clientWidth, clientHeight } = this.chart.getContainer();
    const origin = { x: clientWidth / 2 - middle.x * world, y: clientHeight / 2 - middle.y * world };
    const z = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, Math.floor(zoom)));
    const fine = 2 ** Math.max(0, Math.floor(zoom) - z);
    // Cells of 20 to 30 pixels at every zoom.
    const cells = (zoom % 1 < 0.5 ? 24 : 36) * fine;
    for (const tile of this.tiles.values()) if (tile?.z === z) this.drawTile(pen, tile, cells, origin, world);
  }

  drawTile(pen, tile, side, origin, world) {
    const step = world / 2 ** tile.z / side;
    const west = origin.x + (tile.column * world) / 2 ** tile.z, north = origin.y + (tile.row * world) / 2 ** tile.z;
    const sums = this.summed(tile, side);
    const { clientWidth, clientHeight } = this.chart.getContainer();
    const latitude = Math.cos((this.chart.getCenter().lat * Math.PI) / 180);
    const cellM2 = ((EARTH_M * latitude * step) / world) ** 2;
    for (let row = 0; row < side; row++) {
      const y = north + (row + 0.5) * step;
      if (y < -step || y > clientHeight + step) continue;
      for (let column = 0; column < side; column++) {
        const x = west + (column + 0.5) * step;
        if (x < -step || x > clientWidth + step) continue;
        this.drawCell(pen, sums, (row * side + column) * 6, x, y, step, cellM2);
      }
    }
  }

  drawCell(pen, sums, at, x, y, step, cellM2) {
    let released = 0, open = 0, mostReleased = -1, mostOpen = -1;
    for (let state = 0; state < 6; state++) {
      const area = sums[at + state];
      if (!area) continue;
      if (state < RELEASED) {
        released += area;
        if (mostReleased < 0 || area >= sums[at + mostReleased]) mostReleased = state;
      } else {
        open += area;
        if (mostOpen < 0 || area >= sums[at + mostOpen]) mostOpen = state;
      }
    }
    const aside = mostReleased >= 0 && mostOpen >= 0 ? step / 4 : 0;
    if (mostReleased >= 0) this.marks.draw(pen, mostReleased, released / cellM2, x + aside, y, step);
    if (mostOpen >= 0) this.marks.draw(pen, mostOpen, open / cellM2, x - aside, y, step);
    this.cells += (mostReleased >= 0) + (mostOpen >= 0);
  }
}
