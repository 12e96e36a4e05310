// A screen with nothing on it.
import type { Room } from '../frame';
import type { Screen } from '../screen';
import EmptyScreen from './EmptyScreen.svelte';

export const empty: Screen<Room> = {
  id: 'empty',
  mark: 'M4 4h12v12H4z',
  key: 'Alt+9',
  words: { en: { screen: 'Empty' }, de: { screen: 'Leer' } },
  room: (frame) => ({ frame }),
  view: EmptyScreen,
};
