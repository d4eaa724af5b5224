// Durations, sizes, numbers and times as farmctl writes them; and the addresses of the page's views.

const twoDigits = (number) => String(number).padStart(2, '0');

/** `850 ms`, `12 s`, `3 min 05 s`, `2 h 07 min`, `3 d 04 h`; empty when it is not known. */
export function duration(seconds) {
  if (seconds === undefined || seconds === null || !Number.isFinite(seconds)) return '';
  const whole = Math.floor(Math.max(0, seconds));
  if (whole < 1) return seconds > 0 ? `${Math.floor(seconds * 1000)} ms` : '0 s';
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${twoDigits(Math.floor((whole % 3600) / 60))} min`;
  return `${Math.floor(whole / 86400)} d ${twoDigits(Math.floor((whole % 86400) / 3600))} h`;
}

/** `512 B`, `1.5 KiB`, `120 MiB`. */
export function size(bytes) {
  if (bytes === undefined || bytes === null) return '';
  if (bytes < 1024) return `${Math.max(0, bytes)} B`;
  let value = bytes / 1024;
  let unit = 0;
  const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
  const tenths = Math.floor(value * 10) / 10;
  return `${tenths < 100 ? tenths.toFixed(1) : Math.floor(value)} ${units[unit]}`;
}

const grouped = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });

/** `28,509` */
export const number = (value) => grouped.format(value);

/** `1 job`, `28,509 jobs` */
export const count = (value, word) => `${number(value)} ${word}${value === 1 ? '' : 's'}`;

/** `14:03:07` by the reader's clock. */
export function clockTime(at) {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `14:03` of today, `28 Nov 14:03` otherwise. */
export function moment(at, reference = Date.now()) {
  const date = new Date(at);
  const minutes = `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
  const today = new Date(reference);
  if (date.toDateString() === today.toDateString()) return minutes;
  const year = date.getFullYear() === today.getFullYear() ? '' : ` ${date.getFullYear()}`;
  return `${date.getDate()} ${MONTHS[date.getMonth()]}${year} ${minutes}`;
}

const escaped = (path) => path.split('/').map(encodeURIComponent).join('/');

export const runAddress = (run, query = '') => `#/run/${run}${query && `?${query}`}`;
export const graphAddress = (run) => `#/run/${run}/graph`;
export const packageAddress = (run, cpv) => `#/run/${run}/package/${escaped(cpv)}`;
export const workerAddress = (name) => `#/worker/${escaped(name)}`;

/** `dev-libs/expat` of `dev-libs/expat-2.5.0-r1`. */
export const withoutVersion = (cpv) => cpv.replace(/-\d[^-/]*(-r\d+)?$/, '');
