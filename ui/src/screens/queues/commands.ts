// What can be done with queues.
import { entries } from '../screen';
import type { QueuesRoom } from './queues.svelte';
import type { tables } from './words';

type Id = keyof typeof tables.en.commands;
const entry = entries<QueuesRoom, Id>('anywhere', 'data');

const here = entries<QueuesRoom, Id>('queues', 'data');

export const commands = [
  here('queues.list', '1', ({ frame }) => frame.screen === 'queues', (it) => it.show('list')),
  here('queues.form', '2', ({ frame }) => frame.screen === 'queues' && frame.writable, (it) => it.show('form')),
  entry('queue.new', '', ({ frame }) => frame.writable, (it) => it.edit(null)),
];
