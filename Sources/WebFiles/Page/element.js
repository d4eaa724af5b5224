// Builds and updates the DOM. Text only ever becomes text nodes: what a log or a package says is never read as HTML.

const SVG = 'http://www.w3.org/2000/svg';

/** `element('a.class', {href}, 'text', other)`: attributes are optional; what is null or false is left out. */
export const element = (name, ...rest) => made((tag) => document.createElement(tag), name, rest);

/** The same for SVG. */
export const drawing = (name, ...rest) => made((tag) => document.createElementNS(SVG, tag), name, rest);

function made(create, name, rest) {
  const [tag, ...classes] = name.split('.');
  const node = create(tag);
  const attributes = rest[0]?.constructor === Object ? rest.shift() : {};
  if (classes.length > 0) node.setAttribute('class', classes.join(' '));
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key === 'style') Object.entries(value).forEach((pair) => node.style.setProperty(...pair));
    else node.setAttribute(key, value === true ? '' : value);
  }
  append(node, rest);
  return node;
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === '') continue;
    node.append(child instanceof Node ? child : String(child));
  }
}

/**
 * Makes the children of `parent` like the given ones, and keeps nodes that are alike, so that focus, selection and open
 * details stay. Kept nodes keep their listeners too: what is rendered more than once uses `data-action`, not `on…`.
 * `data-key` tells siblings apart that may change places.
 */
export function render(parent, ...children) {
  const fresh = document.createDocumentFragment();
  append(fresh, children);
  matchChildren(parent, fresh);
}

function matchChildren(old, fresh) {
  const keyed = new Map();
  for (const child of old.children) if (child.dataset.key) keyed.set(child.dataset.key, child);
  let cursor = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = wanted.dataset?.key;
    const candidate = key ? keyed.get(key) : cursor?.dataset?.key ? null : cursor;
    keyed.delete(key);
    if (!candidate || candidate.nodeName !== wanted.nodeName) {
      old.insertBefore(wanted, cursor);
      continue;
    }
    if (candidate === cursor) cursor = cursor.nextSibling;
    else old.insertBefore(candidate, cursor);
    match(candidate, wanted);
  }
  while (cursor) {
    const next = cursor.nextSibling;
    cursor.remove();
    cursor = next;
  }
}

function match(old, wanted) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== wanted.nodeValue) old.nodeValue = wanted.nodeValue;
    return;
  }
  // `open` is what the reader did; `style` cannot be set as an attribute under the page's content security policy.
  const isOurs = (name) => name !== 'style' && name !== 'open';
  for (const { name, value } of wanted.attributes) {
    if (isOurs(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) if (isOurs(name) && !wanted.hasAttribute(name)) old.removeAttribute(name);
  if (old.style.cssText !== wanted.style.cssText) old.style.cssText = wanted.style.cssText;
  matchChildren(old, wanted);
}
