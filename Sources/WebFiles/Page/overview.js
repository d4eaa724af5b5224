// The overview: is it working, how far, when done, what is wrong.

import { since, until, point } from './clock.js';
import { element, render } from './element.js';
import { count, duration, number, runAddress, size } from './format.js';
import { Lifetime } from './lifetime.js';
import {
  buildProgress, failedJob, notice, onActions, packageLink, section, setTitle, slotsOf, table, usesNow,
  workerLink,
} from './parts.js';
import {
  ended, isUnderWay, makesImage, progressBar, runStateWord, stateCounts, stateWord, total, workerState,
} from './states.js';
import { onStatus } from './status.js';
import { mountThroughput } from './throughput.js';

const FAILURES_IN_CARD = 3;
const FAILURES = 12;
const WORKERS = 40;

export function mountOverview(main) {
  const lifetime = new Lifetime();
  const summary = element('p.summary');
  const trouble = element('div');
  const runs = section('Runs');
  const failures = section('Failures');
  const workers = section('Workers');
  const throughput = section('Throughput');
  const farms = section('Farms');
  const past = section('Past runs');
  let latest = null;
  let workersShown = WORKERS;

  main.append(element('div.overview', element('h1.unseen', 'Overview'), trouble, summary,
    element('div.areas', element('div.area-now', runs.node, failures.node), workers.node,
      element('div', throughput.node, farms.node, past.node))));
  onActions(lifetime, main, {
    'all-workers': () => {
      workersShown = Infinity;
      show(latest, null);
    },
  });

  function show(status, problem) {
    const current = status?.runs.filter((run) => isUnderWay(run.state)) ?? [];
    render(trouble, notice(problem) ?? (current.length > 0 && standstill(status.workers)));
    if (!status) return;
    latest = status;
    const shown = current.length > 0 ? current : status.runs.slice(0, 1);
    setTitle(titleOf(current));
    render(summary, summaryOf(status, current));
    render(runs.body, shown.map(runCard), shown.length === 0
      && element('p.faint', 'No run yet: farmctl submit FARM TARGET makes one.'));
    render(failures.body, failureList(shown));
    render(workers.body, workerList(status.workers, workersShown));
    render(farms.body, farmTable(status.farms));
    const ofPast = status.runs.filter((run) => !isUnderWay(run.state));
    past.node.hidden = ofPast.length === 0;
    render(past.body, pastTable(ofPast));
  }

  lifetime.add(onStatus(show));
  mountThroughput(lifetime, throughput.body);
  return () => lifetime.end();
}

/** What keeps runs from going on at all; not an alert, as each start of the coordinator begins so. */
function standstill(workers) {
  if (workers.some((worker) => workerState(worker) === 'connected')) return null;
  const isAway = workers.every((worker) => !worker.connected);
  return element('p.notice', { role: 'status' },
    element('strong', isAway ? 'No worker is connected. ' : 'No worker takes builds. '), 'farmctl doctor tells more.');
}

function titleOf(current) {
  if (current.length !== 1) return current.length > 0 ? count(current.length, 'run') : '';
  const { run, jobs } = current[0];
  const all = total(jobs);
  return all > 0 ? `${Math.floor((ended(jobs) / all) * 100)} % of run ${run}` : `run ${run}`;
}

function summaryOf(status, current) {
  const connected = status.workers.filter((worker) => worker.connected);
  const building = connected.reduce((sum, worker) => sum + worker.running.length, 0);
  const failed = current.reduce((sum, run) => sum + (run.jobs.failed ?? 0), 0);
  const asleep = status.workers.filter((worker) => workerState(worker) !== 'connected').length;
  return [
    element('strong', current.length > 0 ? `${count(current.length, 'run')} under way` : 'No run under way'),
    `, ${count(building, 'build')} on ${number(connected.length)} of ${count(status.workers.length, 'worker')}`,
    asleep > 0 && `, ${number(asleep)} not taking builds`,
    failed > 0 && [', ', stateWord('failed', `${number(failed)} failed`)],
    status.refused_peers > 0 && `, ${number(status.refused_peers)} messages of unknown peers refused`,
    status.farms.filter((farm) => farm.held).map((farm) => [element('br'), element('strong', `${farm.name} held: `),
      farm.held]),
  ];
}

function runCard(run) {
  const all = total(run.jobs);
  const done = ended(run.jobs);
  const failed = run.failed ?? [];
  return element('article.card', { 'data-test': 'run-card', 'data-key': `run-${run.run}` },
    element('h3', element('a', { href: runAddress(run.run) }, `run ${run.run}`), ' ', runStateWord(run.state), ' ',
      element('span.faint', run.farm, ' ', element('span.targets', run.targets.join(' ')))),
    all > 0 && progressBar(run.jobs),
    element('p',
      all > 0 && element('strong', `${number(done)} of ${number(all)}`), all > 0 && ' ', standing(run)),
    all > 0 && stateCounts(run.jobs),
    run.failure && element('p.cause', `${run.failure.class}: ${run.failure.reason}`),
    failed.length > 0 && element('ul.failed',
      failed.slice(0, FAILURES_IN_CARD).map((job) => failedJob(run.run, job))));
}

