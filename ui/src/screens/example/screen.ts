// An example of a screen: nothing is on it.
import type { Room } from '../frame';
import type { Screen } from '../screen';
import ExampleScreen from './ExampleScreen.svelte';
import { tables as words } from './words';

export const example: Screen<Room> = {
  id: 'example',
  mark: 'M4 4h12v12h-12z',
  key: 'Alt+X',
  words,
  room: (frame) => ({ frame }),
  view: ExampleScreen,
};
