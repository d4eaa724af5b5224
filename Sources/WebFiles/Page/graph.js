// The graph of a run: pan, zoom, search, and what a job needs and who needs it.

import { load, path } from './api.js';
import { element, render } from './element.js';
import { onEvents } from './events.js';
import { count, duration, number, packageAddress } from './format.js';
import { Canvas } from './graphCanvas.js';
import { layOut } from './graphLayout.js';
import { GraphModel } from './graphModel.js';
import { GraphPainter } from './graphPainter.js';
import { Lifetime } from './lifetime.js';
import { notice, packageLink, searchField, setTitle, tool } from './parts.js';
import { keepFresh } from './refresh.js';
import { JOB_STATES, stateWord } from './states.js';

const NAMED = 10;
const LINGER = 500;
/** Milliseconds between two loads of the whole graph, by how many jobs it has. */
const PACE = { small: 10_000, large: 120_000 };
const LARGE = 2000;
const REST = 300_000;

export function mountGraph(main, runText, query) {
  const run = Number(runText);
  const lifetime = new Lifetime();
  const trouble = element('div');
  const search = searchField('search packages', 'Search packages');
  const found = element('span.faint', { role: 'status' });
  const legend = element('div.counts');
  const about = element('div.about', { 'aria-live': 'polite' });
  const surface = element('canvas', { tabindex: 0, 'data-test': 'graph', role: 'application' });
  const zoom = (text, title, action) => tool(text, action, { 'aria-label': title, title });
  const canvas = new Canvas(lifetime, surface);
  main.append(element('div.graph-view', trouble,
    element('div.tools', element('h1', `graph of run ${run}`), search, found,
      element('span.stretch'), zoom('−', 'zoom out', () => canvas.zoom(1 / 1.4)),
      zoom('+', 'zoom in', () => canvas.zoom(1.4)), zoom('whole', 'show the whole graph', () => canvas.fit())),
    legend, element('div.graph-frame', surface), about));
  setTitle(`graph of run ${run}`);

  let model = null;
  let painter = null;
  let chosen = null;
  let marks = null;
  let matches = [];
  let match = -1;
  let legendTimer = 0;
  let hoverTimer = 0;
  /** Events since the request of a graph that has not come yet. */
  let missedWhileLoading = null;

  canvas.onDraw = () => painter?.paint(canvas.view, chosen, marks);

  function showLegend() {
    legendTimer = 0;
    if (chosen) showChosen();
    const counts = model.counts();
    render(legend, JOB_STATES.filter((state) => counts[state]).map((state) =>
      stateWord(state, `${number(counts[state])} ${state}`)), model.deciding.length > 0
      && element('span', element('span.thick', { 'aria-hidden': 'true' }), ' deciding path'));
  }

  function choose(place) {
    if (place === (chosen?.place ?? -1)) return;
    chosen = place < 0 ? null : {
      place, before: model.reach(place, model.dependencies), after: model.reach(place, model.dependents),
    };
    surface.style.cursor = chosen ? 'pointer' : 'grab';
    showChosen();
    canvas.drawSoon();
  }

  const sum = (all) => all.reduce((total, mark) => total + mark, 0);

  function showChosen() {
    if (!chosen) {
      render(about, element('p.faint', model.count === 0 ? 'The run has no plan yet.'
        : `${count(model.count, 'job')}, ${count(model.edgesTotal, 'edge')}`
        + `${model.edgesTotal > model.edgeCount ? `, of which ${number(model.edgeCount)} are drawn` : ''}. What is needed stands on the left. `
        + 'Point at a job, or focus the graph and use the arrow keys; Enter opens it.'));
      return;
    }
    const { place, before, after } = chosen;
    const links = (neighbours) => {
      const all = neighbours.list(place);
      return [all.slice(0, NAMED).map((one) => [' ', packageLink(run, model.names[one])]),
        all.length > NAMED && ` and ${number(all.length - NAMED)} more`];
    };
    render(about,
      element('p', packageLink(run, model.names[place]), ' ', stateWord(model.states[place]),
        model.expected[place] ? ` takes about ${duration(model.expected[place])}` : ''),
      element('p', `needs ${number(model.dependencies.degree(place))} (${number(sum(before))} in all):`,
        links(model.dependencies)),
      element('p', `needed by ${number(model.dependents.degree(place))} (${number(sum(after))} in all):`,
        links(model.dependents)));
  }

  function open(place) {
    if (place >= 0) location.hash = packageAddress(run, model.names[place]);
  }

  function runSearch() {
    if (!model) return;
    const text = search.value.toLowerCase();
    matches = [];
    match = -1;
    marks = text ? new Uint8Array(model.count) : null;
    for (let place = 0; text && place < model.count; place += 1) {
      if (!model.names[place].toLowerCase().includes(text)) continue;
      marks[place] = 1;
      matches.push(place);
    }
    found.textContent = text ? `${count(matches.length, 'job')}, Enter goes there` : '';
    choose(-1);
    canvas.drawSoon();
  }

  function nextMatch(step) {
    if (matches.length === 0) return;
    match = (match + step + matches.length) % matches.length;
    found.textContent = `${number(match + 1)} of ${number(matches.length)}`;
    choose(matches[match]);
    canvas.show(matches[match]);
  }

  /** The job next to the chosen one: what it needs, who needs it, or the neighbours in its layer. */
  function neighbour(key) {
    if (!chosen) return model.deciding[0] ?? 0;
    const { place } = chosen;
    const { x, y } = painter.layout;
    if (key === 'ArrowLeft') return model.dependencies.list(place)[0] ?? place;
    if (key === 'ArrowRight') return model.dependents.list(place)[0] ?? place;
    const isDown = key === 'ArrowDown';
    let best = place;
    for (let other = 0; other < model.count; other += 1) {
      if (x[other] !== x[place] || other === place || (y[other] > y[place]) !== isDown) continue;
      if (best === place || Math.abs(y[other] - y[place]) < Math.abs(y[best] - y[place])) best = other;
    }
    return best;
  }

  lifetime.listen(surface, 'keydown', (event) => {
    if (!model || model.count === 0) return;
    if (event.key.startsWith('Arrow') && !event.shiftKey) {
      event.preventDefault();
      choose(neighbour(event.key));
      canvas.show(chosen.place);
    } else if (event.key === 'Enter' && chosen) open(chosen.place);
    else if (event.key === 'Escape') choose(-1);
  });
  lifetime.listen(search, 'input', runSearch);
  lifetime.listen(search, 'keydown', (event) => {
    if (event.key === 'Enter') nextMatch(event.shiftKey ? -1 : 1);
  });
  canvas.onHover = (place) => {
    clearTimeout(hoverTimer);
    if (place >= 0 && place !== null) choose(place);
    // What is said of a job stays while the pointer goes there.
    else if (place !== null) hoverTimer = setTimeout(() => choose(-1), LINGER);
  };
  // A finger cannot point: the first touch chooses, the second opens.
  canvas.onPress = (place, isTouch) => (isTouch && place !== chosen?.place ? choose(place) : open(place));

  async function loadGraph(signal) {
    missedWhileLoading = [];
    try {
      const fresh = new GraphModel(await load(path('runs', run, 'graph'), signal));
      for (const event of missedWhileLoading) fresh.apply(event);
      take(fresh);
    } finally {
      missedWhileLoading = null;
    }
  }

  function take(fresh) {
    const isKnown = model && model.count === fresh.count && model.edgeCount === fresh.edgeCount;
    const layout = isKnown ? painter.layout : layOut(fresh, canvas.aspect);
    const isFirst = !model;
    model = fresh;
    painter = new GraphPainter(surface, model, layout);
    surface.setAttribute('aria-label', `Graph of ${count(model.count, 'job')}; arrow keys go from job to job`);
    canvas.setLayout(layout, !isKnown);
    showLegend();
    if (isFirst) {
      const asked = model.placeOf.get(Number(query.get('job') ?? NaN));
      if (asked !== undefined) {
        choose(asked);
        canvas.show(asked);
      }
    }
    showChosen();
    canvas.drawSoon();
  }

  lifetime.add(onEvents((events) => {
    const ours = events.filter((event) => event.run === run);
    missedWhileLoading?.push(...ours);
    if (!model || ours.filter((event) => model.apply(event)).length === 0) return;
    canvas.drawSoon();
    legendTimer ||= setTimeout(showLegend, LINGER);
  }));
  lifetime.add(() => {
    clearTimeout(legendTimer);
    clearTimeout(hoverTimer);
  });
  lifetime.listen(matchMedia('(prefers-color-scheme: dark)'), 'change', () => {
    painter?.readColours();
    canvas.drawSoon();
  });
  // That a job has become ready, and what the deciding path is now, no event tells.
  keepFresh(lifetime, loadGraph, {
    concerns: (event) => event.run === run, pace: () => (model?.count > LARGE ? PACE.large : PACE.small), rest: REST,
    report: (problem) => render(trouble, notice(problem)),
  })();
  return () => lifetime.end();
}
