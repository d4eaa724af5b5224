// Logging in with an operator's token, and what only an operator may do.

import { act, checkToken, path } from './api.js';
import { element } from './element.js';
import { count } from './format.js';
import { notice, tool } from './parts.js';
import { refreshStatus } from './status.js';

const KEY = 'binfarm-operator';
const listeners = new Set();

/** Kept for this tab; where a browser keeps nothing, until the page is left. */
let operatorToken = stored();

function stored() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

const isOperator = () => operatorToken !== null;

/** Calls back when somebody has logged in or out. Returns what ends that. */
export function onOperator(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function keep(token) {
  operatorToken = token;
  try {
    if (token === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  } catch { /* It is kept in memory. */ }
  for (const listener of [...listeners]) listener();
}

export function setUpOperator(button) {
  const show = () => {
    button.textContent = isOperator() ? 'log out' : 'operator';
    button.title = isOperator() ? 'Forget the operator token' : 'Log in with a token, to retry, cancel or drain';
  };
  button.addEventListener('click', () => (isOperator() ? keep(null) : logIn()));
  onOperator(show);
  show();
}

let dialogs = 0;

/** Shows a dialog until it is left, or accepted; `accept` may throw a Problem, which is shown in it. */
function ask(title, content, acceptText, accept, attributes = {}) {
  dialogs += 1;
  const titleID = `dialog-title-${dialogs}`;
  const trouble = element('div');
  const submit = element('button', { type: 'submit' }, acceptText);
  const form = element('form', element('h2', { id: titleID }, title), content, trouble, element('div.buttons',
    accept && tool('back', () => dialog.close()), submit));
  const dialog = element('dialog', { 'aria-labelledby': titleID, ...attributes }, form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (submit.hasAttribute('aria-disabled')) return;
    submit.setAttribute('aria-disabled', 'true');
    try {
      await accept?.();
      dialog.close();
    } catch (error) {
      trouble.replaceChildren(notice(error));
    }
    submit.removeAttribute('aria-disabled');
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function logIn() {
  const field = element('input', {
    type: 'password', autocomplete: 'off', required: true, 'aria-label': 'operator token',
  });
  ask('Operator token', [
    element('p', 'It is kept in this tab until the tab is closed, and sent to this coordinator only.'), field,
  ], 'log in', async () => {
    await checkToken(field.value);
    keep(field.value);
  }, { 'data-test': 'token-dialog' });
}

/** Does something with the token; asks for another one when the coordinator refuses it. */
async function perform(address, body) {
  try {
    return await act(address, operatorToken, body);
  } catch (error) {
    if (error.status === 401) keep(null);
    throw error;
  } finally {
    refreshStatus();
  }
}

async function tell(work) {
  try {
    await work();
  } catch (error) {
    ask('That was not done', notice(error), 'close');
  }
}

export const cancelRun = (run) => ask(`Cancel run ${run}?`,
  element('p', 'Its builds are ended. What is published stays.'), 'cancel the run',
  () => perform(path('runs', run, 'cancel')));

/** Failed packages are built again in a new run, which is shown then; all of them when none are named. */
export const retryRun = (run, packages) => tell(async () => {
  const answer = await perform(path('runs', run, 'retry'), packages ? { packages } : {});
  if (!answer.run) return;
  // It is done when the new run is shown: until then the button that asked for it can still be clicked.
  const isShown = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
  location.hash = `#/run/${answer.run}`;
  await isShown;
});

export const drainWorker = (name) => tell(() => perform(path('workers', name, 'drain')));
export const resumeWorker = (name) => tell(() => perform(path('workers', name, 'resume')));

/** A button that only an operator sees; `action` is what the view does when it is clicked. */
export function actionButton(action, text, attributes = {}) {
  return isOperator() && element('button', { type: 'button', 'data-action': action, ...attributes }, text);
}

export const retryText = (failed) => `retry ${count(failed, 'failed job')}`;