/** When it ends, or when it ended. */
function standing(run) {
  if (!isUnderWay(run.state)) {
    return ['ended ', point(run.ended_at), run.elapsed_s !== undefined && ` after ${duration(run.elapsed_s)}`];
  }
  return [
    'for ', since(run.submitted_at),
    run.eta_at ? [', done about ', point(run.eta_at), ' (', until(run.eta_at), ' left)']
      : run.state === 'building' && ', end not known yet',
  ];
}

function failureList(runs) {
  const all = runs.flatMap((run) => (run.failed ?? []).slice(FAILURES_IN_CARD).map((job) => ({ run, job })));
  const unresolved = runs.filter((run) => run.failure);
  const failed = runs.reduce((sum, run) => sum + (run.jobs.failed ?? 0), 0);
  if (failed === 0 && unresolved.length === 0) {
    return element('p.faint', 'Nothing has failed in the runs above.');
  }
  return [
    unresolved.map((run) => element('p', { 'data-key': `unresolved-${run.run}` },
      element('a', { href: runAddress(run.run) },
        `run ${run.run} ${makesImage(run) ? 'made no image' : 'could not be resolved'}`))),
    all.length > 0 && element('ul.failed',
      all.slice(0, FAILURES).map(({ run, job }) => failedJob(run.run, job))),
    runs.filter((run) => run.jobs.failed > 0).map((run) => element('p', { 'data-key': `all-${run.run}` },
      element('a', { href: runAddress(run.run, 'state=failed') },
        `${run.jobs.failed === 1 ? 'the failed job' : `all ${number(run.jobs.failed)} failed jobs`} of run ${run.run}`),
      run.jobs.failed > 1 && ', grouped by their first error line')),
  ];
}

function workerList(workers, limit) {
  if (workers.length === 0) return element('p.faint', 'No worker has connected yet.');
  const weight = (worker) => (workerState(worker) === 'connected' ? (worker.running.length > 0 ? 1 : 2) : 0);
  const shown = workers.length > limit ? [...workers].sort((a, b) => weight(a) - weight(b)).slice(0, limit) : workers;
  return [
    element('ul.workers', shown.map(workerItem)),
    workers.length > shown.length && element('button', { type: 'button', class: 'quiet', 'data-action': 'all-workers' },
      `show all ${number(workers.length)}`),
  ];
}

function workerItem(worker) {
  const state = workerState(worker);
  return element('li', { 'data-key': worker.name },
    element('div.worker',
      element('strong', workerLink(worker.name)), stateWord(state),
      state === 'away' && worker.last_seen_at
        && element('span.faint', 'last seen ', since(worker.last_seen_at), ' ago'),
      worker.connected && element('span.faint', slotsOf(worker)),
      worker.load !== undefined && element('span.faint', { title: `of ${count(worker.cores, 'core')}` },
        `load ${worker.load.toFixed(1)}`),
      worker.memory_free_bytes !== undefined
        && element('span.faint', { title: `of ${size(worker.memory_bytes)}` },
          `memory ${size(worker.memory_free_bytes)} free`),
      worker.disk_free_bytes !== undefined
        && element('span.faint', `disk ${size(worker.disk_free_bytes)} free`)),
    worker.set_aside && element('p.faint', worker.set_aside),
    worker.running.length > 0 && element('ul.builds', worker.running.map((job) =>
      element('li', { 'data-key': `${job.run}/${job.job}` },
        packageLink(job.run, job.cpv, { title: job.cpv }), ' ', buildProgress(job), ' ', usesNow(job)))));
}

function farmTable(farms) {
  const columns = ['farm', 'packages:figure', 'size:figure', 'epoch:wide-only', 'binhost'];
  return table('Farms', columns, farms.map((farm) => ({
    key: farm.name,
    cells: [
      element('strong', farm.name), number(farm.packages), size(farm.bytes),
      element('code', { title: farm.epoch }, farm.epoch?.slice(0, 12)),
      element('a', { href: `/${encodeURIComponent(farm.name)}/binrepos.conf` }, 'binrepos.conf'),
    ],
  })));
}

function pastTable(runs) {
  const columns = ['run:figure', 'state', 'farm:wide-only', 'targets:wide-only', 'jobs:figure', 'failed:figure', 'ended',
    'took:figure wide-only'];
  return table('Past runs', columns, runs.map((run) => ({
    key: run.run,
    cells: [
      element('a', { href: runAddress(run.run) }, run.run), runStateWord(run.state), run.farm, run.targets.join(' '),
      number(total(run.jobs)), run.jobs.failed ? number(run.jobs.failed) : '', point(run.ended_at),
      duration(run.elapsed_s),
    ],
  })));
}
