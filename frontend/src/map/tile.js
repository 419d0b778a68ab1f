// Reads a vector tile of land into columns of numbers: the overview goes through all of them at every step.
class Bytes {
  constructor(bytes, at = 0, end = bytes.length) {
    Object.assign(this, { bytes, at, end });
  }
  varint() {
    let value = 0, factor = 1, byte;
    do {
      byte = this.bytes[this.at++];
      value += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte > 0x7f);
    return value;
  }
  part() {
    const size = this.varint();
    this.at += size;
    return new Bytes(this.bytes, this.at - size, this.at);
  }
  text() {
    return new TextDecoder().decode(this.bytes.subarray(this.at, this.end));
  }
}

function valueOf(part) {
  const kind = part.varint() >> 3;
  if (kind === 1) return part.part().text();
  if (kind === 3) return new DataView(part.bytes.buffer, part.bytes.byteOffset + part.at).getFloat64(0, true);
  const value = part.varint();
  return kind === 7 ? Boolean(value) : value;
}

function layerOf(bytes) {
  const found = { features: [], keys: [], values: [] };
  const tile = new Bytes(bytes);
  if (!bytes.length) return found;
  tile.varint();
  const layer = tile.part();
  while (layer.at < layer.end) {
    const tag = layer.varint(), number = tag >> 3;
    if (number === 2) found.features.push(layer.part());
    else if (number === 3) found.keys.push(layer.part().text());
    else if (number === 4) found.values.push(valueOf(layer.part()));
    else if ((tag & 7) === 2) layer.part();
    else layer.varint();
  }
  return found;
}

const unzigzag = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);

// The middle of the first ring's box, in the units of the tile.
function middleOf(commands) {
  commands.varint();
  let x = unzigzag(commands.varint()), y = unzigzag(commands.varint());
  let [west, north, east, south] = [x, y, x, y];
  for (let count = commands.varint() >> 3; count > 0; count--) {
    x += unzigzag(commands.varint());
    y += unzigzag(commands.varint());
    if (x < west) west = x; else if (x > east) east = x;
    if (y < north) north = y; else if (y > south) south = y;
  }
  return [(west + east) / 2, (north + south) / 2];
}

export const WORDS = ["family", "class", "operator", "method", "campaign"];

// What counts on this tile: pieces that lie on a neighbour are counted there.
export function columnsOf(bytes, states) {
  const { features, keys, values } = layerOf(bytes);
  const size = features.length;
  const columns = { count: 0, values, x: new Float32Array(size), y: new Float32Array(size), from: new Int32Array(size),
    to: new Int32Array(size), area: new Float64Array(size), state: new Uint8Array(size),
    words: WORDS.map(() => new Uint32Array(size)) };
  const slot = Object.fromEntries(keys.map((key, at) => [key, at]));
  const rank = values.map((value) => states.indexOf(value));
  const tags = new Uint32Array(keys.length);
  for (const feature of features) {
    feature.varint();
    const said = feature.part();
    while (said.at < said.end) tags[said.varint()] = said.varint();
    if (!values[tags[slot.parts]]) continue;
    feature.at += 3;
    const at = columns.count++;
    [columns.x[at], columns.y[at]] = middleOf(feature.part());
    columns.from[at] = values[tags[slot.from]];
    columns.to[at] = values[tags[slot.to]];
    columns.area[at] = values[tags[slot.area_m2]];
    columns.state[at] = rank[tags[slot.state]];
    WORDS.forEach((word, number) => (columns.words[number][at] = tags[slot[word]]));
  }
  return columns;
}
