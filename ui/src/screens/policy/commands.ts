// What can be done with the policy: read it, from anywhere.
import { entries } from '../screen';
import type { PolicyRoom } from './policy.svelte';
import type { tables } from './words';

type Id = keyof typeof tables.en.commands;
const entry = entries<PolicyRoom, Id>('anywhere', 'view');

export const commands = [
  entry('policy', 'P', ({ frame }) => frame.case.policy !== null, (it) => it.show(it.frame.doors.work.clause ?? null)),
];
