// Where a graph's jobs stand: in layers with routed edges, or, when they are many, as squares in columns.

export const BOX = { width: 172, height: 20, column: 216, row: 27, lane: 9 };
export const SQUARE = { size: 8, pitch: 10, gap: 14 };
/** Beyond so many jobs nobody reads names and edges. */
const DETAILED = 1500;
const SWEEPS = 14;
const SETTLINGS = 10;
const STRETCH = 2;

/** `{isDetailed, count, x, y (centres), width, height, route(dependency, dependent)}` */
export function layOut(model, aspect) {
  return model.count <= DETAILED ? layered(model, aspect) : columns(model, aspect);
}

/**
 * Layers from left to right. An edge over several layers goes by a lane in each between; edges of one dependency share
 * their lanes, so that they part only where they have to.
 */
function layered(model, aspect) {
  const levelOf = [...model.levels];
  const layers = Array.from({ length: Math.max(0, ...levelOf) + 1 }, () => []);
  for (let place = 0; place < model.count; place += 1) layers[levelOf[place]].push(place);
  const left = Array.from({ length: model.count }, () => []);
  const right = Array.from({ length: model.count }, () => []);
  const lanes = new Map();
  const join = (from, to) => {
    right[from].push(to);
    left[to].push(from);
  };

  /** What stands for a dependency in a layer: itself or a lane, made when it is wanted. */
  function standIn(dependency, level) {
    if (level <= model.levels[dependency]) return dependency;
    const key = dependency * layers.length + level;
    let lane = lanes.get(key);
    if (lane === undefined) {
      const before = standIn(dependency, level - 1);
      lane = levelOf.length;
      levelOf.push(level);
      left.push([]);
      right.push([]);
      layers[level].push(lane);
      lanes.set(key, lane);
      join(before, lane);
    }
    return lane;
  }

  for (let place = 0; place < model.count; place += 1) {
    model.dependencies.each(place, (dependency) => join(standIn(dependency, model.levels[place] - 1), place));
  }
  lessenCrossings(layers, left, right);
  const y = settle(layers, left, right, (node) => (node < model.count ? BOX.row : BOX.lane));
  const x = Float64Array.from(levelOf, (level) => level * BOX.column + BOX.width / 2);
  const width = (layers.length - 1) * BOX.column + BOX.width;
  const height = y.reduce((most, value) => Math.max(most, value), 0) + BOX.row;
  // Room that would be left empty sets the rows apart.
  const stretch = Math.min(STRETCH, Math.max(1, width / aspect / height));
  y.forEach((value, node) => { y[node] = value * stretch; });
  return {
    isDetailed: true, count: model.count, x, y, width, height: height * stretch,
    /** The nodes that an edge passes. */
    route(dependency, dependent) {
      const nodes = [];
      for (let level = model.levels[dependency]; level < model.levels[dependent]; level += 1) {
        nodes.push(level === model.levels[dependency] ? dependency : lanes.get(dependency * layers.length + level));
      }
      return [...nodes, dependent];
    },
  };
}

const mean = (nodes, value) => nodes.reduce((sum, node) => sum + value[node], 0) / nodes.length;

/** Barycentre sweeps, right and left in turn. */
function lessenCrossings(layers, left, right) {
  const position = new Float64Array(left.length);
  const number = (layer) => layer.forEach((node, place) => { position[node] = place / layer.length; });
  layers.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isForward = sweep % 2 === 0;
    const neighbours = isForward ? left : right;
    for (const layer of isForward ? layers : [...layers].reverse()) {
      const wanted = new Map(layer.map((node) =>
        [node, neighbours[node].length > 0 ? mean(neighbours[node], position) : position[node]]));
      layer.sort((a, b) => wanted.get(a) - wanted.get(b));
      number(layer);
    }
  }
}

/** Heights: each node as close to its neighbours as the order and the distances in its layer allow. */
function settle(layers, left, right, room) {
  const y = new Float64Array(left.length);
  for (const layer of layers) {
    let at = 0;
    for (const node of layer) {
      y[node] = at + room(node) / 2;
      at += room(node);
    }
    for (const node of layer) y[node] -= at / 2;
  }
  for (let round = 0; round < SETTLINGS; round += 1) {
    for (const layer of round % 2 === 0 ? layers : [...layers].reverse()) {
      const wanted = layer.map((node) => {
        const around = [...left[node], ...right[node]];
        return around.length > 0 ? mean(around, y) : y[node];
      });
      spread(layer, wanted, room, y);
    }
  }
  const top = y.reduce((least, value) => Math.min(least, value), Infinity);
  return y.map((value) => value - top + BOX.row / 2);
}

/** The places nearest to the wanted ones that keep the order and the room: blocks that would overlap become one. */
function spread(layer, wanted, room, y) {
  const blocks = [];
  let offset = 0;
  layer.forEach((node, place) => {
    if (place > 0) offset += (room(layer[place - 1]) + room(node)) / 2;
    let block = { sum: wanted[place] - offset, count: 1 };
    while (blocks.length > 0 && blocks.at(-1).sum / blocks.at(-1).count >= block.sum / block.count) {
      const before = blocks.pop();
      block = { sum: before.sum + block.sum, count: before.count + block.count };
    }
    blocks.push(block);
  });
  offset = 0;
  let place = 0;
  for (const { sum, count } of blocks) {
    for (let left = count; left > 0; left -= 1, place += 1) {
      if (place > 0) offset += (room(layer[place - 1]) + room(layer[place])) / 2;
      y[layer[place]] = sum / count + offset;
    }
  }
}

/** Levels as columns of squares, each as many squares wide as makes the whole fit `aspect`. */
function columns(model, aspect) {
  const layers = [];
  for (let place = 0; place < model.count; place += 1) (layers[model.levels[place]] ??= []).push(place);
  const sized = layers.filter(Boolean);
  const widthFor = (rows) => sized.reduce((sum, layer) =>
    sum + Math.ceil(layer.length / rows) * SQUARE.pitch + SQUARE.gap, 0);
  let rows = 8;
  while (widthFor(rows) / (rows * SQUARE.pitch) > aspect && rows < model.count) rows = Math.ceil(rows * 1.1);
  const x = new Float64Array(model.count);
  const y = new Float64Array(model.count);
  let left = 0;
  for (const layer of sized) {
    layer.forEach((place, at) => {
      x[place] = left + Math.floor(at / rows) * SQUARE.pitch + SQUARE.pitch / 2;
      y[place] = (at % rows) * SQUARE.pitch + SQUARE.pitch / 2;
    });
    left += Math.ceil(layer.length / rows) * SQUARE.pitch + SQUARE.gap;
  }
  return {
    isDetailed: false, count: model.count, x, y, width: Math.max(1, left - SQUARE.gap), height: rows * SQUARE.pitch,
    route: (dependency, dependent) => [dependency, dependent],
  };
}
