// All jobs of a run: which of them are shown, and in which order. 30,000 are filtered in a few milliseconds.

import { now } from './clock.js';
import { causeOf } from './parts.js';

/** How a column is sorted; what is not known comes last. */
const KEYS = {
  job: (row) => row.job,
  package: (row) => row.cpv,
  state: (row, rank) => rank[row.state],
  worker: (row) => row.worker,
  took: (row) => tookOf(row),
  expected: (row) => row.expected_s,
  attempts: (row) => row.attempts,
  why: (row) => whyOf(row) || null,
};

export const isColumn = (name) => Object.hasOwn(KEYS, name);

/** Seconds that it took, or takes until now. */
export function tookOf(row) {
  if (row.started === null) return null;
  if (row.ended !== null) return row.ended - row.started;
  return row.state === 'leased' || row.state === 'publishing' ? now() / 1000 - row.started : null;
}

/** Why it failed, or why it is built, cached or skipped. */
export function whyOf(row) {
  if (row.failure) return row.error ? `${row.failure}: ${row.error}` : row.failure;
  return (row.state === 'waiting' || row.state === 'ready' ? row.waits_because : null) ?? row.reason ?? '';
}

export class JobRows {
  /** In the order of the plan. */
  all = [];
  #byJob = new Map();
  /** The number of the last event that the rows know of. */
  #known = 0;
  #rank;

  constructor(states) {
    this.#rank = Object.fromEntries(states.map((state, place) => [state, place]));
  }

  /** Takes over a `table` document. */
  load({ columns, rows, last_event: last }) {
    this.#known = last;
    this.all = rows.map((values) => {
      const row = {};
      for (let place = 0; place < columns.length; place += 1) row[columns[place]] = values[place];
      return seal(row);
    });
    this.#byJob = new Map(this.all.map((row) => [row.job, row]));
  }

  /** True when an event changed a row. */
  apply(event) {
    const row = this.#byJob.get(event.job);
    if (!row || event.number <= this.#known) return false;
    const at = Date.parse(event.at) / 1000;
    switch (event.kind) {
      case 'job-started':
        // Rows that came later than the table's head may know of it.
        if (row.started === null || row.ended !== null || Math.abs(row.started - at) > 1) row.attempts += 1;
        Object.assign(row, { state: event.state ?? 'leased', started: at, ended: null, failure: null, error: null });
        break;
      case 'job-ended':
        row.state = event.state;
        if (row.started !== null) row.ended = at;
        row.failure = event.failure?.class ?? null;
        row.error = causeOf(event.failure) || null;
        break;
      case 'attempt-ended':
        Object.assign(row, { state: event.state ?? 'waiting', started: null, ended: null });
        break;
      default:
        return false;
    }
    if (event.worker) row.worker = event.worker;
    seal(row);
    return true;
  }

  /** A number for each state. */
  counts() {
    const counts = {};
    for (const row of this.all) counts[row.state] = (counts[row.state] ?? 0) + 1;
    return counts;
  }

  /** All rows by a column; equal ones stay in the order of the plan. */
  sorted(column, isDescending) {
    const direction = isDescending ? -1 : 1;
    const keys = this.all.map((row) => KEYS[column](row, this.#rank) ?? null);
    const order = keys.map((_, place) => place);
    order.sort((a, b) => {
      const [left, right] = [keys[a], keys[b]];
      if (left === right) return a - b;
      if (left === null) return 1;
      if (right === null) return -1;
      return left < right ? -direction : direction;
    });
    return order.map((place) => this.all[place]);
  }
}

/** Those of `rows` in one of the states (all when there is none) that contain the text. */
export function filtered(rows, states, text) {
  const wanted = text.toLowerCase();
  if (states.size === 0 && !wanted) return rows;
  return rows.filter((row) => (states.size === 0 || states.has(row.state)) && row.haystack.includes(wanted));
}

let versions = 0;

/** What is computed of a row once for each of its changes. */
function seal(row) {
  versions += 1;
  row.version = versions;
  row.haystack = `${row.cpv}\n${row.worker ?? ''}\n${row.reason ?? ''}\n${row.waits_because ?? ''}\n${row.failure ?? ''}\n${row.error ?? ''}`
    .toLowerCase();
  return row;
}
