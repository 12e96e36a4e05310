// Data: what comes in, what the model does to it, what goes out.
import type { Screen } from '../screen';
import { commands } from './commands';
import { DataRoom } from './data.svelte';
import DataScreen from './DataScreen.svelte';
import { tables as words } from './words';

export const data: Screen<DataRoom> = {
  id: 'data',
  mark: 'M10 3v8M6.8 8 10 11.2 13.2 8M3.5 12.5v3.8h13v-3.8',
  key: 'Alt+2',
  words,
  commands,
  places: [['anywhere', 'data']],
  room: (frame) => new DataRoom(frame),
  view: DataScreen,
  placesNow: () => ['anywhere', 'data'],
};
