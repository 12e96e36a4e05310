// What can be done with queues.
import { entries } from '../screen';
import type { QueuesRoom } from './queues.svelte';
import type { tables } from './words';

type Id = keyof typeof tables.en.commands;
const entry = entries<QueuesRoom, Id>('anywhere', 'data');

export const commands = [entry('queue.new', '', ({ frame }) => frame.writable, (it) => it.edit(null))];
