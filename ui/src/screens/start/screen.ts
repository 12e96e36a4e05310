// Case files: who reviews, and which file.
import type { Screen } from '../screen';
import { commands } from './commands';
import { StartRoom } from './start';
import StartScreen from './StartScreen.svelte';
import { tables as words } from './words';

export const start: Screen<StartRoom> = {
  id: 'start',
  mark: 'M3 6h5l1.6 2H17v8.500H3z',
  key: 'Alt+5',
  foot: true,
  always: true,
  words,
  commands,
  room: (frame) => new StartRoom(frame),
  view: StartScreen,
};
