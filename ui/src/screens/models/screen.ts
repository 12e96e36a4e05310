// Models: their cards, installing them, what each label was measured at, and from where on it counts.
import type { Screen } from '../screen';
import { commands } from './commands';
import InstallDialog from './InstallDialog.svelte';
import { ModelsState } from './models.svelte';
import ModelsScreen from './ModelsScreen.svelte';
import { tables as words } from './words';

export const models: Screen<ModelsState> = {
  id: 'models',
  mark: 'M3.5 3.5v13h13M5.5 14.5 15.5 5M7 11.500h.1M10.500 12h.1M11 7h.1M14 9h.1',
  key: 'Alt+M',
  words,
  commands,
  places: [['anywhere', 'models']],
  room: (frame) => new ModelsState(frame),
  view: ModelsScreen,
  dialogs: { install: InstallDialog },
  placesNow: ({ frame }) => (frame.ready ? ['anywhere', 'models'] : ['anywhere']),
};
