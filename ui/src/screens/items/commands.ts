// What can be done in the list of items.
import { focusOn, scrollColumn } from '../../kit/focus';
import { entries } from '../screen';
import { SORTS, type Sort } from './columns';
import type { ItemsState } from './items.svelte';
import type { tables } from './words';

type Id = keyof typeof tables.en.commands;
const entry = entries<ItemsState, Id>('items', 'items');

const always = () => true;
const listed = (it: ItemsState) => it.total > 0;
const onItem = (it: ItemsState) => it.current !== undefined;
const writable = ({ frame }: ItemsState) => frame.writable;
const handsOn = (it: ItemsState) => writable(it) && it.rows.length > 0;

export const commands = [
  ...(
    [
      ['down', 'J ArrowDown', (it) => it.cursor + 1], ['up', 'K ArrowUp', (it) => it.cursor - 1],
      ['page.down', 'PageDown', (it) => it.cursor + it.page], ['page.up', 'PageUp', (it) => it.cursor - it.page],
      ['first', 'Home', () => 0], ['last', 'End', (it) => it.total - 1],
    ] as const satisfies readonly (readonly [string, string, (it: ItemsState) => number])[]
  ).flatMap(([name, keys, to]) => [
    entry(`items.${name}`, keys, listed, (it) => it.goTo(to(it)), { repeats: true }),
    entry(`items.extend.${name}`, keys.replace(/\S+/g, 'Shift+$&'), listed, (it) => it.extend(to(it)), { repeats: true }),
  ]),
  entry('items.choose', 'Space X', listed, (it) => it.toggle()),
  entry('items.all', 'Ctrl+A', listed, (it) => it.chooseAll()),
  entry('items.none', 'U', (it) => it.chosen.size > 0, (it) => it.clear()),
  entry('items.open', 'Enter', onItem, (it) => it.open()),
  entry('items.words', 'F Ctrl+F', always, () => focusOn('items.words')),
  entry('items.standing', 'T', always, (it) => it.turnStanding()),
  entry('items.order', 'O', always, (it) => it.turnOrder()),
  ...(Object.keys(SORTS) as Sort[]).map((sort, n) =>
    entry(`items.sort.${sort}`, String(n + 1), (it) => it.showing.kind === 'list', (it) => it.sortBy(sort))),
  entry('items.columns', 'Y', always, ({ frame }) => (frame.dialog = 'columns')),
  entry('items.preview', 'V', always, (it) => it.turnPreview()),
  entry('items.preview.down', '.', (it) => it.previews, () => scrollColumn('items.preview', 1), { repeats: true }),
  entry('items.preview.up', ',', (it) => it.previews, () => scrollColumn('items.preview', -1), { repeats: true }),
  entry('items.reset', 'C', (it) => it.isFiltered, (it) => it.reset()),
  entry('items.fresh', 'R', (it) => it.showing.kind === 'list', (it) => it.load()),
  entry('items.similar', 'L', onItem, (it) => it.similar()),
  entry('items.decisions', 'H', always, (it) => it.decisions()),
  entry('items.back', 'B Backspace', (it) => it.showing.kind !== 'list', (it) => it.back()),
  ...([['skip', 'S'], ['defer', 'D']] as const).map(([kind, key]) =>
    entry(`items.${kind}`, key, (it) => handsOn(it) && it.queue !== undefined, (it) => it.act({ kind, queue: it.queue?.name ?? '' }))),
  entry('items.assign', 'A', handsOn, ({ frame }) => (frame.dialog = 'assign')),
  entry('items.move', 'M', handsOn, ({ frame }) => (frame.dialog = 'move')),
  entry('items.undo', 'Ctrl+Z', (it) => writable(it) && it.acts.length > 0, (it) => it.takeBack()),
  entry('items.save', 'W', writable, (it) => it.frame.doors.queues.edit(null, it.filter)),
];
