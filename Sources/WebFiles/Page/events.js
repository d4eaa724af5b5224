// The stream of events, and whether what is shown can be believed: live, reconnecting or stale.

import { setServerTime } from './clock.js';

/** A beat comes every 10 s: after so long without anything the page is stale. */
const SILENCE = 25_000;
/** A page that nobody sees gives its connection back after so long: browsers have six for each host. */
const HIDDEN = 15_000;
/** Events are handed on in batches: thousands may come in a second. */
const BATCH = 100;
const RETRIES = [1000, 2000, 5000, 10_000];

const eventListeners = new Set();
const stateListeners = new Set();
let source = null;
let batch = [];
let batchTimer = 0;
let retryTimer = 0;
let hiddenTimer = 0;
let retries = 0;
let hasBeenLive = false;
let triedAt = 0;

/** `state`: connecting, live, reconnecting, stale or resting; `seenAt`: when something came last. */
export const connection = { state: 'connecting', seenAt: Date.now() };

/**
 * Calls back with arrays of events; one of kind `missed` means: load everything anew; the first of all is `opened`:
 * what happened between a document and it is not told. Returns what ends that.
 */
export function onEvents(listener) {
  eventListeners.add(listener);
  return () => eventListeners.delete(listener);
}

export function onConnection(listener) {
  stateListeners.add(listener);
  return () => stateListeners.delete(listener);
}

export function startEvents() {
  if (!document.hidden) connect();
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hiddenTimer);
    if (document.hidden) hiddenTimer = setTimeout(rest, HIDDEN);
    else if (source) check();
    else connect();
  });
  // Browsers keep pages that were left, connections and all: the seventh load of the page would wait for one.
  addEventListener('pagehide', rest);
  addEventListener('pageshow', (event) => event.persisted && connect());
  setInterval(check, 1000);
}

function connect() {
  clearTimeout(retryTimer);
  source?.close();
  triedAt = Date.now();
  source = new EventSource('/api/v1/events');
  source.onopen = () => {
    retries = 0;
    if (connection.state !== 'live') deliver({ kind: hasBeenLive ? 'missed' : 'opened' });
    hasBeenLive = true;
    seen();
  };
  source.onmessage = (message) => {
    seen();
    deliver(JSON.parse(message.data));
  };
  source.addEventListener('beat', (message) => {
    seen();
    setServerTime(JSON.parse(message.data).now);
  });
  source.onerror = () => {
    if (connection.state === 'live') become('reconnecting');
    if (source?.readyState !== EventSource.CLOSED) return;
    // After an answer that is no stream the browser gives up; the coordinator may only be starting.
    clearTimeout(retryTimer);
    retryTimer = setTimeout(connect, RETRIES[Math.min(retries, RETRIES.length - 1)]);
    retries += 1;
  };
}

function rest() {
  clearTimeout(retryTimer);
  source?.close();
  source = null;
  become('resting');
}

function seen() {
  connection.seenAt = Date.now();
  become('live');
}

/** A connection that is silently gone is not noticed by the browser. */
function check() {
  if (document.hidden || !source || Date.now() - Math.max(connection.seenAt, triedAt) < SILENCE) return;
  become('stale');
  connect();
}

function become(state) {
  if (connection.state === state) return;
  connection.state = state;
  for (const listener of stateListeners) listener();
}

function deliver(event) {
  batch.push(event);
  if (!batchTimer) batchTimer = setTimeout(flush, BATCH);
}

function flush() {
  batchTimer = 0;
  const events = batch;
  batch = [];
  for (const listener of [...eventListeners]) listener(events);
}
