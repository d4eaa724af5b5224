// How a worker's host stood: its load, its memory and its disk, over the same time as the chart of its builds.

import { drawing, element, render } from './element.js';
import { number, size } from './format.js';

const WIDTH = 1000;
const HEIGHT = 30;
/** Seconds without a word after which the worker was away, where its words are not further apart than that anyway. */
const AWAY = 120;

/** Returns what draws the `samples` (of the API) of a worker's builds anew into the container. */
export function mountHost(container) {
  return ({ from_at: from, now, samples = [] }, worker) => {
    const [begin, end] = [Date.parse(from) / 1000, Date.parse(now) / 1000];
    const strip = (name, place, text, worst = Math.min, highest = 0) => {
      const known = samples.filter((sample) => sample[place] !== null).map((sample) => [sample[0], sample[place]]);
      if (known.length === 0) return null;
      const values = known.map(([, value]) => value);
      const most = Math.max(highest, ...values);
      const words = `${name} ${text(values.at(-1))}, ${worst === Math.max ? 'at most' : 'at least'} ${text(worst(...values))}`;
      return element('figure', { 'data-key': name }, element('figcaption.faint', words),
        drawing('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
          drawing('path.load', { d: area(known, begin, end, most) })));
    };
    // Of the host, which may have more than the worker offers.
    const free = (value) => `${size(value)} free`;
    render(container, samples.length > 0 && [
      strip('load', 1, (value) => value.toFixed(1), Math.max, worker?.cores),
      strip('memory', 2, free),
      strip('disk', 3, free),
      element('p.faint', `As the worker says every few seconds, since the coordinator's start, `
        + `of the last day at most: ${number(samples.length)} points.`),
    ]);
  };
}

/** Hills above the axis, with a gap where nothing was heard. */
function area(points, begin, end, most) {
  const x = (at) => Math.round(((Math.max(begin, at) - begin) / Math.max(1, end - begin)) * WIDTH * 10) / 10;
  const y = (value) => Math.round((1 - value / Math.max(most, Number.EPSILON)) * HEIGHT * 10) / 10;
  const gaps = points.slice(1).map(([at], place) => at - points[place][0]).sort((a, b) => a - b);
  const longest = Math.max(AWAY, 3 * (gaps[gaps.length >> 1] ?? 0));
  let path = '';
  let last = null;
  for (const [at, value] of points) {
    if (last === null || at - last > longest) {
      if (last !== null) path += `V${HEIGHT}Z`;
      path += `M${x(at)} ${HEIGHT}`;
    }
    path += `L${x(at)} ${y(value)}`;
    last = at;
  }
  return `${path}V${HEIGHT}Z`;
}
