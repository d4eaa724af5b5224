// Reads a package's log piece by piece, and goes on while it grows.

import { path, request } from './api.js';

const RETRY = 3000;
/** An answer without anything new that came at once is no reason to ask again at once. */
const BREATH = 1000;

const pause = (milliseconds, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
});

const seen = (signal) => new Promise((resolve) => {
  if (!document.hidden) resolve();
  else document.addEventListener('visibilitychange', () => resolve(), { once: true, signal });
});

/**
 * Reads until the attempt has ended. `sink` gets `begin()` when a new attempt begins, `text(string)`, `end()` and
 * `trouble(problem or null)`. While nobody sees the page nothing is asked for, and no answer waited for.
 */
export async function readLog(run, cpv, sink, signal) {
  let offset = 0;
  let fence;
  let decoder = new TextDecoder();
  while (!signal.aborted) {
    await seen(signal);
    const askedAt = Date.now();
    const hidden = new AbortController();
    const answered = new AbortController();
    document.addEventListener('visibilitychange', () => hidden.abort(), { signal: answered.signal });
    let response;
    let bytes;
    try {
      response = await request(path('runs', run, 'log', { package: cpv, offset, follow: 1 }),
        { signal: AbortSignal.any([signal, hidden.signal]) });
      bytes = await response.arrayBuffer();
    } catch (problem) {
      if (signal.aborted) return;
      if (hidden.signal.aborted) continue;
      sink.trouble(problem);
      await pause(RETRY, signal);
      continue;
    } finally {
      answered.abort();
    }
    sink.trouble(null);
    const newFence = response.headers.get('Binfarm-Fence');
    if (fence !== newFence) {
      const isBeginning = offset === 0;
      fence = newFence;
      offset = 0;
      decoder = new TextDecoder();
      sink.begin();
      if (!isBeginning) continue;
    }
    offset += bytes.byteLength;
    if (bytes.byteLength > 0) sink.text(decoder.decode(bytes, { stream: true }));
    if (response.headers.get('Binfarm-Complete') === 'true') {
      sink.end();
      return;
    }
    if (bytes.byteLength === 0 && Date.now() - askedAt < BREATH) await pause(BREATH, signal);
  }
}
