// A run: how far it is, when it ends, what failed and why, and all of its jobs.

import { load, path } from './api.js';
import { point, since, until } from './clock.js';
import { element, render } from './element.js';
import { duration, graphAddress, number, packageAddress } from './format.js';
import { mountJobTable } from './jobTable.js';
import { Lifetime } from './lifetime.js';
import { actionButton, cancelRun, onOperator, retryRun, retryText } from './operator.js';
import { facts, notice, onActions, packageLink, section, setTitle } from './parts.js';
import { keepFresh } from './refresh.js';
import {
  ended, glyph, isUnderWay, makesImage, progressBar, runStateWord, stateCounts, stateWord, total,
} from './states.js';

const PATH_SHOWN = 8;
const JOBS_OF_GROUP = 6;

export function mountRun(main, runText, query) {
  const run = Number(runText);
  const lifetime = new Lifetime();
  const trouble = element('div');
  const head = element('div');
  const failures = section('Failures');
  const jobs = section('Jobs');
  failures.node.hidden = true;
  main.append(element('div.run', trouble, head, failures.node, jobs.node));
  setTitle(`run ${run}`);
  let latest = null;

  function show() {
    if (!latest) return;
    render(head, runHead(latest));
    const all = total(latest.jobs);
    const share = all > 0 && isUnderWay(latest.state) ? `: ${Math.floor((ended(latest.jobs) / all) * 100)} %` : '';
    setTitle(`run ${run}${share}`);
  }

  const concerns = (event) => event.run === run;
  keepFresh(lifetime, async (signal) => {
    latest = await load(path('runs', run), signal);
    show();
  }, { concerns, report: (problem) => render(trouble, notice(problem)) })();
  keepFresh(lifetime, async (signal) => {
    const { groups } = await load(path('runs', run, 'failures'), signal);
    failures.node.hidden = groups.length === 0;
    render(failures.body, groups.map((group) => failureGroup(run, group)));
  }, {
    concerns: (event) => concerns(event) && event.state === 'failed', rest: 60_000,
    report: (problem) => problem && render(failures.body, notice(problem)),
  })();
  mountJobTable(lifetime, jobs.body, run, query);
  lifetime.add(onOperator(show));
  onActions(lifetime, head, { cancel: () => cancelRun(run), retry: () => retryRun(run) });
  return () => lifetime.end();
}

function runHead(run) {
  const all = total(run.jobs);
  const failed = run.jobs.failed ?? 0;
  const deciding = run.deciding_path ?? [];
  return [
    element('h1', `run ${run.run} `, runStateWord(run.state), ' ',
      element('span.faint', run.farm, ' ', element('span.targets', run.targets.join(' ')))),
    element('div.buttons',
      element('a.button', { href: graphAddress(run.run) }, 'graph'),
      element('a.button', { href: packageAddress(run.run, 'resolve') }, makesImage(run) ? 'image' : 'resolving'),
      !isUnderWay(run.state) && failed > 0 && actionButton('retry', retryText(failed)),
      isUnderWay(run.state) && actionButton('cancel', 'cancel', { class: 'danger' })),
    all > 0 && progressBar(run.jobs),
    all > 0 && stateCounts(run.jobs),
    facts(
      ['ended', all > 0 && `${number(ended(run.jobs))} of ${number(all)} jobs`],
      ['left', isUnderWay(run.state) && run.eta_at && until(run.eta_at)],
      ['done about', run.state === 'building' && !run.eta_at && 'not known yet'],
      ['done about', isUnderWay(run.state) && run.eta_at && [point(run.eta_at), run.earliest_at && run.latest_at
        && [' (', point(run.earliest_at), ' to ', point(run.latest_at), ')']]],
      ['packages an hour', perHour(run)],
      [isUnderWay(run.state) ? 'for' : 'took',
        isUnderWay(run.state) ? since(run.submitted_at) : duration(run.elapsed_s)],
      ['submitted', [point(run.submitted_at), run.submitted_by && ` by ${run.submitted_by}`]],
      ['ended at', point(run.ended_at)]),
    deciding.length > 0 && isUnderWay(run.state) && element('div.deciding',
      element('h2', 'Deciding path ', element('span.faint', 'what the run cannot end before')),
      element('ol.chain', deciding.slice(0, PATH_SHOWN).map((job) =>
        element('li', { 'data-key': job.job }, element('span', { class: `glyph state-${job.state}`, title: job.state },
          glyph(job.state)), ' ', packageLink(run.run, job.cpv),
        job.expected_s && element('span.faint', ` ${duration(job.expected_s)}`))),
      deciding.length > PATH_SHOWN && element('li',
        element('a', { href: graphAddress(run.run) }, `${number(deciding.length - PATH_SHOWN)} more`)))),
    run.failure && failureOfResolving(run),
  ];
}

function perHour(run) {
  if (run.per_hour === undefined && run.per_hour_now === undefined) return null;
  return [run.per_hour_now !== undefined && isUnderWay(run.state) && `${number(run.per_hour_now)} now, `,
    run.per_hour !== undefined && `${number(run.per_hour)} over all`];
}

function failureOfResolving(run) {
  const error = run.resolve_error;
  return element('section.trouble',
    element('h2', runStateWord('failed', run.failure.class)),
    element('p', run.failure.reason, ' ',
      element('a', { href: packageAddress(run.run, 'resolve') },
        makesImage(run) ? 'the log' : 'the log of the resolving')),
    error && [
      facts(['kind', error.kind], ['atom', error.atom], ['packages', error.packages?.join(' ')],
        ['wanted by', error.chain?.join(' ← ')]),
      error.reasons?.length > 0 && element('ul', error.reasons.map((reason) => element('li', reason))),
      error.suggestions?.length > 0 && element('ul', error.suggestions.map(({ file, line }) =>
        element('li', 'in /etc/portage/', file, ': ', element('code', line)))),
      error.message && element('details', element('summary', "Portage's own text"),
        element('pre', error.message)),
    ]);
}

function failureGroup(run, group) {
  const more = group.total - Math.min(group.jobs.length, JOBS_OF_GROUP);
  const query = new URLSearchParams({ state: 'failed', q: group.error });
  return element('article.group', { 'data-test': 'failure-group', 'data-key': `${group.class} ${group.error}` },
    element('div', element('strong', `${number(group.total)} × `), stateWord('failed', group.class)),
    element('a.cause', { href: packageAddress(run, group.jobs[0]?.cpv ?? '') }, group.error),
    element('ul.inline', group.jobs.slice(0, JOBS_OF_GROUP).map((job) =>
      element('li', { 'data-key': job.job }, packageLink(run, job.cpv),
        job.worker && element('span.faint', ` on ${job.worker}`))),
    more > 0 && element('li', element('a', { href: `#/run/${run}?${query}` }, `${number(more)} more`))));
}
