// A worker's builds over time, packed into lanes, with the cores that they were given above.

import { drawing, element, render } from './element.js';
import { duration, moment, packageAddress } from './format.js';
import { causeOf } from './parts.js';
import { glyph } from './states.js';

const LANE = 20;
const LOAD = 36;
const GAP = 22;
/** A bar this wide has room for a name. */
const NAMED = 60;
const LETTER = 6.6;
const STEPS = [300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400];
const STEP_WIDTH = 90;
/** Of the longest text at the axis, with its day. */
const AXIS_TEXT = 84;
const OUTCOMES = ['published', 'failed', 'lost', 'released', 'cancelled', 'running'];

/** Returns what draws `builds` (of the API) of a worker anew. */
export function mountGantt(lifetime, container) {
  const chart = element('div.gantt', { 'data-test': 'gantt' });
  container.append(chart, legend());
  let latest = null;

  function draw() {
    if (!latest || chart.clientWidth === 0) return;
    render(chart, pictureOf(...latest, chart.clientWidth));
  }

  lifetime.observeSize(chart, draw);
  return (document, worker) => {
    latest = [document, worker];
    draw();
  };
}

/** Builds in lanes: each in the first one that is free when it starts. */
function lanesOf(builds) {
  const ends = [];
  return builds.map((build) => {
    let lane = ends.findIndex((end) => end <= build.from);
    if (lane < 0) lane = ends.length;
    ends[lane] = build.until;
    return { ...build, lane };
  });
}

function pictureOf({ from_at: fromAt, now: nowAt, builds }, worker, width) {
  const begin = Date.parse(fromAt);
  const end = Date.parse(nowAt);
  const x = (at) => Math.round(((Math.max(begin, at) - begin) / (end - begin)) * width * 10) / 10;
  const timed = builds.filter((build) => build.started_at).map((build) => ({
    ...build, from: Date.parse(build.started_at), until: build.ended_at ? Date.parse(build.ended_at) : end,
  }));
  const placed = lanesOf(timed);
  const lanes = placed.reduce((most, build) => Math.max(most, build.lane + 1), 1);
  const top = LOAD + GAP;
  const height = top + lanes * LANE + GAP;
  return drawing('svg', {
    width, height, role: 'img',
    'aria-label': `${builds.length} builds from ${moment(begin)} to ${moment(end)}; listed below`,
  }, patterns(), axis(begin, end, width, height, x), load(timed, worker, width, x),
  placed.map((build) => bar(build, x, top)));
}

function bar(build, x, top) {
  const left = x(build.from);
  const width = Math.max(1.5, x(build.until) - left - 0.5);
  const y = top + build.lane * LANE;
  const name = `${glyph(build.state)} ${build.cpv.split('/').at(-1)}`;
  const took = duration((build.until - build.from) / 1000);
  return drawing('a', {
    href: packageAddress(build.run, build.cpv), tabindex: -1,
    'data-key': `${build.run}/${build.cpv}/${build.started_at}`,
  }, drawing('title', `${build.cpv}: ${build.state}${build.state === 'running' ? ' for' : ' after'} ${took}`
    + `${build.cores ? `, ${build.cores} cores` : ''}, from ${moment(build.from)}`
    + `${build.failure ? `\n${build.failure.class}: ${causeOf(build.failure)}` : ''}`),
  drawing('rect', { class: `bar-${build.state}`, x: left, y, width, height: LANE - 3, rx: 2 }),
  width > NAMED && drawing('text.bar-name', { x: left + 4, y: y + 12.5 },
    name.slice(0, Math.floor((width - 8) / LETTER))));
}

/** The cores given to builds, against those that there are. */
function load(builds, worker, width, x) {
  const changes = builds.flatMap(({ from, until, cores = 1 }) => [[from, cores], [until, -cores]])
    .sort((a, b) => a[0] - b[0]);
  let level = 0;
  let highest = worker?.cores ?? 1;
  const steps = changes.map(([at, change]) => {
    level += change;
    highest = Math.max(highest, level);
    return [x(at), level];
  });
  const y = (cores) => GAP + LOAD - 4 - (cores / highest) * (LOAD - 4);
  let before = 0;
  let line = `M0 ${y(0)}`;
  for (const [at, cores] of steps) {
    line += `L${at} ${y(before)}L${at} ${y(cores)}`;
    before = cores;
  }
  line += `L${width} ${y(before)}L${width} ${y(0)}Z`;
  return drawing('g', drawing('title', `cores given to builds, of ${highest}`),
    drawing('path.load', { d: line }));
}

function axis(begin, end, width, height, x) {
  const seconds = (end - begin) / 1000;
  const step = (STEPS.find((one) => (width / seconds) * one >= STEP_WIDTH) ?? 86_400) * 1000;
  const offset = new Date(begin).getTimezoneOffset() * 60_000;
  const marks = [];
  for (let at = Math.ceil((begin - offset) / step) * step + offset; at < end; at += step) {
    marks.push(drawing('line.grid', { x1: x(at), x2: x(at), y1: 14, y2: height }),
      x(at) + AXIS_TEXT < width && drawing('text.axis-text', { x: x(at) + 3, y: 11 }, moment(at, end)));
  }
  return marks;
}

/** Outcomes differ without colours too. */
function patterns() {
  return drawing('defs', [['failed', 45, 5], ['lost', 0, 4], ['released', 90, 6], ['cancelled', 135, 5]].map(
    ([state, angle, size]) => drawing('pattern', {
      id: `pattern-${state}`, width: size, height: size, patternUnits: 'userSpaceOnUse',
      patternTransform: `rotate(${angle})`,
    }, drawing('rect', { class: `pattern-${state}`, width: size, height: size }),
    drawing('rect.pattern-line', { width: 1.5, height: size }))));
}

function legend() {
  return element('p.counts', OUTCOMES.map((state) => element('span',
    drawing('svg.swatch', { width: 14, height: 12, 'aria-hidden': 'true' },
      drawing('rect', { class: `bar-${state}`, width: 14, height: 12 })), ` ${glyph(state)} ${state}`)),
  element('span.faint', 'above: the cores given to builds'));
}
