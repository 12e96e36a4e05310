// Settings: what a person chooses for the window, on every case file.
import type { Screen } from '../screen';
import { commands } from './commands';
import { SettingsRoom } from './settings.svelte';
import SettingsScreen from './SettingsScreen.svelte';
import { tables as words } from './words';

export const settings: Screen<SettingsRoom> = {
  id: 'settings',
  mark: 'M3.5 6h7M14.5 6h2M3.5 14h2M9.500 14h7M12.500 4.200a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600zM7.500 12.200a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600z',
  key: 'Ctrl+,',
  foot: true,
  always: true,
  words,
  commands,
  places: [['anywhere', 'settings']],
  room: (frame) => new SettingsRoom(frame),
  view: SettingsScreen,
  placesNow: () => ['anywhere', 'settings'],
};
