// A canvas that is panned and zoomed by mouse, fingers, wheel and keys, and knows what is under the pointer.

import { BOX, SQUARE } from './graphLayout.js';

const SCALES = { least: 0.02, most: 4 };
const MARGIN = 16;
/** Pixels that a press may move and still be a press. */
const SLACK = 5;
const PAN = 60;
const READABLE = 0.9;

export class Canvas {
  view = { scale: 1, left: 0, top: 0 };
  onDraw = () => {};
  /** With the job under the pointer, -1 where there is none, null when the pointer has left. */
  onHover = () => {};
  onPress = () => {};
  #canvas;
  #layout = null;
  #frame = 0;
  /** Pointers that are down, by their numbers. */
  #pointers = new Map();
  #moved = 0;
  #isFitted = true;

  constructor(lifetime, canvas) {
    this.#canvas = canvas;
    lifetime.observeSize(canvas, () => this.#resize());
    lifetime.add(() => cancelAnimationFrame(this.#frame));
    lifetime.listen(canvas, 'wheel', (event) => this.#wheel(event), { passive: false });
    lifetime.listen(canvas, 'pointerdown', (event) => this.#down(event));
    lifetime.listen(canvas, 'pointermove', (event) => this.#move(event));
    lifetime.listen(canvas, 'pointerup', (event) => this.#up(event, true));
    lifetime.listen(canvas, 'pointercancel', (event) => this.#up(event, false));
    lifetime.listen(canvas, 'pointerleave', (event) => this.onHover(null));
    lifetime.listen(canvas, 'keydown', (event) => this.#key(event));
  }

  get aspect() { return this.#canvas.clientWidth / Math.max(1, this.#canvas.clientHeight); }

  setLayout(layout, isNew) {
    this.#layout = layout;
    if (isNew) this.fit();
  }

  drawSoon() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.onDraw();
    });
  }

  fit() {
    if (!this.#layout) return;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const scale = Math.min((width - 2 * MARGIN) / this.#layout.width, (height - 2 * MARGIN) / this.#layout.height, 1.5);
    this.view = {
      scale: Math.max(SCALES.least, scale), left: (width - this.#layout.width * scale) / 2,
      top: (height - this.#layout.height * scale) / 2,
    };
    this.#isFitted = true;
    this.drawSoon();
  }

  /** Zooms about a place, the middle otherwise. */
  zoom(factor, x = this.#canvas.clientWidth / 2, y = this.#canvas.clientHeight / 2) {
    const { view } = this;
    const scale = Math.min(SCALES.most, Math.max(SCALES.least, view.scale * factor));
    const ratio = scale / view.scale;
    this.view = { scale, left: x - (x - view.left) * ratio, top: y - (y - view.top) * ratio };
    this.#isFitted = false;
    this.drawSoon();
  }

  /** Brings a job to the middle, large enough to be read. */
  show(place) {
    const scale = Math.max(this.view.scale, this.#layout.isDetailed ? READABLE : 1);
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    this.view = {
      scale, left: width / 2 - this.#layout.x[place] * scale, top: height / 2 - this.#layout.y[place] * scale,
    };
    this.#isFitted = false;
    this.drawSoon();
  }

  #resize() {
    const ratio = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(this.#canvas.clientWidth * ratio);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * ratio);
    if (this.#isFitted) this.fit();
    this.drawSoon();
  }

  #pan(x, y) {
    this.view = { ...this.view, left: this.view.left + x, top: this.view.top + y };
    this.#isFitted = false;
    this.drawSoon();
  }

  #wheel(event) {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    this.zoom(Math.exp(-pixels / 400), event.offsetX, event.offsetY);
  }

  #down(event) {
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (this.#pointers.size === 1) this.#moved = 0;
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    const now = { x: event.offsetX, y: event.offsetY };
    if (!before) {
      this.onHover(this.#under(now));
      return;
    }
    this.#moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    const other = [...this.#pointers].find(([pointer]) => pointer !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    if (other) {
      const distance = (point) => Math.hypot(point.x - other.x, point.y - other.y);
      this.zoom(distance(now) / Math.max(1, distance(before)), (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else if (this.#moved > SLACK) this.#pan(now.x - before.x, now.y - before.y);
  }

  #up(event, isPress) {
    const wasDown = this.#pointers.delete(event.pointerId);
    if (!wasDown || !isPress || this.#moved > SLACK || this.#pointers.size > 0) return;
    const place = this.#under({ x: event.offsetX, y: event.offsetY });
    if (place >= 0) this.onPress(place, event.pointerType !== 'mouse');
  }

  #key(event) {
    const zooms = { '+': 1.3, '=': 1.3, '-': 1 / 1.3 };
    const pans = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey && pans[event.key]) this.#pan(...pans[event.key]);
    else if (zooms[event.key]) this.zoom(zooms[event.key]);
    else if (event.key === '0') this.fit();
    else return;
    event.preventDefault();
  }

  /** The job there, -1 when there is none. */
  #under(point) {
    if (!this.#layout) return -1;
    const { x: xs, y: ys, isDetailed } = this.#layout;
    const x = (point.x - this.view.left) / this.view.scale;
    const y = (point.y - this.view.top) / this.view.scale;
    const [halfWidth, halfHeight] = isDetailed ? [BOX.width / 2, BOX.height / 2] : [SQUARE.pitch / 2, SQUARE.pitch / 2];
    for (let place = 0; place < this.#layout.count; place += 1) {
      if (Math.abs(xs[place] - x) <= halfWidth && Math.abs(ys[place] - y) <= halfHeight) return place;
    }
    return -1;
  }
}
