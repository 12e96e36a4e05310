// Items: all of them, searched, filtered, chosen and handed on.
import type { Screen } from '../screen';
import { commands } from './commands';
import ColumnsDialog from './ColumnsDialog.svelte';
import HandOnDialog from './HandOnDialog.svelte';
import { ItemsState } from './items.svelte';
import ItemsScreen from './ItemsScreen.svelte';
import { tables, words } from './words';

export const items: Screen<ItemsState> = {
  id: 'items',
  mark: 'M3.5 4h13v5h-13zM3.500 11.500h13v4.500h-13zM6 6.500h5M6 13.800h5',
  key: 'Alt+I',
  words: tables,
  commands,
  places: [['anywhere', 'items']],
  room: (frame) => new ItemsState(frame),
  view: ItemsScreen,
  dialogs: { assign: HandOnDialog, move: HandOnDialog, columns: ColumnsDialog },
  placesNow: ({ frame }) => (frame.ready ? ['anywhere', 'items'] : ['anywhere']),
  hints: ({ frame }) =>
    frame.ready
      ? [
          { ids: ['items.down', 'items.up'], text: words.hints.move },
          { ids: ['items.choose'], text: words.hints.choose },
          { ids: ['items.open'], text: words.hints.openItem },
          { ids: ['items.words'], text: words.hints.find },
          { ids: ['items.preview'], text: words.hints.preview },
          { ids: ['items.similar'], text: words.hints.similar },
          { ids: ['items.skip', 'items.defer'], text: words.hints.aside },
          { ids: ['items.undo'], text: words.hints.takeBack },
        ]
      : [],
};
