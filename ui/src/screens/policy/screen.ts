// The policy: the whole text of it, as a screen and over any other; and which one is in force.
import type { Screen } from '../screen';
import { commands } from './commands';
import ForceDialog from './ForceDialog.svelte';
import { PolicyRoom } from './policy.svelte';
import PolicyDialog from './PolicyDialog.svelte';
import PolicyScreen from './PolicyScreen.svelte';
import { tables as words } from './words';

export const policy: Screen<PolicyRoom> = {
  id: 'policy',
  mark: 'M5 3h8.2L15.5 5.500v11.500H5zM7.5 8h5M7.5 11h5M7.5 14h3',
  key: 'Alt+3',
  words,
  commands,
  places: [['anywhere', 'policy']],
  room: (frame) => new PolicyRoom(frame),
  view: PolicyScreen,
  dialogs: { policy: PolicyDialog, force: ForceDialog },
  placesNow: ({ frame }) => (frame.ready ? ['anywhere', 'policy'] : ['anywhere']),
  doors: (room) => ({ policy: room }),
};
