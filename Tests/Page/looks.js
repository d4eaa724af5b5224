// Run in the page by sizes.py: what is wider than the screen, cut off, or too faint to be read (WCAG 2.2, 1.4.3).

const LEAST_CONTRAST = 4.5;
const ESSENTIAL = 'h1, h2, h3, h1 .package, button, .button, input, .state, .connection, .bar .name, dt, dd, .summary, '
  + '.cause, .notice, .counts > *, caption, [data-test="row-count"], .workers a, .chain a, .tree a, canvas, .gantt';

const name = (node) =>
  `${node.localName}.${node.getAttribute('class') ?? ''} '${node.textContent.trim().slice(0, 50)}'`;

function isSeen(node) {
  const { width, height } = node.getBoundingClientRect();
  return width > 1 && height > 1 && node.checkVisibility({ visibilityProperty: true }) && !node.closest('.unseen');
}

/** Why not all of it can be seen, or null. What can be scrolled to can be seen. */
function cutOf(node) {
  if (getComputedStyle(node).overflowX !== 'visible' && node.localName !== 'input'
    && node.scrollWidth > node.clientWidth + 1) return 'its text is longer than it';
  const box = node.getBoundingClientRect();
  for (let around = node.parentElement; around; around = around.parentElement) {
    const overflow = getComputedStyle(around).overflowX;
    const edge = around.getBoundingClientRect();
    if (['auto', 'scroll'].includes(overflow) && around.scrollWidth > around.clientWidth) return null;
    if (overflow !== 'visible' && (box.left < edge.left - 1 || box.right > edge.right + 1)) return `by ${name(around)}`;
  }
  const { clientWidth } = document.documentElement;
  return box.left < -1 || box.right > clientWidth + 1 ? 'by the screen' : null;
}

const paper = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

/** Any CSS colour over another one: `[red, green, blue]`. */
function over(colour, below) {
  paper.fillStyle = `rgb(${below.join(' ')})`;
  paper.fillRect(0, 0, 1, 1);
  paper.fillStyle = colour;
  paper.fillRect(0, 0, 1, 1);
  return [...paper.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

function backgroundOf(node) {
  const around = [];
  for (let one = node; one; one = one.parentElement) around.unshift(getComputedStyle(one).backgroundColor);
  return around.reduce((below, colour) => over(colour, below), [255, 255, 255]);
}

function luminance(colour) {
  const [red, green, blue] = colour.map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function opacityOf(node) {
  let opacity = 1;
  for (let one = node; one; one = one.parentElement) opacity *= Number(getComputedStyle(one).opacity);
  return opacity;
}

/** A bar's name stands on the bar; one that is hatched has no one colour. */
function looksOf(node) {
  const style = getComputedStyle(node);
  if (!node.ownerSVGElement) return { colour: style.color, background: backgroundOf(node) };
  const bar = node.matches('.bar-name') ? node.parentElement.querySelector('rect') : null;
  const fill = bar && getComputedStyle(bar).fill;
  if (fill?.startsWith('url')) return null;
  const background = backgroundOf(node.ownerSVGElement);
  return { colour: style.fill, background: fill ? over(fill, background) : background };
}

const faint = [];
let texts = 0;

function judge(node, what, colour, background) {
  texts += 1;
  const found = contrast(over(colour, background), background);
  if (found < LEAST_CONTRAST || opacityOf(node) < 1) {
    faint.push(`too faint: ${what}, ${found.toFixed(2)}, ${colour} on rgb(${background}), opacity ${opacityOf(node)}`);
  }
}

for (const node of document.body.querySelectorAll('*')) {
  if (!isSeen(node)) continue;
  if (node.localName === 'input' && node.placeholder) {
    judge(node, `placeholder of ${name(node)}`, getComputedStyle(node, '::placeholder').color, backgroundOf(node));
  }
  const hasText = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  if (!hasText || ['title', 'script', 'style'].includes(node.localName)) continue;
  const looks = looksOf(node);
  if (looks) judge(node, name(node), looks.colour, looks.background);
}

/** What makes the document wider than the screen, where something does. */
function tooWide() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const beyond = [...document.body.querySelectorAll('*')].filter((node) =>
    node.getBoundingClientRect().right > clientWidth + 1);
  const innermost = beyond.filter((node) => !beyond.some((other) => other !== node && node.contains(other)));
  return [`${scrollWidth - clientWidth} pixels too wide: ${innermost.map(name).join(', ')}`];
}

const cut = [...document.querySelectorAll(ESSENTIAL)].filter(isSeen)
  .map((node) => [name(node), cutOf(node)]).filter(([, by]) => by).map((pair) => `cut off: ${pair.join(', ')}`);
return { texts, wrong: [...tooWide(), ...cut, ...faint] };
