// Shows a log: a virtual list of lines with search, following and wrapping; the first error line is marked.

import { coloured, plain } from './ansi.js';
import { element, render } from './element.js';
import { count, number } from './format.js';
import { LogLines } from './logLines.js';
import { searchField, tool } from './parts.js';

const SPARE = 20;
const MATCHES = 10_000;
const SEARCH_PAUSE = 80;
const RULER = 20;

export function mountLogView(lifetime, container, rawAddress) {
  let lines = new LogLines();
  let errorText = '';
  let isFollowing = true;
  let isWrapped = false;
  let isAtError = false;
  let matches = [];
  let match = -1;
  let pattern = null;
  let frame = 0;
  let searchTimer = 0;
  /** With wrapping: the row at which each line begins; one more than there are lines. */
  let starts = null;
  let cell = { width: 8, height: 18 };

  const search = searchField('search the log', 'Search the log');
  const found = element('span.faint', { role: 'status' });
  const follow = tool('follow', () => setFollowing(!isFollowing));
  const wrap = tool('wrap', () => setWrapped(!isWrapped), { 'aria-pressed': 'false' });
  const toError = tool('first error', () => showError(), { hidden: true });
  const counted = element('span.faint');
  const slice = element('div.log-slice');
  const space = element('div.log-space', slice);
  const ruler = element('span.log-ruler', { 'aria-hidden': 'true' }, 'x'.repeat(RULER));
  const view = element('div.log', { tabindex: 0, role: 'region', 'aria-label': 'Log', 'data-test': 'log' },
    ruler, space);
  container.append(element('div.tools', search,
    tool('previous', () => step(-1), { title: 'Shift+Enter in the search' }),
    tool('next', () => step(1), { title: 'Enter in the search' }), found,
    element('span.stretch'), toError, follow, wrap,
    element('a', { href: rawAddress, target: '_blank', rel: 'noopener' }, 'raw log'), counted), view);

  function measure() {
    const box = ruler.getBoundingClientRect();
    if (box.width > 0) cell = { width: box.width / RULER, height: box.height };
    if (isWrapped) countRows();
    drawSoon();
  }

  /** Characters in a row, beside the line numbers. */
  const columns = () => Math.max(20, Math.floor((view.clientWidth - cell.width * 10) / cell.width));

  function countRows() {
    const width = columns();
    starts = new Int32Array(lines.length + 1);
    let place = 0;
    for (const line of lines) {
      starts[place + 1] = starts[place] + Math.max(1, Math.ceil(plain(line.text).length / width));
      place += 1;
    }
  }

  const rowOf = (place) => (isWrapped ? starts[place] : place);

  function placeAt(row) {
    if (!isWrapped) return row;
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function draw() {
    frame = 0;
    const length = lines.length;
    space.style.height = `${rowOf(length) * cell.height}px`;
    space.style.minWidth = isWrapped ? '0' : `${(lines.longest + 10) * cell.width}px`;
    if (isFollowing) view.scrollTop = view.scrollHeight;
    const topRow = Math.floor(view.scrollTop / cell.height);
    const first = Math.max(0, Math.min(length - 1, placeAt(topRow)) - SPARE);
    const last = Math.min(length, placeAt(topRow + Math.ceil(view.clientHeight / cell.height)) + SPARE);
    slice.style.transform = `translateY(${rowOf(first) * cell.height}px)`;
    const shown = [];
    for (let place = first; place < last; place += 1) shown.push(lineNode(lines.at(place)));
    render(slice, shown);
    counted.textContent = count(lines.total, 'line');
    toError.hidden = lines.errorNumber === 0;
    follow.setAttribute('aria-pressed', String(isFollowing));
  }

  function drawSoon() {
    if (!frame) frame = requestAnimationFrame(draw);
  }

  function lineNode(line) {
    const isError = line.number > 0 && line.number === lines.errorNumber;
    const isMatch = match >= 0 && matches[match] === line.number;
    const classes = ['line', !line.number && 'gap', isError && 'first-error', isMatch && 'current-match'];
    return element('div', {
      class: classes.filter(Boolean).join(' '), 'data-key': line.number || `gap-${line.text}`,
      'data-number': line.number || '', 'data-test': isError && 'first-error',
    }, coloured(line.text).flatMap(({ text, style }) => marked(text, style)));
  }

  function marked(text, style) {
    const wrapped = (part) => (style ? element('span', { class: style }, part) : part);
    if (!pattern) return [wrapped(text)];
    const parts = [];
    let from = 0;
    for (const one of text.matchAll(pattern)) {
      parts.push(wrapped(text.slice(from, one.index)), element('mark', { class: style }, one[0]));
      from = one.index + one[0].length;
    }
    parts.push(wrapped(text.slice(from)));
    return parts;
  }

  /** Scrolls to a line, a third below the top. */
  function reveal(lineNumber) {
    const place = lines.placeOf(lineNumber);
    if (place < 0) return;
    setFollowing(false);
    if (isWrapped) countRows();
    space.style.height = `${rowOf(lines.length) * cell.height}px`;
    view.scrollTop = Math.max(0, rowOf(place) * cell.height - view.clientHeight / 3);
    view.scrollLeft = 0;
    drawSoon();
  }

  function showError() {
    isAtError = true;
    reveal(lines.errorNumber);
  }

  function setFollowing(value) {
    isFollowing = value;
    drawSoon();
  }

  function setWrapped(value) {
    const place = placeAt(Math.floor(view.scrollTop / cell.height));
    isWrapped = value;
    wrap.setAttribute('aria-pressed', String(value));
    view.classList.toggle('wrapped', value);
    if (value) countRows();
    space.style.height = `${rowOf(lines.length) * cell.height}px`;
    view.scrollTop = rowOf(place) * cell.height;
    drawSoon();
  }

  function runSearch() {
    const text = search.value;
    pattern = text ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi') : null;
    matches = [];
    match = -1;
    if (pattern) {
      const test = new RegExp(pattern.source, 'i');
      for (const line of lines) {
        if (line.number && test.test(plain(line.text))) matches.push(line.number);
        if (matches.length >= MATCHES) break;
      }
    }
  }

  function showMatches() {
    const all = `${number(matches.length)}${matches.length >= MATCHES ? ' or more' : ''}`;
    const place = match < 0 ? `${all} lines` : `${number(match + 1)} of ${all}`;
    found.textContent = !pattern ? '' : matches.length === 0 ? 'not found' : place;
    drawSoon();
  }

  function step(direction) {
    if (matches.length === 0) return;
    match = match < 0 ? nearest(direction) : (match + direction + matches.length) % matches.length;
    reveal(matches[match]);
    showMatches();
  }

  /** The first match from what is in sight on. */
  function nearest(direction) {
    const inSight = lines.at(placeAt(Math.floor(view.scrollTop / cell.height)))?.number ?? 0;
    const place = matches.findIndex((one) => one >= inSight);
    if (direction > 0) return Math.max(0, place);
    return place <= 0 ? matches.length - 1 : place - 1;
  }

  function grown() {
    if (isWrapped) countRows();
    if (!isAtError && isFollowing && lines.errorNumber) showError();
    drawSoon();
  }

  lifetime.listen(search, 'input', () => {
    clearTimeout(searchTimer);
    searchTimer = setTimeout(() => {
      runSearch();
      if (matches.length > 0) step(1);
      else showMatches();
    }, SEARCH_PAUSE);
  });
  lifetime.listen(search, 'keydown', (event) => {
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
  });
  let last = { top: 0, height: 0 };
  lifetime.listen(view, 'scroll', () => {
    const { scrollTop: top, scrollHeight: height } = view;
    // Only the reader scrolls up, but for lines that are left out.
    if (isFollowing && top < last.top - 1 && height >= last.height) isFollowing = false;
    last = { top, height };
    drawSoon();
  }, { passive: true });
  lifetime.observeSize(view, measure);
  lifetime.add(() => {
    cancelAnimationFrame(frame);
    clearTimeout(searchTimer);
  });

  return {
    begin() {
      lines = new LogLines();
      lines.lookFor(errorText);
      isAtError = false;
      isFollowing = true;
      last = { top: 0, height: 0 };
      runSearch();
      grown();
    },
    text(text) {
      const { dropped } = lines;
      const place = placeAt(Math.floor(view.scrollTop / cell.height));
      const read = isFollowing ? null : lines.at(place)?.number;
      lines.add(text);
      grown();
      if (read && lines.dropped > dropped) view.scrollTop = rowOf(Math.max(0, lines.placeOf(read))) * cell.height;
    },
    end() {
      lines.end();
      if (pattern && match < 0) runSearch();
      showMatches();
      grown();
    },
    /** What the failure names as the first error line. */
    lookFor(text) {
      if (text === errorText) return;
      errorText = text;
      lines.lookFor(text);
      grown();
    },
    showError,
  };
}
