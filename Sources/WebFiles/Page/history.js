// Earlier builds of a package: how long they took and how they ended.

import { load, path } from './api.js';
import { point } from './clock.js';
import { drawing, element, render } from './element.js';
import { duration, number, runAddress, size } from './format.js';
import { causeOf, notice, packageLink, table, workerLink } from './parts.js';
import { keepFresh } from './refresh.js';
import { stateWord } from './states.js';

const ROWS = 12;
const BAR = 10;
const HEIGHT = 48;
const REST = 300_000;

export function mountHistory(lifetime, container, name, run) {
  keepFresh(lifetime, async (signal) => {
    const { builds } = await load(path('history', { package: name }), signal);
    render(container, builds.length > 0 ? [sparkline(builds), buildTable(builds, run)]
      : element('p.faint', `${name} has not been built before.`));
  }, {
    concerns: (event) => event.kind === 'job-ended' && event.cpv?.startsWith(`${name}-`), rest: REST,
    report: (problem) => problem && render(container, notice(problem)),
  })();
}

/** The oldest on the left; a failed one is hatched and has a cross below it. */
function sparkline(builds) {
  const timed = builds.filter((build) => build.wall_s !== undefined).reverse();
  const longest = Math.max(...timed.map((build) => build.wall_s));
  if (timed.length < 2 || longest <= 0) return null;
  const bars = timed.map((build, place) => {
    const height = Math.max(1, (build.wall_s / longest) * HEIGHT);
    const x = place * BAR;
    return drawing('g',
      drawing('title', `${build.cpv} in run ${build.run}: ${build.state} after ${duration(build.wall_s)}`),
      drawing('rect', { class: `bar-${build.state}`, x: x + 1, y: HEIGHT - height, width: BAR - 2, height }),
      build.state === 'failed' && drawing('path.cross', { d: `M${x + 2.5} ${HEIGHT + 3}l5 5m0 -5l-5 5`,
      }));
  });
  const width = timed.length * BAR;
  return element('div.sparkline',
    drawing('svg', {
      viewBox: `0 0 ${width} ${HEIGHT + 10}`, width, height: HEIGHT + 10, role: 'img',
      'aria-label': `${number(timed.length)} builds, the longest took ${duration(longest)}`,
    }, bars),
    element('span.faint', `up to ${duration(longest)}`));
}

function buildTable(builds, run) {
  const rows = builds.map((build) => ({
    key: `${build.run}/${build.cpv}/${build.started_at}`, 'aria-current': build.run === run ? 'true' : null,
    cells: [
      element('a', { href: runAddress(build.run) }, build.run),
      packageLink(build.run, build.cpv, { title: causeOf(build.failure) || null }), stateWord(build.state),
      duration(build.wall_s), point(build.started_at), workerLink(build.worker), duration(build.cpu_s),
      size(build.peak_memory_bytes),
    ],
  }));
  const heads = ['run:figure', 'build', 'state', 'took:figure', 'started', 'worker', 'CPU:figure',
    'memory:figure'];
  return [
    table('Earlier builds', heads, rows.slice(0, ROWS)),
    rows.length > ROWS && element('details', element('summary', `${number(rows.length - ROWS)} older ones`),
      table('Older builds', heads, rows.slice(ROWS))),
  ];
}
