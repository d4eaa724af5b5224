// A build's report: what each stage took, what the ebuild and Portage have to tell, what was kept.

import { element } from './element.js';
import { count, duration, size } from './format.js';

const SHADES = 4;
const STATES = { ERROR: 'failed', QA: 'skipped', WARN: 'skipped' };

export function reportOf({ stages = [], messages = [], files = [] }) {
  return [stagesOf(stages), messagesOf(messages), filesOf(files)];
}

function stagesOf(stages) {
  const all = stages.reduce((sum, stage) => sum + stage.wall_s, 0);
  if (all === 0) return null;
  return [
    element('div.segments', { 'aria-hidden': 'true' }, stages.filter((stage) => stage.wall_s > 0).map(
      (stage, place) => element('span', {
        class: `shade-${place % SHADES}`, style: { 'flex-grow': stage.wall_s },
        title: `${stage.name} ${duration(stage.wall_s)}`,
      }))),
    element('ul.inline.stages', stages.filter((stage) => stage.wall_s > 0).map((stage, place) =>
      element('li', element(`span.swatch.shade-${place % SHADES}`, { 'aria-hidden': 'true' }), stage.name, ' ',
        element('span.faint', duration(stage.wall_s))))),
  ];
}

function messagesOf(messages) {
  if (messages.length === 0) return null;
  return element('div.messages', messages.map((message) => element('div',
    element('p', element('strong', { class: `state-${STATES[message.kind] ?? 'leased'}` }, message.kind),
      element('span.faint', ` in ${message.phase}`)),
    element('pre', message.text))));
}

function filesOf(files) {
  if (files.length === 0) return null;
  return element('details',
    element('summary', `${count(files.length, 'file')} kept: farmctl report --files writes them`),
    element('ul', files.map((file) => element('li', element('code', file.path), ' ',
      element('span.faint', size(file.bytes))))));
}
