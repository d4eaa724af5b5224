// Paints a graph on a canvas: states by colour and glyph, the deciding path thick, what is chosen before the rest.

import { BOX, SQUARE } from './graphLayout.js';
import { JOB_STATES, glyph } from './states.js';

/** Below this scale names cannot be read. */
const NAMED = 0.55;
const GLYPHED = 1.2;
const LETTER = 6.65;
const STRIPE = 18;

export class GraphPainter {
  constructor(canvas, model, layout) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d');
    this.model = model;
    this.layout = layout;
    this.readColours();
    this.routes = layout.isDetailed ? this.#allRoutes() : [];
  }

  /** The page's colours as a canvas wants them; again when light has become dark, or the reverse. */
  readColours() {
    const style = getComputedStyle(document.documentElement);
    const read = (names, prefix = '') =>
      Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${prefix}${name}`).trim()]));
    this.colours = read(['text', 'surface', 'background', 'edge', 'accent', 'deciding']);
    this.states = read(JOB_STATES);
    this.fills = read(JOB_STATES, 'fill-');
  }

  #allRoutes() {
    const routes = [];
    for (let place = 0; place < this.model.count; place += 1) {
      this.model.dependencies.each(place, (dependency) => {
        routes.push({ dependency, dependent: place, nodes: this.layout.route(dependency, place) });
      });
    }
    return routes;
  }

  /**
   * @param view `{scale, left, top}`: the place of the layout's origin in pixels
   * @param chosen `{place, before, after}`: a job, and marks for what it needs and what needs it; or null
   * @param found marks for what the search found; or null
   */
  paint(view, chosen, found) {
    const { context, canvas, colours } = this;
    const ratio = window.devicePixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = colours.background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.left, ratio * view.top);
    const margin = BOX.width;
    const sight = {
      left: -view.left / view.scale - margin, top: -view.top / view.scale - margin,
      right: (canvas.width / ratio - view.left) / view.scale + margin,
      bottom: (canvas.height / ratio - view.top) / view.scale + margin,
    };
    const isLit = (place) => Boolean(chosen ? place === chosen.place || chosen.before[place] || chosen.after[place]
      : !found || found[place]);
    if (this.layout.isDetailed) {
      this.#paintRoutes(view, chosen);
      this.#paintDeciding(view);
      this.#paintBoxes(view, sight, isLit);
    } else {
      this.#paintSquares(view, sight, isLit);
      this.#paintNeighbours(view, chosen);
      this.#paintDeciding(view);
    }
    this.#paintMarks(view, sight, chosen, found);
  }

  #trace(nodes) {
    const { context, layout: { x, y, isDetailed } } = this;
    const half = isDetailed ? BOX.width / 2 : 0;
    context.moveTo(x[nodes[0]] + half, y[nodes[0]]);
    for (let at = 1; at < nodes.length; at += 1) {
      const [from, to] = [nodes[at - 1], nodes[at]];
      const [start, end] = [x[from] + half, x[to] - half];
      const bend = (end - start) / 2;
      context.bezierCurveTo(start + bend, y[from], end - bend, y[to], end, y[to]);
      // A lane crosses the width of its layer.
      if (at < nodes.length - 1) context.lineTo(x[to] + half, y[to]);
    }
  }

  #stroke(routes, colour, width, opacity) {
    const { context } = this;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.globalAlpha = opacity;
    context.beginPath();
    for (const nodes of routes) this.#trace(nodes);
    context.stroke();
    context.globalAlpha = 1;
  }

  #paintRoutes({ scale }, chosen) {
    const thin = Math.max(1, 0.5 / scale);
    this.#stroke(this.routes.map((route) => route.nodes), this.colours.edge, thin, chosen ? 0.25 : 0.8);
    if (!chosen) return;
    const isIn = (marks, place) => place === chosen.place || marks[place];
    const lit = this.routes.filter(({ dependency, dependent }) =>
      (chosen.before[dependency] && isIn(chosen.before, dependent))
      || (chosen.after[dependent] && isIn(chosen.after, dependency)));
    this.#stroke(lit.map((route) => route.nodes), this.colours.accent, Math.max(1.5, 1 / scale), 0.9);
  }

  #paintNeighbours({ scale }, chosen) {
    if (!chosen) return;
    const { place } = chosen;
    const pairs = [];
    this.model.dependencies.each(place, (dependency) => pairs.push([dependency, place]));
    this.model.dependents.each(place, (dependent) => pairs.push([place, dependent]));
    this.#stroke(pairs, this.colours.accent, 1 / scale, 0.7);
  }

  #paintDeciding({ scale }) {
    const { deciding } = this.model;
    const routes = deciding.slice(1).map((place, at) => {
      const isNeeded = this.model.levels[deciding[at]] < this.model.levels[place];
      return isNeeded ? this.layout.route(deciding[at], place) : this.layout.route(place, deciding[at]);
    }).filter((nodes) => nodes.every((node) => node !== undefined));
    this.#stroke(routes, this.colours.deciding, Math.max(3.5, 2.5 / scale), 1);
  }

  #isSeen(place, sight) {
    const { x, y } = this.layout;
    return x[place] > sight.left && x[place] < sight.right && y[place] > sight.top && y[place] < sight.bottom;
  }

  #paintBoxes({ scale }, sight, isLit) {
    const { context, colours, layout: { x, y }, model } = this;
    const { width, height } = BOX;
    context.font = '11px ui-monospace, "DejaVu Sans Mono", monospace';
    context.textBaseline = 'middle';
    const letters = Math.floor((width - STRIPE - 8) / LETTER);
    for (let place = 0; place < model.count; place += 1) {
      if (!this.#isSeen(place, sight)) continue;
      const left = x[place] - width / 2;
      const top = y[place] - height / 2;
      const colour = this.states[model.states[place]] ?? colours.edge;
      const fill = this.fills[model.states[place]] ?? colours.edge;
      context.globalAlpha = isLit(place) ? 1 : 0.25;
      const isNamed = scale >= NAMED;
      context.fillStyle = isNamed ? colours.surface : fill;
      context.fillRect(left, top, width, height);
      if (isNamed) {
        context.fillStyle = colour;
        context.fillRect(left, top, STRIPE, height);
        context.fillStyle = colours.surface;
        context.fillText(glyph(model.states[place]), left + 5.5, y[place] + 0.5);
        context.fillStyle = colours.text;
        const name = model.names[place].split('/').at(-1);
        const short = name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
        context.fillText(short, left + STRIPE + 5, y[place] + 0.5);
      }
      const isDeciding = model.isDeciding[place];
      context.strokeStyle = isDeciding ? colours.deciding : colour;
      context.lineWidth = isDeciding ? Math.max(3, 2 / scale) : 1;
      context.strokeRect(left, top, width, height);
    }
    context.globalAlpha = 1;
  }

  #paintSquares({ scale }, sight, isLit) {
    const { context, colours, layout: { x, y }, model } = this;
    const places = Object.fromEntries(JOB_STATES.map((state) => [state, []]));
    for (let place = 0; place < model.count; place += 1) {
      if (this.#isSeen(place, sight)) (places[model.states[place]] ??= []).push(place);
    }
    // The most urgent last, and a little larger: nothing may hide them.
    for (const state of [...JOB_STATES].reverse()) {
      context.fillStyle = this.fills[state];
      const side = state === 'failed' ? SQUARE.pitch : SQUARE.size;
      for (const opacity of [1, 0.2]) {
        context.globalAlpha = opacity;
        for (const place of places[state]) {
          if (isLit(place) === (opacity === 1)) context.fillRect(x[place] - side / 2, y[place] - side / 2, side, side);
        }
      }
    }
    context.globalAlpha = 1;
    if (scale < GLYPHED) return;
    context.font = '6px ui-monospace, monospace';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = colours.text;
    for (const [state, of] of Object.entries(places)) {
      for (const place of of) context.fillText(glyph(state), x[place], y[place] + 0.3);
    }
    context.textAlign = 'start';
  }

  #paintMarks({ scale }, sight, chosen, found) {
    const { context, colours, layout: { x, y, isDetailed }, model } = this;
    const gap = 2.5 / scale;
    const width = (isDetailed ? BOX.width : SQUARE.size) + 2 * gap;
    const height = (isDetailed ? BOX.height : SQUARE.size) + 2 * gap;
    context.strokeStyle = colours.accent;
    context.lineWidth = 2.5 / scale;
    const outline = (place) => context.strokeRect(x[place] - width / 2, y[place] - height / 2, width, height);
    for (let place = 0; found && place < model.count; place += 1) {
      if (found[place] && this.#isSeen(place, sight)) outline(place);
    }
    if (!isDetailed) {
      context.strokeStyle = colours.deciding;
      model.deciding.forEach(outline);
    }
    context.strokeStyle = colours.text;
    if (chosen) outline(chosen.place);
  }
}
