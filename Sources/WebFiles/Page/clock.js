// The coordinator's time, and the one timer by which what is shown of times goes on.

import { element } from './element.js';
import { duration, moment } from './format.js';

let skew = 0;

/** What the coordinator said the time is. */
export function setServerTime(at) {
  const parsed = Date.parse(at);
  if (Number.isFinite(parsed)) skew = parsed - Date.now();
}

/** Milliseconds since 1970 by the coordinator's clock. */
export const now = () => Date.now() + skew;

const texts = {
  since: (at) => duration((now() - at) / 1000),
  until: (at) => (at > now() ? duration((at - now()) / 1000) : 'any moment'),
};

/** How long ago, going on. */
export const since = (at) => ticking('since', at);

/** How long until then, going on. */
export const until = (at) => ticking('until', at);

function ticking(kind, at) {
  if (!at) return null;
  const milliseconds = typeof at === 'number' ? at : Date.parse(at);
  return element('time', { 'data-tick': kind, 'data-at': milliseconds, title: new Date(milliseconds).toISOString() },
    texts[kind](milliseconds));
}

/** A time of day; its UTC form is the title. */
export function point(at) {
  if (!at) return null;
  return element('time', { datetime: at, title: at }, moment(at, now()));
}

/** The share of `expected` seconds that is over since `at`, going on; never quite full. */
export function shareBar(at, expected) {
  const bar = element('span.share', { 'data-tick': 'share', 'data-at': Date.parse(at), 'data-of': expected });
  advance(bar);
  return bar;
}

function advance(bar) {
  const share = Math.min(0.99, Math.max(0, (now() - bar.dataset.at) / 1000 / bar.dataset.of));
  bar.style.setProperty('--share', `${(share * 100).toFixed(1)}%`);
}

/** Begins the timer for everything below `root`. */
export function startTicking(root) {
  setInterval(() => {
    if (document.hidden) return;
    for (const node of root.querySelectorAll('[data-tick]')) {
      if (node.dataset.tick === 'share') advance(node);
      else {
        const text = texts[node.dataset.tick](Number(node.dataset.at));
        if (node.textContent !== text) node.textContent = text;
      }
    }
  }, 1000);
}
