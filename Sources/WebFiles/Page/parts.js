// Small pieces that several views share.

import { element } from './element.js';
import { count, duration, packageAddress, size, workerAddress } from './format.js';
import { shareBar, since } from './clock.js';
import { isLive } from './states.js';

/** What went wrong and what to do about it. */
export function notice(problem) {
  if (!problem) return null;
  return element('p.notice', { role: 'alert' },
    element('strong', `${problem.message}. `), problem.remedy ?? '');
}

export function packageLink(run, cpv, attributes = {}) {
  return element('a.package', { href: packageAddress(run, cpv), ...attributes }, cpv);
}

export function workerLink(name) {
  return name ? element('a', { href: workerAddress(name) }, name) : null;
}

/** Failures whose first error line in the log only follows from the cause. */
const NOT_TOLD_BY_LOG = new Set([
  'worker-lost', 'transfer-failed', 'out-of-memory', 'out-of-disk', 'timed-out', 'cancelled', 'refused',
]);

/** The line that names a failure's cause: the log's first error line, or the reason where that tells more. */
export function causeOf(failure) {
  const line = NOT_TOLD_BY_LOG.has(failure?.class) ? null : failure?.first_error_line;
  return line ?? failure?.reason ?? '';
}

/** One failed job: the package, where, and its cause as a link to its log. */
export function failedJob(run, job) {
  return element('li', { 'data-key': `${run}/${job.job}` },
    element('div', packageLink(run, job.cpv), ' ', element('span.faint',
      job.failure?.class, job.worker && ` on ${job.worker}`)),
    element('a.cause', { href: packageAddress(run, job.cpv) }, causeOf(job.failure)));
}

/** How far a build is: `building  3 min 05 s of ~10 min 00 s`. */
export function buildProgress(job) {
  if (!isLive(job.state)) return job.elapsed_s === undefined ? null : `after ${duration(job.elapsed_s)}`;
  return [
    element('span.phase', job.phase ?? (job.state === 'publishing' ? 'publishing' : 'beginning')), ' ',
    job.expected_s && job.started_at ? shareBar(job.started_at, job.expected_s) : element('span'), ' ',
    element('span', job.started_at ? since(job.started_at) : null,
      job.expected_s ? ` of ~${duration(job.expected_s)}` : ''),
  ];
}

/** What a build uses now: `1.9 cores busy, 512 MiB of memory, 1.2 GiB of disk`; null while nobody has measured. */
export function usesNow(job) {
  const now = job.uses_now;
  if (!now || !isLive(job.state)) return null;
  const parts = [
    now.cores_busy !== undefined && `${now.cores_busy.toFixed(1)} cores busy`,
    now.memory_bytes > 0 && `${size(now.memory_bytes)} of memory`,
    now.disk_bytes > 0 && `${size(now.disk_bytes)} of disk`,
  ].filter(Boolean);
  return parts.length > 0 ? element('span.faint.uses', parts.join(', ')) : null;
}

/** `2 of 2 slots, 1 trial`: beside a trial install, which waits more than it works, another build may begin. */
export function slotsOf(worker) {
  const trials = worker.running.filter((job) => job.phase === 'trial').length;
  const building = worker.running.length - trials;
  return `${building} of ${count(worker.slots, 'slot')}${trials > 0 ? `, ${count(trials, 'trial')}` : ''}`;
}

/** Pairs of a term and what it is; those without a value are left out. */
export function facts(...pairs) {
  const isKnown = (value) => value !== undefined && value !== null && value !== '' && value !== false;
  return element('dl.facts', pairs.filter(([, value]) => isKnown(value)).map(([term, value]) =>
    element('div', { 'data-key': term }, element('dt', term), element('dd', value))));
}

/** A table with heads `name` or `name:class of the column`; `cells` of a row may be nodes or text. */
export function table(caption, columns, rows) {
  const heads = columns.map((column) => column.split(':'));
  return element('div.scroller', element('table',
    element('caption.unseen', caption),
    element('thead', element('tr', heads.map(([text, style]) =>
      element('th', { scope: 'col', class: style }, text)))),
    element('tbody', rows.map(({ key, cells, ...attributes }) => element('tr', { 'data-key': key, ...attributes },
      cells.map((cell, place) => element('td', { class: heads[place][1] }, cell)))))));
}

export function searchField(placeholder, label, attributes = {}) {
  return element('input', {
    type: 'search', placeholder, 'aria-label': label, autocomplete: 'off', spellcheck: 'false', ...attributes,
  });
}

/** A button of a tool bar, made once. */
export function tool(text, onclick, attributes = {}) {
  return element('button.quiet', { type: 'button', onclick, ...attributes }, text);
}

/** A part of a view that is rendered again and again into the returned `body`. */
export function section(title, attributes = {}) {
  const body = element('div');
  const heading = element('h2', title);
  return { node: element('section', attributes, heading, body), body, heading };
}

/**
 * Calls `actions[NAME]` when something with `data-action="NAME"` in `root` is clicked; not again before the promise
 * that it may return has ended: who clicks twice means it once.
 */
export function onActions(lifetime, root, actions) {
  const underWay = new Set();
  lifetime.listen(root, 'click', async (event) => {
    const source = event.target.closest?.('[data-action]');
    const name = source?.dataset.action;
    if (!actions[name] || underWay.has(name)) return;
    underWay.add(name);
    // Not `disabled`, which would take the focus away. A view that is rendered meanwhile takes it back, hence the set.
    source.setAttribute('aria-disabled', 'true');
    try {
      await actions[name](source);
    } finally {
      underWay.delete(name);
      source.removeAttribute('aria-disabled');
    }
  });
}

export function setTitle(text) {
  document.title = text ? `${text} · binfarm` : 'binfarm';
}
