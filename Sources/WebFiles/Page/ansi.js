// A log's line as text and colours: basic SGR sequences become classes, all others are dropped.

// Control sequences (CSI), operating system commands (OSC), other escapes, and control characters but tab.
const SEQUENCE = new RegExp([
  /\x1b\[([0-9;:?<=>]*)[ -/]*([@-~])/, /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?/, /\x1b[ -/]*[0-~]?/,
  /[\x00-\x08\x0a-\x1f\x7f]/,
].map((part) => part.source).join('|'), 'g');
const TAB = 8;

/** What is left of a line after carriage returns wrote over it. */
export function settled(line) {
  const end = line.endsWith('\r') ? line.length - 1 : line.length;
  const from = line.lastIndexOf('\r', end - 1) + 1;
  return line.slice(from, end);
}

/** The line without colours, tabs as blanks: one character is one column. */
export function plain(line) {
  const text = line.includes('\x1b') || /[\x00-\x08\x0a-\x1f\x7f]/.test(line) ? line.replace(SEQUENCE, '') : line;
  return text.includes('\t') ? withoutTabs(text) : text;
}

function withoutTabs(text) {
  let columns = '';
  for (const part of text.split(/(\t)/)) columns += part === '\t' ? ' '.repeat(TAB - (columns.length % TAB)) : part;
  return columns;
}

/** Pieces of `plain(line)` with the class of their colour: `[{text, style}]`. */
export function coloured(line) {
  if (!line.includes('\x1b')) return [{ text: plain(line), style: '' }];
  const pieces = [];
  const style = { colour: '', isBold: false };
  let column = 0;
  let from = 0;
  const add = (part) => {
    let text = part;
    if (part.includes('\t')) text = withoutTabs(' '.repeat(column % TAB) + part).slice(column % TAB);
    column += text.length;
    const name = [style.colour && `ansi-${style.colour}`, style.isBold && 'ansi-bold'].filter(Boolean).join(' ');
    if (text) pieces.push({ text, style: name });
  };
  for (const found of line.matchAll(SEQUENCE)) {
    add(line.slice(from, found.index));
    from = found.index + found[0].length;
    if (found[2] === 'm') change(style, found[1]);
  }
  add(line.slice(from));
  return pieces;
}

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

function change(style, parameters) {
  const codes = parameters.split(/[;:]/).map(Number);
  for (let place = 0; place < codes.length; place += 1) {
    const code = codes[place];
    if (code === 0) Object.assign(style, { colour: '', isBold: false });
    else if (code === 1) style.isBold = true;
    else if (code === 22) style.isBold = false;
    else if (code === 39) style.colour = '';
    else if (code >= 30 && code <= 37) style.colour = COLOURS[code - 30];
    else if (code >= 90 && code <= 97) style.colour = COLOURS[code - 90];
    else if (code === 38 || code === 48) place += codes[place + 1] === 2 ? 4 : 2;
  }
}
