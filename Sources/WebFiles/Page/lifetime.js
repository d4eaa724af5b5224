// What a view holds on to while it is shown: everything is released by `end()`.

export class Lifetime {
  #controller = new AbortController();
  #releases = [];

  /** Aborts the view's requests. */
  get signal() { return this.#controller.signal; }
  get hasEnded() { return this.signal.aborted; }

  add(release) { this.#releases.push(release); }

  listen(target, type, handler, options = {}) {
    target.addEventListener(type, handler, { ...options, signal: this.signal });
  }

  /** Calls back with the size of `node` now and whenever it changes. */
  observeSize(node, handler) {
    const observer = new ResizeObserver(() => handler());
    observer.observe(node);
    this.add(() => observer.disconnect());
  }

  end() {
    this.#controller.abort();
    for (const release of this.#releases.splice(0)) release();
  }
}
