// Keeps a document fresh: loaded anew soon after events that concern it, now and then without, never while hidden.

import { onEvents } from './events.js';

const AFTER_EVENT = 2000;
const AFTER_ERROR = 5000;
const WITHOUT_EVENT = 15_000;

/**
 * @param load called with an AbortSignal; one call at a time
 * @param concerns which events make it old; `missed` always does
 * @param report called with what went wrong, or null when it went well
 * @param pace milliseconds to leave between two loads, or what tells them
 * @param rest the same, when nothing has happened
 * @returns a function that loads it now; its promise ends with the first load
 */
export function keepFresh(lifetime, load, { concerns = () => true, report, pace = AFTER_EVENT, rest = WITHOUT_EVENT }) {
  let timer = 0;
  let dueAt = Infinity;
  let loadedAt = 0;
  let isLoading = false;
  let isWanted = false;
  let hasMissed = false;

  const paceNow = () => (typeof pace === 'function' ? pace() : pace);

  async function refresh() {
    clearTimeout(timer);
    dueAt = Infinity;
    if (isLoading) {
      isWanted = true;
      return;
    }
    isLoading = true;
    isWanted = false;
    hasMissed = false;
    let hasFailed = false;
    try {
      await load(lifetime.signal);
      if (!lifetime.hasEnded) report(null);
    } catch (error) {
      hasFailed = true;
      if (!lifetime.hasEnded) report(error);
    }
    isLoading = false;
    loadedAt = Date.now();
    if (hasMissed) schedule(0);
    else schedule(hasFailed ? AFTER_ERROR : isWanted ? paceNow() : rest);
  }

  function schedule(delay) {
    if (lifetime.hasEnded || document.hidden) return;
    const at = Math.max(Date.now(), loadedAt + delay);
    if (at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(refresh, at - Date.now());
  }

  lifetime.add(onEvents((events) => {
    if (events.some(({ kind }) => kind === 'missed')) {
      loadedAt = 0;
      hasMissed = true;
    }
    if (!events.some((event) => event.kind === 'missed' || event.kind === 'opened' || concerns(event))) return;
    if (isLoading) isWanted = true;
    else schedule(paceNow());
  }));
  lifetime.listen(document, 'visibilitychange', () => {
    clearTimeout(timer);
    dueAt = Infinity;
    if (!isLoading) schedule(paceNow());
  });
  lifetime.add(() => clearTimeout(timer));
  return refresh;
}
