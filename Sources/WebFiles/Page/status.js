// The farm's status: one document that the header and several views look at.

import { load, path } from './api.js';
import { setServerTime } from './clock.js';
import { Lifetime } from './lifetime.js';
import { keepFresh } from './refresh.js';

const RUNS = 20;
const listeners = new Set();
let latest = null;
let problem = null;
let refresh = null;

/** Calls back with `(status, problem)` now, when something is known, and whenever that changes. */
export function onStatus(listener) {
  listeners.add(listener);
  if (latest || problem) listener(latest, problem);
  refresh?.();
  return () => listeners.delete(listener);
}

export function startStatus() {
  refresh = keepFresh(new Lifetime(), async (signal) => {
    latest = await load(path('status', { runs: RUNS }), signal);
    setServerTime(latest.now);
  }, {
    // The header alone needs it less often.
    concerns: () => listeners.size > 1,
    report: (error) => {
      problem = error;
      for (const listener of [...listeners]) listener(latest, problem);
    },
  });
  refresh();
}

/** After an action. */
export const refreshStatus = () => refresh();
