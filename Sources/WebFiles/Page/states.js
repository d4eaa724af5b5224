// States and what they look like: a glyph and a word, and a colour by the class `state-…` (style.css).

import { element } from './element.js';
import { number } from './format.js';

/** The most urgent first. */
export const JOB_STATES = [
  'failed', 'leased', 'publishing', 'ready', 'waiting', 'published', 'cached', 'skipped', 'cancelled',
];

/** As they follow each other in a bar of progress. */
const BAR_ORDER = [
  'published', 'cached', 'failed', 'skipped', 'cancelled', 'publishing', 'leased', 'ready', 'waiting',
];

const ENDED = new Set(['published', 'cached', 'failed', 'skipped', 'cancelled']);

const GLYPHS = {
  waiting: '·', ready: '○', leased: '▸', publishing: '↑', published: '✓', cached: '=', failed: '✗', skipped: '↷',
  cancelled: '⊘', resolving: '?', building: '▸', succeeded: '✓', running: '▸', lost: '!', released: '↩',
  connected: '●', away: '○', draining: '‖', drained: '‖', 'set aside': '!', unknown: '¿',
};

/** What the state of a job or of a worker means, for who does not know the words. */
const MEANINGS = {
  waiting: 'it waits for packages that it needs', ready: 'it waits only for a worker', leased: 'a worker builds it',
  publishing: 'it is built, and is being checked and published', published: 'it was built and is in the binhost',
  cached: 'the binhost had it already', failed: 'its build failed', skipped: 'something that it needs failed',
  cancelled: 'a person ended it', lost: 'its worker was not heard of any more', released: 'its worker gave it back',
  away: 'not heard of for a whole lease', draining: 'it finishes what it has and takes nothing new',
  drained: 'a person wants it to take nothing', 'set aside': 'the farm does not trust it for now',
};

export const glyph = (state) => GLYPHS[state] ?? GLYPHS.unknown;

/** Whether a run in this state goes on. */
export const isUnderWay = (runState) => runState === 'resolving' || runState === 'building';

/** Whether a job in this state is worked on. */
export const isLive = (jobState) => jobState === 'leased' || jobState === 'publishing';

export const isEnd = (jobState) => ENDED.has(jobState);

export function stateWord(state, text = state) {
  return marked(state, text, { title: MEANINGS[state] });
}

/** Whether the run makes an image of its farm, and no packages (ImageRecipe.swift). */
export const makesImage = (run) => run.targets.length === 1 && run.targets[0] === '(image)';

/** Of a run, or of its resolving. */
export const runStateWord = (state, text = state) => marked(state, text, {});

const marked = (state, text, attributes) =>
  element('span', { class: `state state-${state.replace(' ', '-')}`, ...attributes },
    element('span.glyph', { 'aria-hidden': 'true' }, glyph(state)), text);

/** What a worker is, the most important first. */
export function workerState(worker) {
  if (!worker.connected) return 'away';
  if (worker.draining) return worker.running.length > 0 ? 'draining' : 'drained';
  return worker.set_aside ? 'set aside' : 'connected';
}

export const total = (jobs) => Object.values(jobs ?? {}).reduce((sum, value) => sum + value, 0);
export const ended = (jobs) => [...ENDED].reduce((sum, state) => sum + (jobs?.[state] ?? 0), 0);

/** A bar of a run's jobs, a segment for each state. */
export function progressBar(jobs) {
  const present = BAR_ORDER.filter((state) => jobs?.[state]);
  const all = total(jobs);
  const label = `${number(ended(jobs))} of ${number(all)} jobs have ended`;
  return element('div.segments', { role: 'img', 'aria-label': label },
    present.map((state) => element('span', {
      class: `fill-${state}`, 'data-key': state, style: { 'flex-grow': jobs[state] }, title: `${jobs[state]} ${state}`,
    })));
}

/** `✓ 12 published  ✗ 1 failed`: the states in which there are jobs. */
export function stateCounts(jobs) {
  return element('p.counts',
    BAR_ORDER.filter((state) => jobs?.[state]).map((state) => stateWord(state, `${number(jobs[state])} ${state}`)));
}
