// Every word of the window as one table, for tests that go through several screens.
import { language } from '../kit/language.svelte';
import type { tables as kit } from '../kit/words';
import type { tables as parts } from '../parts/words';
import type { tables as data } from '../screens/data/words';
import type { tables as items } from '../screens/items/words';
import type { tables as models } from '../screens/models/words';
import type { tables as policy } from '../screens/policy/words';
import type { tables as queues } from '../screens/queues/words';
import type { tables as review } from '../screens/review/words';
import type { tables as settings } from '../screens/settings/words';
import type { tables as start } from '../screens/start/words';
import { tables, type own } from '../shell/words';

type Rooms = typeof kit.en & typeof parts.en & typeof own.en & typeof data.en & typeof items.en & typeof models.en &
  typeof policy.en & typeof queues.en & typeof review.en & typeof settings.en & typeof start.en;

/** The table of the language that is chosen now. */
export const words = new Proxy({} as Rooms, { get: (_, section) => Reflect.get(tables[language.current], section) as unknown });
