// How many packages were published and failed over the last day, as bars.

import { load, path } from './api.js';
import { drawing, element, render } from './element.js';
import { moment, number } from './format.js';
import { notice } from './parts.js';
import { keepFresh } from './refresh.js';

const HOURS = 24;
const LABELS = 5;
const PACE = 10_000;
const REST = 60_000;
const HEIGHT = 100;

export function mountThroughput(lifetime, container) {
  const refresh = keepFresh(lifetime, async (signal) => {
    render(container, chart(await load(path('throughput', { hours: HOURS }), signal)));
  }, {
    concerns: (event) => event.kind === 'job-ended', pace: PACE, rest: REST,
    report: (problem) => problem && render(container, notice(problem)),
  });
  refresh();
}

const sum = (values) => values.reduce((all, value) => all + value, 0);

function chart({ from_at: from, bucket_s: bucket, published, failed }) {
  const begin = Date.parse(from);
  const highest = Math.max(1, ...published.map((value, place) => value + (failed[place] ?? 0)));
  const startOf = (place) => moment(new Date(begin + place * bucket * 1000));
  const lastHour = Math.max(1, Math.round(3600 / bucket));
  const text = `In ${HOURS} hours ${number(sum(published))} published and ${number(sum(failed))} failed, `
    + `in the last hour ${number(sum(published.slice(-lastHour)))} and ${number(sum(failed.slice(-lastHour)))}`;
  const bars = published.map((value, place) => {
    const good = (value / highest) * HEIGHT;
    const bad = ((failed[place] ?? 0) / highest) * HEIGHT;
    return drawing('g',
      drawing('title', `from ${startOf(place)}: ${value} published, ${failed[place] ?? 0} failed`),
      drawing('rect.hover', { x: place, y: 0, width: 1, height: HEIGHT }),
      drawing('rect.bar-published', { x: place + 0.1, y: HEIGHT - good, width: 0.8, height: good }),
      drawing('rect.bar-failed', { x: place + 0.1, y: HEIGHT - good - bad, width: 0.8, height: bad }));
  });
  const labels = Array.from({ length: LABELS }, (_, place) =>
    element('span', startOf((place / (LABELS - 1)) * published.length)));
  return [
    element('p', `${text}.`),
    element('div.chart', element('span.axis', number(highest)),
      drawing('svg', {
        viewBox: `0 0 ${Math.max(1, published.length)} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img',
        'aria-label': text,
      }, bars)),
    element('div.labels', { 'aria-hidden': 'true' }, labels),
    element('p.faint', `Each bar is ${number(bucket / 60)} minutes; those that failed are at its top.`),
  ];
}
