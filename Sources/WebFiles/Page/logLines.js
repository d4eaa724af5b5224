// The lines of a log that are kept: its beginning, the place of the first error and its end. However long it or one of
// its lines is, the memory that it takes is bounded.

import { plain, settled } from './ansi.js';

/** The most that is kept of each: lines and characters. */
const HEAD = { lines: 20_000, characters: 4 << 20 };
const TAIL = { lines: 60_000, characters: 12 << 20 };
/** The tail is trimmed when it is so much over: not with each line. */
const SLACK = 1.25;
const AROUND_ERROR = 1000;
/** Lines longer than this are cut: nobody reads them here. */
const LONGEST = 8192;

/** The coordinator has trimmed the line; blanks and tabs may differ. */
const normal = (text) => plain(text).replace(/\s+/g, ' ').trim();

/** A line as it is kept. What is cut is copied: a part of a string keeps the whole of it in memory. */
function shown(raw) {
  const text = settled(raw);
  return text.length > LONGEST ? `${structuredClone(text.slice(0, LONGEST))} …` : text;
}

/** As much of a line that still grows as `shown` needs. */
function shortened(raw) {
  if (raw.length <= 2 * LONGEST) return raw;
  const text = settled(raw);
  const kept = text.length > LONGEST ? structuredClone(text.slice(0, LONGEST + 1)) : text;
  // What comes next writes over it.
  return raw.endsWith('\r') ? `${kept}\r` : kept;
}

export class LogLines {
  #head = [];
  #around = [];
  #tail = [];
  #characters = { head: 0, tail: 0 };
  /** The last line as far as it has come, without its end. */
  #rest = '';
  #isHeadFull = false;
  #dropped = { before: 0, after: 0 };
  #errorText = '';

  /** Number of the line that is the first error, from 1; 0 when there is none yet. */
  errorNumber = 0;
  /** Whole lines so far, kept or not. */
  #whole = 0;
  #longest = 0;

  /** Lines so far, kept or not. */
  get total() { return this.#whole + (this.#rest ? 1 : 0); }
  /** Columns of the longest. */
  get longest() { return Math.max(this.#longest, ...this.#last.map((line) => plain(line.text).length)); }

  /** What the first error line says; it is looked for in what is there and what comes. */
  lookFor(text) {
    this.#errorText = normal(text ?? '');
    this.errorNumber = 0;
    if (!this.#errorText) return;
    for (const line of this) this.#compare(line);
  }

  add(text) {
    const lines = text.split('\n');
    const rest = lines.pop();
    for (const line of lines) {
      this.#append(this.#rest + line);
      this.#rest = '';
    }
    this.#rest = shortened(this.#rest + rest);
    const isOver = (what, is) => is > TAIL[what] * SLACK;
    if (isOver('lines', this.#tail.length) || isOver('characters', this.#characters.tail)) this.#trim();
  }

  /** The last line may have no end. */
  end() {
    if (this.#rest) this.#append(this.#rest);
    this.#rest = '';
  }

  #append(raw) {
    this.#whole += 1;
    const line = { number: this.#whole, text: shown(raw) };
    this.#longest = Math.max(this.#longest, plain(line.text).length);
    this.#isHeadFull ||= this.#head.length >= HEAD.lines || this.#characters.head >= HEAD.characters;
    const [part, name] = this.#isHeadFull ? [this.#tail, 'tail'] : [this.#head, 'head'];
    part.push(line);
    this.#characters[name] += line.text.length;
    this.#compare(line);
  }

  /** The line that has no end yet, if there is one. */
  get #last() { return this.#rest ? [{ number: this.#whole + 1, text: shown(this.#rest) }] : []; }

  #compare(line) {
    if (this.errorNumber || !this.#errorText || !line.number) return;
    if (normal(line.text).includes(this.#errorText)) this.errorNumber = line.number;
  }

  #trim() {
    let count = 0;
    while (this.#tail.length - count > TAIL.lines || this.#characters.tail > TAIL.characters) {
      this.#characters.tail -= this.#tail[count].text.length;
      count += 1;
    }
    for (const line of this.#tail.splice(0, count)) {
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
    return [
      this.#head, before ? [this.#gap(before)] : [], this.#around, after ? [this.#gap(after)] : [], this.#tail,
      this.#last,
    ];
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
