// The table of a run's jobs: only the rows in sight are in the document, however many there are.

import { load, path } from './api.js';
import { since } from './clock.js';
import { element, render } from './element.js';
import { onEvents } from './events.js';
import { count, duration, number, packageAddress } from './format.js';
import { JobRows, filtered, isColumn, tookOf, whyOf } from './jobRows.js';
import { notice, searchField, workerLink } from './parts.js';
import { keepFresh } from './refresh.js';
import { JOB_STATES, isLive, stateWord } from './states.js';

const COLUMNS = ['job', 'package', 'state', 'worker', 'took', 'expected', 'attempts', 'why'];
const FIRST_ROWS = 200;
/** Rows beyond the ones in sight, on either side. */
const SPARE = 8;
/** Under a stream of events the order changes no more often. */
const SORT_PACE = 1000;
/** Milliseconds between two loads of the whole table, by how many rows it has. */
const PACE = { small: 5000, large: 60_000 };
const LARGE = 2000;
const REST = 300_000;

export function mountJobTable(lifetime, container, run, query) {
  const rows = new JobRows(JOB_STATES);
  const states = new Set();
  const sort = { column: 'job', down: false };
  let ordered = [];
  let shown = [];
  let totalRows = null;
  /** Events since the request of a table that has not come yet: it may be older than they. */
  let missedWhileLoading = null;
  /** Where the reader was in the table before. */
  const place = history.state?.rows ?? 0;
  let isWhole = false;
  let sortTimer = 0;
  let frame = 0;

  const filter = searchField('package, worker, reason or error', 'Filter jobs', { 'data-test': 'filter' });
  const chips = element('div.chips', { role: 'group', 'aria-label': 'States' });
  const counted = element('span.row-count', { role: 'status', 'data-test': 'row-count' });
  const trouble = element('div');
  const head = element('tr');
  const above = element('tr.space', { 'aria-hidden': 'true' });
  const below = element('tr.space', { 'aria-hidden': 'true' });
  const body = element('tbody', { 'data-test': 'job-rows' }, above, below);
  const grid = element('table.jobs', element('caption.unseen', `Jobs of run ${run}`),
    element('colgroup', COLUMNS.map((name) => element('col', { class: `column-${name}` }))),
    element('thead', head), body);
  const scroller = element('div.job-scroller', { tabindex: 0, role: 'region', 'aria-label': 'Jobs' }, grid);
  container.append(trouble, element('div.tools', filter, chips, counted), scroller);

  /** DOM rows by job number: a row keeps its node as long as it is in sight. */
  const nodes = new Map();
  let rowHeight = 28;

  function draw() {
    frame = 0;
    const view = scroller.clientHeight;
    const first = Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - SPARE);
    const last = Math.min(shown.length, Math.ceil((scroller.scrollTop + view) / rowHeight) + SPARE);
    const wanted = shown.slice(first, last);
    const kept = new Set(wanted.map((row) => row.job));
    const free = [];
    for (const [job, node] of nodes) {
      if (kept.has(job)) continue;
      nodes.delete(job);
      free.push(node);
    }
    let cursor = above.nextSibling;
    wanted.forEach((row, place) => {
      let node = nodes.get(row.job);
      if (!node) {
        node = free.pop() ?? element('tr');
        nodes.set(row.job, node);
      }
      if (node === cursor) cursor = cursor.nextSibling;
      else body.insertBefore(node, cursor);
      fill(node, row, first + place);
    });
    for (const node of free) node.remove();
    above.style.height = `${first * rowHeight}px`;
    below.style.height = `${Math.max(0, shown.length - last) * rowHeight}px`;
    const measured = wanted.length > 0 ? nodes.get(wanted[0].job).getBoundingClientRect().height : 0;
    if (measured > 0 && Math.abs(measured - rowHeight) > 0.1) {
      rowHeight = measured;
      drawSoon();
    }
  }

  function drawSoon() {
    if (!frame) frame = requestAnimationFrame(draw);
  }

  function fill(node, row, place) {
    node.setAttribute('aria-rowindex', place + 2);
    if (node.dataset.version === String(row.version)) return;
    node.dataset.version = row.version;
    const why = whyOf(row);
    const took = tookOf(row);
    const texts = [
      row.job, element('a', { href: packageAddress(run, row.cpv), title: row.cpv }, row.cpv), stateWord(row.state),
      workerLink(row.worker), took === null ? '' : isLive(row.state) ? since(row.started * 1000) : duration(took),
      duration(row.expected_s), row.attempts || '', why && element('span', { title: why }, why),
    ];
    render(node, texts.map((text, column) => element('td', { class: `column-${COLUMNS[column]}` }, text)));
  }

  function showHead() {
    render(head, COLUMNS.map((name) => {
      const direction = sort.column === name && (sort.down ? 'descending' : 'ascending');
      return element('th', { scope: 'col', class: `column-${name}`, 'aria-sort': direction },
        element('button', { type: 'button', 'data-sort': name },
          name, direction && element('span', { 'aria-hidden': 'true' }, sort.down ? ' ▾' : ' ▴')));
    }));
  }

  function showChips() {
    const counts = rows.counts();
    const isCounted = rows.all.length === totalRows;
    render(chips, JOB_STATES.filter((state) => counts[state] || states.has(state)).map((state) =>
      element('button', {
        type: 'button', class: 'chip', 'data-key': state, 'data-state': state, 'data-test': `chip-${state}`,
        'aria-pressed': String(states.has(state)),
      }, stateWord(state), isCounted && ` ${number(counts[state] ?? 0)}`)));
  }

  function choose() {
    shown = filtered(ordered, states, filter.value);
    const all = totalRows ?? rows.all.length;
    counted.textContent = shown.length === all ? `${count(all, 'job')}, with the resolving`
      : `${number(shown.length)} of ${number(all)} jobs`;
    grid.setAttribute('aria-rowcount', shown.length + 1);
    draw();
  }

  function order() {
    ordered = rows.sorted(sort.column, sort.down);
    choose();
  }

  function orderSoon() {
    if (sortTimer) return;
    sortTimer = setTimeout(() => {
      sortTimer = 0;
      showChips();
      order();
    }, SORT_PACE);
  }

  function readQuery(given) {
    states.clear();
    for (const state of (given.get('state') ?? '').split(',').filter(Boolean)) states.add(state);
    filter.value = given.get('q') ?? '';
    const text = given.get('sort') ?? '';
    sort.column = isColumn(text.replace(/^-/, '')) ? text.replace(/^-/, '') : 'job';
    sort.down = text.startsWith('-');
  }

  /** A link shows the same. */
  function keepQuery() {
    const text = new URLSearchParams();
    if (states.size > 0) text.set('state', [...states].join(','));
    if (filter.value) text.set('q', filter.value);
    if (sort.column !== 'job' || sort.down) text.set('sort', `${sort.down ? '-' : ''}${sort.column}`);
    history.replaceState(history.state, '', `#/run/${run}${text.size > 0 ? `?${text}` : ''}`);
  }

  function changed() {
    keepQuery();
    scroller.scrollTop = 0;
    choose();
  }

  async function loadRows(signal) {
    missedWhileLoading = [];
    const address = (limits) => path('runs', run, 'table', limits);
    try {
      const first = rows.all.length === 0 && await load(address({ limit: FIRST_ROWS }), signal);
      if (first) take(first);
      if (!first || first.total > first.rows.length) take(await load(address({}), signal));
    } finally {
      missedWhileLoading = null;
    }
  }

  function take(table) {
    rows.load(table);
    for (const event of missedWhileLoading) rows.apply(event);
    totalRows = table.total ?? table.rows.length;
    showChips();
    order();
    if (!isWhole && place > 0) scroller.scrollTop = place;
    isWhole ||= rows.all.length === totalRows;
  }

  let placeTimer = 0;
  lifetime.listen(scroller, 'scroll', () => {
    drawSoon();
    clearTimeout(placeTimer);
    if (!isWhole) return;
    placeTimer = setTimeout(() => history.replaceState({ ...history.state, rows: scroller.scrollTop }, ''), 150);
  }, { passive: true });
  lifetime.listen(filter, 'input', changed);
  lifetime.listen(chips, 'click', (event) => {
    const state = event.target.closest('[data-state]')?.dataset.state;
    if (!state) return;
    if (!states.delete(state)) states.add(state);
    showChips();
    changed();
  });
  lifetime.listen(head, 'click', (event) => {
    const column = event.target.closest('[data-sort]')?.dataset.sort;
    if (!column) return;
    sort.down = sort.column === column && !sort.down;
    sort.column = column;
    keepQuery();
    showHead();
    order();
  });
  lifetime.add(onEvents((events) => {
    const ours = events.filter((event) => event.run === run);
    missedWhileLoading?.push(...ours);
    if (ours.filter((event) => rows.apply(event)).length === 0) return;
    drawSoon();
    orderSoon();
  }));
  lifetime.observeSize(scroller, drawSoon);
  lifetime.add(() => {
    cancelAnimationFrame(frame);
    clearTimeout(sortTimer);
    clearTimeout(placeTimer);
  });
  lifetime.listen(window, 'hashchange', () => {
    readQuery(new URLSearchParams(location.hash.split('?')[1]));
    showHead();
    showChips();
    scroller.scrollTop = 0;
    order();
    container.scrollIntoView();
  });
  readQuery(query);
  showHead();
  // That a job has become ready, or why it waits, no event tells.
  keepFresh(lifetime, loadRows, {
    concerns: (event) => event.run === run, pace: () => (rows.all.length > LARGE ? PACE.large : PACE.small), rest: REST,
    report: (problem) => render(trouble, notice(problem)),
  })();
}
