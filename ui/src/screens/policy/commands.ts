// What can be done with the policy: read it, from anywhere; on its screen, add another one and put it in force.
import { entries } from '../screen';
import type { PolicyRoom } from './policy.svelte';
import type { tables } from './words';

type Id = keyof typeof tables.en.commands;
const entry = entries<PolicyRoom, Id>('anywhere', 'view');
const here = entries<PolicyRoom, Id>('policy', 'data');

export const commands = [
  entry('policy', 'P', ({ frame }) => frame.case.policy !== null, (it) => it.show(it.frame.doors.work.clause ?? null)),
  here('policy.add', 'A', ({ frame }) => frame.writable, (it) => it.add()),
  here('policy.force', 'F', ({ frame, others }) => frame.writable && others.length > 0, ({ frame }) => (frame.dialog = 'force')),
];
