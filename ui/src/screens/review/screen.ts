// Review: one item, what the reviewer decides of it, and then what the model said.
import type { Screen } from '../screen';
import { commands } from './commands';
import { hints } from './hints';
import ReviewDialog from './ReviewDialog.svelte';
import ReviewScreen from './ReviewScreen.svelte';
import ReviewStatus from './ReviewStatus.svelte';
import ReviewTop from './ReviewTop.svelte';
import { ReviewRoom } from './room.svelte';
import { tables as words } from './words';

export const review: Screen<ReviewRoom> = {
  id: 'review',
  mark: 'M3.5 4.5h13v11h-13zM10 4.5v11M12.5 8h2M12.5 11h2',
  key: 'Alt+1',
  words,
  commands,
  places: [
    ['anywhere', 'review', 'image', 'before'], ['anywhere', 'review', 'image', 'waiting'], ['anywhere', 'review', 'image', 'picture'],
    ['anywhere', 'review', 'image', 'after', 'step'], ['anywhere', 'review', 'image', 'after', 'proposal'], ['anywhere', 'after', 'gap'], ['picking'],
  ],
  room: (frame) => new ReviewRoom(frame),
  view: ReviewScreen,
  top: ReviewTop,
  status: ReviewStatus,
  dialogs: {
    stage: ReviewDialog, anew: ReviewDialog, reason: ReviewDialog, finish: ReviewDialog, changes: ReviewDialog, cite: ReviewDialog,
    day: ReviewDialog, pause: ReviewDialog, 'hand-on': ReviewDialog, note: ReviewDialog, waiting: ReviewDialog, release: ReviewDialog,
  },
  placesNow: (room) => room.placesNow,
  hints,
  doors: (room) => ({ work: room }),
};
