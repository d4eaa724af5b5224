// The lines of a log that are kept: its beginning, the place of the first error and its end. However long it is, the
// memory that it takes is bounded.

import { plain, settled } from './ansi.js';

const HEAD = 20_000;
const TAIL = 60_000;
const AROUND_ERROR = 1000;
/** Lines longer than this are cut: nobody reads them here. */
const LONGEST = 8192;

/** The coordinator has trimmed the line; blanks and tabs may differ. */
const normal = (text) => plain(text).replace(/\s+/g, ' ').trim();

export class LogLines {
  #head = [];
  #around = [];
  #tail = [];
  #rest = '';
  #dropped = { before: 0, after: 0 };
  #errorText = '';

  /** Number of the line that is the first error, from 1; 0 when there is none yet. */
  errorNumber = 0;
  /** Lines so far, kept or not. */
  total = 0;
  longest = 0;

  /** What the first error line says; it is looked for in what is there and what comes. */
  lookFor(text) {
    this.#errorText = normal(text ?? '');
    this.errorNumber = 0;
    if (!this.#errorText) return;
    for (const line of this) this.#compare(line);
  }

  add(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop();
    for (const line of lines) this.#append(line);
    if (this.#rest.length > LONGEST * 16) this.end();
    if (this.#tail.length > TAIL * 1.25) this.#trim();
  }

  /** The last line may have no end. */
  end() {
    if (this.#rest) this.#append(this.#rest);
    this.#rest = '';
  }

  #append(raw) {
    this.total += 1;
    const text = settled(raw);
    const line = { number: this.total, text: text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text };
    this.longest = Math.max(this.longest, plain(line.text).length);
    (this.#head.length < HEAD ? this.#head : this.#tail).push(line);
    this.#compare(line);
  }

  #compare(line) {
    if (this.errorNumber || !this.#errorText || !line.number) return;
    if (normal(line.text).includes(this.#errorText)) this.errorNumber = line.number;
  }

  #trim() {
    const gone = this.#tail.splice(0, this.#tail.length - TAIL);
    for (const line of gone) {
      if (this.errorNumber && Math.abs(line.number - this.errorNumber) <= AROUND_ERROR) this.#around.push(line);
      else this.#dropped[this.#around.length > 0 ? 'after' : 'before'] += 1;
    }
  }

  #gap(count) {
    return { number: 0, text: `… ${count.toLocaleString('en-GB')} lines are left out here; the raw log has them …` };
  }

  /** Parts in their order; a gap is a line of its own. */
  get #parts() {
    const { before, after } = this.#dropped;
    return [this.#head, before ? [this.#gap(before)] : [], this.#around, after ? [this.#gap(after)] : [], this.#tail];
  }

  /** How many lines are not kept. */
  get dropped() { return this.#dropped.before + this.#dropped.after; }

  get length() { return this.#parts.reduce((sum, part) => sum + part.length, 0); }

  at(place) {
    let left = place;
    for (const part of this.#parts) {
      if (left < part.length) return part[left];
      left -= part.length;
    }
    return undefined;
  }

  *[Symbol.iterator]() {
    for (const part of this.#parts) yield* part;
  }

  placeOf(number) {
    let place = 0;
    for (const line of this) {
      if (line.number === number) return place;
      place += 1;
    }
    return -1;
  }
}
