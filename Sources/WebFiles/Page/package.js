// A package in a run: what became of it and why, its log, its report and its earlier builds.

import { load, path } from './api.js';
import { point } from './clock.js';
import { element, render } from './element.js';
import { duration, graphAddress, number, packageAddress, size, withoutVersion } from './format.js';
import { mountHistory } from './history.js';
import { Lifetime } from './lifetime.js';
import { mountLogView } from './logView.js';
import { readLog } from './logSource.js';
import { actionButton, onOperator, retryRun } from './operator.js';
import { buildProgress, facts, notice, onActions, packageLink, section, setTitle, workerLink } from './parts.js';
import { keepFresh } from './refresh.js';
import { reportOf } from './report.js';
import { glyph, isEnd, isLive, stateWord } from './states.js';

const RESOLVE = 'resolve';
/** The only job of a run that makes an image. */
const IMAGE = 'image';

export function mountPackage(main, runText, cpv) {
  const run = Number(runText);
  const lifetime = new Lifetime();
  const isResolving = cpv === RESOLVE || cpv === IMAGE;
  const trouble = element('div');
  const head = element('div');
  const log = section('Log', { class: 'log-part' });
  const why = section('Why');
  const report = section('Report');
  const past = section('History');
  report.node.hidden = true;
  past.node.hidden = isResolving;
  main.append(element('div.package-view', trouble, head, element('div.package-parts', log.node,
    element('div.package-side', why.node, report.node, past.node))));
  setTitle(cpv);

  const logTrouble = element('div');
  log.body.append(logTrouble);
  const view = mountLogView(lifetime, log.body, path('runs', run, 'log', 'whole', { package: cpv }));
  let latest = null;
  /** The attempts whose log and report are shown. */
  const attempt = { ofLog: 0, ofReport: 0 };

  function show() {
    if (!latest) return;
    const { job } = latest;
    setTitle(`${glyph(job.state)} ${job.cpv}`);
    render(head, packageHead(job, isResolving));
    render(why.body, whyOf(latest, run));
    view.lookFor(job.state === 'failed' ? job.failure?.first_error_line : undefined);
  }

  keepFresh(lifetime, async (signal) => {
    latest = await load(path('runs', run, 'why', { package: cpv }), signal);
    show();
    const { attempts } = latest.job;
    if (attempt.ofLog !== attempts) readLogOf(attempts);
    else if (attempts === 0) render(logTrouble, element('p.faint', 'It has not been built in this run.'));
    if (hasReport(latest.job) && attempt.ofReport !== attempts) await loadReport(attempts, signal);
  }, {
    concerns: (event) => event.run === run && (event.cpv === cpv || (isResolving && event.job === -1)
      || event.kind === 'run-ended' || event.kind === 'run-planned'),
    report: (problem) => render(trouble, notice(problem)),
  })();

  /** A log that is followed goes over to the next attempt by itself. */
  let isReading = false;
  async function readLogOf(attempts) {
    attempt.ofLog = attempts;
    if (isReading) return;
    isReading = true;
    await readLog(run, cpv, {
      begin: view.begin, text: view.text, end: view.end, trouble: (problem) => render(logTrouble, notice(problem)),
    }, lifetime.signal);
    isReading = false;
  }

  /** Nothing is kept of a resolving, nor of a build whose end the worker did not see: the console would tell so. */
  function hasReport({ state, failure }) {
    return !isResolving && isEnd(state) && state !== 'cancelled' && failure?.class !== 'worker-lost';
  }

  async function loadReport(attempts, signal) {
    try {
      const found = await load(path('runs', run, 'report', { package: cpv }), signal);
      render(report.body, reportOf(found));
      report.node.hidden = false;
    } catch (problem) {
      // It may be gone since.
      if (problem.status !== 404) throw problem;
    }
    attempt.ofReport = attempts;
  }

  lifetime.add(onOperator(show));
  onActions(lifetime, main, {
    retry: () => retryRun(run, [latest.job.cpv]),
    'to-error': () => {
      view.showError();
      log.node.scrollIntoView({ block: 'start' });
    },
  });
  if (!isResolving) mountHistory(lifetime, past.body, withoutVersion(cpv), run);
  return () => lifetime.end();
}

function packageHead(job, isResolving) {
  const { failure, resources } = job;
  const word = job.cpv === IMAGE ? 'image' : 'resolving';
  return [
    element('h1', element('span.package', isResolving ? `${word} of run ${job.run}` : job.cpv), ' ',
      stateWord(job.state)),
    element('div.buttons',
      element('a.button', { href: `${graphAddress(job.run)}?job=${job.job}` }, 'in the graph'),
      job.state === 'failed' && !isResolving && actionButton('retry', 'retry')),
    failure && element('section.trouble', { 'aria-label': 'Failure' },
      element('p', element('strong', stateWord('failed', failure.class)), ': ', failure.reason),
      failure.first_error_line && element('pre.cause', { 'data-test': 'cause' }, failure.first_error_line),
      failure.first_error_line && element('button', { type: 'button', class: 'quiet', 'data-action': 'to-error' },
        'show it in the log')),
    facts(
      ['worker', workerLink(job.worker)],
      [isLive(job.state) ? 'now' : 'took', isLive(job.state) ? buildProgress(job) : duration(job.elapsed_s)],
      ['expected', !isLive(job.state) && duration(job.expected_s)],
      ['started', point(job.started_at)], ['ended', point(job.ended_at)],
      ['attempts', job.attempts > 1 && number(job.attempts)], ['cores', job.cores && number(job.cores)],
      ['CPU time', resources && duration(resources.cpu_s)],
      ['memory', resources?.peak_memory_bytes > 0 && size(resources.peak_memory_bytes)],
      ['disk', resources && size(resources.disk_bytes)],
      ['reason', job.reason]),
  ];
}

function whyOf({ job, explanation, waits_for: waitsFor = [], waits_for_total: waitsForTotal = 0,
  waited_for_by: waitedForBy = [], waited_for_by_total: waitedForByTotal = 0 }, run) {
  const word = (value) => (value === 1 ? '1 job' : `${number(value)} jobs`);
  const more = (all, shown) => all > shown && element('li.faint', `and ${number(all - shown)} more`);
  return [
    explanation.map((sentence) => element('p', sentence)),
    waitsFor.length > 0 && [
      element('h3', `It waits for ${word(waitsForTotal)}`),
      element('ul.tree', waitsFor.map((needed) => element('li', {
        'data-key': needed.job.job, style: { '--depth': Math.min(needed.depth, 8) },
      }, packageLink(run, needed.job.cpv), ' ', stateWord(needed.job.state), ' ',
      element('span.faint', standing(needed.job)))), more(waitsForTotal, waitsFor.length)),
    ],
    waitedForBy.length > 0 && [
      element('h3', `${word(waitedForByTotal)} ${waitedForByTotal === 1 ? 'waits' : 'wait'} for it`),
      element('ul.inline', waitedForBy.map((name) => element('li', { 'data-key': name },
        element('a.package', { href: packageAddress(run, name) }, name))),
      more(waitedForByTotal, waitedForBy.length)),
    ],
    waitsFor.length === 0 && !isEnd(job.state) && job.waits_because && element('p', `It waits: ${job.waits_because}.`),
  ];
}

function standing(job) {
  if (isLive(job.state)) return buildProgress(job);
  return job.expected_s && !isEnd(job.state) ? `takes about ${duration(job.expected_s)}` : '';
}
