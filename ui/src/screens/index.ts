// The screens. This is the one list of them: rail, keys, menu, palette, manual and words are made from it, in this order.
import { data } from './data/screen';
import { items } from './items/screen';
import { models } from './models/screen';
import { policy } from './policy/screen';
import { queues } from './queues/screen';
import { review } from './review/screen';
import type { AnyScreen } from './screen';
import { settings } from './settings/screen';
import { start } from './start/screen';

export const screens: readonly AnyScreen[] = [review, items, data, models, policy, queues, settings, start];

/** Where a window begins, and what it shows while no case file is open. */
export const entrance: AnyScreen = start;
/** Where a person goes on once a case file is open. */
export const home: AnyScreen = review;
/** Where work in the background is listed. */
export const background: AnyScreen = data;
