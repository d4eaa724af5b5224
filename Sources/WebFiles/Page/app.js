// The page's entry: which view is shown, the header and the banners.

import { clockTime, graphAddress, packageAddress, runAddress, workerAddress } from './format.js';
import { startTicking } from './clock.js';
import { element, render } from './element.js';
import { connection, onConnection, startEvents } from './events.js';
import { setUpOperator } from './operator.js';
import { notice, setTitle } from './parts.js';
import { onStatus, startStatus } from './status.js';
import { mountGraph } from './graph.js';
import { mountOverview } from './overview.js';
import { mountPackage } from './package.js';
import { mountRun } from './run.js';
import { mountWorker } from './worker.js';

const main = document.getElementById('main');
const overviewCrumb = ['overview', '#/'];
const runCrumb = (run) => [`run ${run}`, runAddress(run)];

/** Each: a pattern of the hash's path, the view, and the way there. */
const ROUTES = [
  [/^\/?$/, mountOverview, () => [overviewCrumb]],
  [/^\/run\/(\d+)$/, mountRun, (run) => [overviewCrumb, runCrumb(run)]],
  [/^\/run\/(\d+)\/graph$/, mountGraph, (run) => [overviewCrumb, runCrumb(run), ['graph', graphAddress(run)]]],
  [/^\/run\/(\d+)\/package\/(.+)$/, mountPackage,
    (run, cpv) => [overviewCrumb, runCrumb(run), [cpv, packageAddress(run, cpv)]]],
  [/^\/worker\/(.+)$/, mountWorker, (name) => [overviewCrumb, [`worker ${name}`, workerAddress(name)]]],
];

let unmount = () => {};
/** A view itself follows what changes behind its path, such as the filters of a table. */
let pathShown = null;

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function show() {
  const [pathText, query = ''] = location.hash.slice(1).split('?', 2);
  if (pathText === pathShown) return;
  const isFirst = pathShown === null;
  pathShown = pathText;
  unmount();
  unmount = () => {};
  for (const [pattern, mount, crumbs] of ROUTES) {
    const found = pattern.exec(pathText);
    if (!found) continue;
    const values = found.slice(1).map(decoded);
    showCrumbs(crumbs(...values));
    main.replaceChildren();
    unmount = mount(main, ...values, new URLSearchParams(query));
    settle(isFirst);
    return;
  }
  showCrumbs([overviewCrumb]);
  setTitle('not found');
  main.replaceChildren(notice({ message: 'There is no such view', remedy: 'The name above leads to the overview.' }));
}

/** The focus goes to the new view; the place is the one where the reader was in it, or its top. */
function settle(isFirst) {
  if (!isFirst) main.focus({ preventScroll: true });
  const place = history.state?.place ?? 0;
  const until = Date.now() + 2000;
  const restore = () => {
    window.scrollTo(0, place);
    if (window.scrollY < place - 1 && Date.now() < until) requestAnimationFrame(restore);
  };
  restore();
}

let placeTimer = 0;

/** Remembers in the history where a view was scrolled to. */
function rememberPlace() {
  clearTimeout(placeTimer);
  const hash = location.hash;
  placeTimer = setTimeout(() => {
    if (location.hash === hash) history.replaceState({ ...history.state, place: window.scrollY }, '');
  }, 150);
}

function showCrumbs(crumbs) {
  render(document.getElementById('crumbs'), crumbs.map(([text, href], place) => [
    place > 0 && element('span.faint', { 'aria-hidden': 'true' }, '›'),
    element('a', { href, 'aria-current': place === crumbs.length - 1 && 'page' }, text),
  ]));
}

const banners = { stale: null, paused: null };

function showBanners() {
  render(document.getElementById('banners'), Object.values(banners));
}

const CONNECTION = {
  connecting: ['○', 'connecting'], live: ['●', 'live'], reconnecting: ['◌', 'reconnecting'],
  stale: ['!', 'stale'], resting: ['○', 'resting'],
};

function showConnection() {
  const { state, seenAt } = connection;
  const [sign, word] = CONNECTION[state];
  const at = clockTime(seenAt);
  render(document.getElementById('connection'), element('span', { 'aria-hidden': 'true' }, sign), ' ',
    state === 'stale' ? `stale since ${at}` : word);
  document.body.dataset.connection = state;
  banners.stale = state === 'stale' && element('p.banner.banner-stale', { 'data-test': 'stale' },
    `What is shown is of ${at}: the coordinator has said nothing since. It is shown anew when it is there again.`);
  showBanners();
}

function showPaused(status) {
  banners.paused = status?.paused && element('p.banner.banner-paused',
    element('strong', 'paused: '), status.paused);
  showBanners();
}

history.scrollRestoration = 'manual';
onConnection(showConnection);
onStatus(showPaused);
showConnection();
setUpOperator(document.getElementById('operator'));
addEventListener('hashchange', show);
addEventListener('scroll', rememberPlace, { passive: true });
show();
startStatus();
startEvents();
startTicking(main);
