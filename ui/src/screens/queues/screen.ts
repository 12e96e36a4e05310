// Queues: saved filters with their orders.
import type { Screen } from '../screen';
import { commands } from './commands';
import QueueDialog from './QueueDialog.svelte';
import { QueuesRoom } from './queues.svelte';
import QueuesScreen from './QueuesScreen.svelte';
import { tables as words } from './words';

export const queues: Screen<QueuesRoom> = {
  id: 'queues',
  mark: 'M7 5h9.500M7 10h9.500M7 15h9.500M3.5 5h.6M3.5 10h.6M3.5 15h.6',
  key: 'Alt+4',
  words,
  commands,
  places: [['anywhere', 'queues']],
  room: (frame) => new QueuesRoom(frame),
  view: QueuesScreen,
  dialogs: { queue: QueueDialog },
  placesNow: () => ['anywhere', 'queues'],
  doors: (room) => ({ queues: room }),
};
