// A run's graph by places in the document: who needs whom, in typed arrays, as it may have 30,000 jobs.

export class GraphModel {
  /** @param document the `graph` document */
  constructor({ jobs, edges, edges_total: edgesTotal, deciding_path: decidingPath = [] }) {
    this.count = jobs.length;
    this.jobs = Int32Array.from(jobs, (job) => job[0]);
    this.names = jobs.map((job) => job[1]);
    this.states = jobs.map((job) => job[2]);
    this.expected = jobs.map((job) => job[3]);
    this.placeOf = new Map(jobs.map((job, place) => [job[0], place]));
    const pairs = edges.map(([dependent, dependency]) => [this.placeOf.get(dependent), this.placeOf.get(dependency)])
      .filter(([dependent, dependency]) => dependent !== undefined && dependency !== undefined);
    this.edgeCount = pairs.length;
    this.edgesTotal = edgesTotal ?? edges.length;
    this.dependencies = new Neighbours(this.count, pairs, 0, 1);
    this.dependents = new Neighbours(this.count, pairs, 1, 0);
    this.deciding = decidingPath.map((job) => this.placeOf.get(job)).filter((place) => place !== undefined);
    this.isDeciding = new Uint8Array(this.count);
    for (const place of this.deciding) this.isDeciding[place] = 1;
    this.levels = this.#levelled();
  }

  /** True when the event changed a job's state. */
  apply(event) {
    const place = this.placeOf.get(event.job);
    if (place === undefined) return false;
    const states = { 'job-started': 'leased', 'job-ended': event.state, 'attempt-ended': 'waiting' };
    const state = states[event.kind] && (event.state ?? states[event.kind]);
    if (!state || state === this.states[place]) return false;
    this.states[place] = state;
    return true;
  }

  counts() {
    const counts = {};
    for (const state of this.states) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  /** Everything that a job needs, or that needs it, directly or not: a mark for each place. */
  reach(from, neighbours) {
    const marks = new Uint8Array(this.count);
    const open = [from];
    while (open.length > 0) {
      neighbours.each(open.pop(), (next) => {
        if (marks[next]) return;
        marks[next] = 1;
        open.push(next);
      });
    }
    return marks;
  }

  /** The longest path to each job; those that more jobs need than they need themselves stand close to these. */
  #levelled() {
    const levels = new Int32Array(this.count);
    const open = new Int32Array(this.count);
    const order = [];
    for (let place = 0; place < this.count; place += 1) {
      open[place] = this.dependencies.degree(place);
      if (open[place] === 0) order.push(place);
    }
    for (let next = 0; next < order.length; next += 1) {
      const place = order[next];
      this.dependents.each(place, (dependent) => {
        levels[dependent] = Math.max(levels[dependent], levels[place] + 1);
        open[dependent] -= 1;
        if (open[dependent] === 0) order.push(dependent);
      });
    }
    for (const place of order.reverse()) {
      const needed = this.dependents.degree(place);
      if (needed === 0 || needed < this.dependencies.degree(place)) continue;
      let latest = Infinity;
      this.dependents.each(place, (dependent) => { latest = Math.min(latest, levels[dependent] - 1); });
      levels[place] = Math.max(levels[place], latest);
    }
    return levels;
  }
}

/** For each place a list of places. */
class Neighbours {
  #starts;
  #targets;

  constructor(count, pairs, from, to) {
    this.#starts = new Int32Array(count + 1);
    for (const pair of pairs) this.#starts[pair[from] + 1] += 1;
    for (let place = 0; place < count; place += 1) this.#starts[place + 1] += this.#starts[place];
    const next = this.#starts.slice();
    this.#targets = new Int32Array(pairs.length);
    for (const pair of pairs) {
      this.#targets[next[pair[from]]] = pair[to];
      next[pair[from]] += 1;
    }
  }

  degree(place) { return this.#starts[place + 1] - this.#starts[place]; }

  each(place, visit) {
    for (let at = this.#starts[place]; at < this.#starts[place + 1]; at += 1) visit(this.#targets[at]);
  }

  list(place) { return [...this.#targets.subarray(this.#starts[place], this.#starts[place + 1])]; }
}
