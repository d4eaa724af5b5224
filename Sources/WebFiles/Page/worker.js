// A worker: what it is, what it builds now, and what it built over time.

import { load, path } from './api.js';
import { point, since } from './clock.js';
import { element, render } from './element.js';
import { count, duration, number, packageAddress, size } from './format.js';
import { mountGantt } from './gantt.js';
import { mountHost } from './hostChart.js';
import { Lifetime } from './lifetime.js';
import { actionButton, drainWorker, onOperator, resumeWorker } from './operator.js';
import {
  buildProgress, causeOf, facts, notice, onActions, packageLink, section, setTitle, slotsOf, table, usesNow,
} from './parts.js';
import { keepFresh } from './refresh.js';
import { stateWord, workerState } from './states.js';
import { onStatus } from './status.js';

const SPANS = [1, 3, 12, 24, 72, 168];
const ROWS = 50;

export function mountWorker(main, name) {
  const lifetime = new Lifetime();
  const trouble = element('div');
  const head = element('div');
  const now = section('Builds now');
  const time = section('Builds over time');
  const list = section('Builds that ended');
  const spans = element('div.chips', { role: 'group', 'aria-label': 'Hours shown' });
  const chart = element('div');
  const host = element('div.host');
  time.body.append(spans, chart, host);
  main.append(element('div.worker-view', trouble, head, now.node, time.node, list.node));
  setTitle(`worker ${name}`);
  let hours = 24;
  let rowsShown = ROWS;
  let worker = null;
  let builds = null;
  const gantt = mountGantt(lifetime, chart);
  const drawHost = mountHost(host);

  function show() {
    if (!worker) return;
    render(head, workerHead(worker));
    render(now.body, worker.running.length > 0 ? element('ul.builds', worker.running.map((job) =>
      element('li', { 'data-key': `${job.run}/${job.job}` }, packageLink(job.run, job.cpv), ' ', buildProgress(job),
        job.cores && element('span.faint', ` with ${count(job.cores, 'core')}`), ' ', usesNow(job))))
      : element('p.faint', 'It builds nothing now.'));
  }

  function showBuilds() {
    if (!builds) return;
    gantt(builds, worker);
    drawHost(builds, worker);
    render(list.body, buildTable(builds.builds, rowsShown));
  }

  function showSpans() {
    render(spans, SPANS.map((span) => element('button', {
      type: 'button', class: 'chip', 'data-action': 'span', 'data-hours': span, 'aria-pressed': String(span === hours),
    }, span < 48 ? `${span} h` : `${span / 24} d`)));
  }

  lifetime.add(onStatus((status, problem) => {
    const isFirst = !worker;
    worker = status?.workers.find((one) => one.name === name) ?? null;
    const isUnknown = status && !worker;
    render(trouble, notice(problem ?? (isUnknown && { message: `No worker ${name} has connected` })));
    show();
    if (isFirst) showBuilds();
  }));
  const refresh = keepFresh(lifetime, async (signal) => {
    const asked = hours;
    const found = await load(path('workers', name, 'builds', { hours }), signal);
    if (asked !== hours) return;
    builds = found;
    showBuilds();
  }, { concerns: (event) => event.worker === name, pace: 4000, report: (problem) => problem && render(list.body,
    notice(problem)) });
  lifetime.add(onOperator(show));
  onActions(lifetime, main, {
    drain: () => drainWorker(name),
    resume: () => resumeWorker(name),
    'all-builds': () => {
      rowsShown = Infinity;
      showBuilds();
    },
    span: (button) => {
      hours = Number(button.dataset.hours);
      showSpans();
      refresh();
    },
  });
  showSpans();
  refresh();
  return () => lifetime.end();
}

function workerHead(worker) {
  const isAside = worker.draining || worker.set_aside;
  return [
    element('h1', `worker ${worker.name} `, stateWord(workerState(worker))),
    element('div.buttons',
      isAside ? actionButton('resume', 'resume') : actionButton('drain', 'drain')),
    worker.set_aside && element('p.trouble', element('strong', 'set aside: '), worker.set_aside),
    facts(
      ['host', worker.hostname], ['version', worker.version], ['engine', worker.engine],
      ['slots', slotsOf(worker)],
      ['cores', [number(worker.cores), coresInUse(worker)]],
      ['load', worker.load?.toFixed(1)],
      ['memory', memoryOf(worker)],
      ['disk', worker.disk_free_bytes !== undefined && `${size(worker.disk_free_bytes)} free`],
      ['speed', worker.speed && `${worker.speed.toFixed(2)} × that of earlier builds`],
      ['last seen', !worker.connected && worker.last_seen_at && [since(worker.last_seen_at), ' ago']]),
  ];
}

function coresInUse(worker) {
  const given = worker.running.reduce((sum, job) => sum + (job.cores ?? 0), 0);
  return given > 0 && `, ${number(given)} given to builds`;
}

/** What it offers, and what its host has left, which may be more. */
function memoryOf(worker) {
  const [all, free] = [worker.memory_bytes, worker.memory_free_bytes];
  if (!all) return null;
  if (free === undefined) return size(all);
  if (free > all) return `${size(all)}, ${size(free)} free on its host`;
  return [element('meter', { min: 0, max: all, value: all - free, 'aria-label': 'memory in use' }),
    ` ${size(free)} of ${size(all)} free`];
}

function buildTable(all, limit) {
  const builds = all.filter((build) => build.state !== 'running').reverse();
  if (builds.length === 0) return element('p.faint', 'None ended in this time.');
  const heads = ['package', 'state', 'started', 'took:figure',
    'CPU:figure wide-only', 'cores:figure wide-only', 'memory:figure wide-only', 'failure:long'];
  return [
    table('Builds that ended, the newest first', heads, builds.slice(0, limit).map((build) => ({
      key: `${build.run}/${build.cpv}/${build.started_at}`,
      cells: [
        element('a.package', { href: packageAddress(build.run, build.cpv) }, build.cpv), stateWord(build.state),
        point(build.started_at), duration(build.wall_s), duration(build.cpu_s), build.cores,
        size(build.peak_memory_bytes), causeOf(build.failure),
      ],
    }))),
    builds.length > limit && element('button', { type: 'button', class: 'quiet', 'data-action': 'all-builds' },
      `show all ${number(builds.length)}`),
  ];
}
