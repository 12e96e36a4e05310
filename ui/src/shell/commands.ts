// Every action that has a key or a button: the frame's own, going to each screen, and what each screen brings. A button
// runs the same entry as its key; the palette, the menu, the sheet behind `?`, the settings of keys and
// docs/manual/keys.md are made from this table.
import { ANYWHERE, CommandTable, keyed, type Command, type Commands } from '../kit/commands';
import { isWriting, keyCap, keyName, usesKey } from '../kit/keys';
import { screens } from '../screens';
import type { AnyScreen } from '../screens/screen';
import type { App } from './app.svelte';
import { names, tables, type own } from './words';

/** A command, as the window runs it. */
export interface Action extends Command {
  readonly when: (app: App) => boolean;
  readonly run: (app: App) => unknown;
  readonly end?: (app: App) => unknown;
}

/** A key that is held down, and what ends with it. */
export interface HeldKey {
  readonly code: string;
  readonly end: () => unknown;
}

type Id = keyof typeof own.en.commands;

const always = () => true;

function frames(id: Id, keys: string, run: Action['run'], more: Pick<Command, 'inField' | 'repeats' | 'yields'> = {}): Action {
  return keyed(id, keys, ANYWHERE, 'view', { when: always, run, ...more });
}

function going(screen: AnyScreen): Action {
  const when = screen.always ? always : (app: App) => app.ready;
  return keyed(`go.${screen.id}`, screen.key, ANYWHERE, 'go', { when, run: (app: App) => app.go(screen.id) });
}

/** The commands of a screen, run on its room. */
function brought(screen: AnyScreen): Action[] {
  return (screen.commands ?? []).map(({ id, usual, where, group, when, run, end, inField = false, repeats = false, held = false }) =>
    keyed(id, usual.join(' '), where, group, {
      inField, repeats, held, when: (app: App) => when(app.room(screen)), run: (app: App) => run(app.room(screen)),
      ...(end ? { end: (app: App) => end(app.room(screen)) } : {}),
    }),
  );
}

const byKey = (a: AnyScreen, b: AnyScreen) => (a.key < b.key ? -1 : 1);

export const table = new CommandTable<Action>(
  [
    frames('palette', 'Ctrl+K', (app) => (app.dialog = 'palette'), { inField: true }),
    frames('menu', 'F10', (app) => (app.dialog = 'menu'), { inField: true }),
    frames('keys', '?', (app) => (app.dialog = 'keys')),
    ...screens.toSorted(byKey).map(going),
    frames('leave', 'Escape', leave, { inField: true, yields: true }),
    ...([['size.more', 'Ctrl+Plus Ctrl+=', 1], ['size.less', 'Ctrl+Minus', -1], ['size.usual', 'Ctrl+0', 0]] as const).map(([id, keys, by]) =>
      frames(id, keys, ({ preferences }) => preferences.turnSize(by), { inField: true, repeats: true })),
    frames('theme', '', ({ preferences }) => preferences.change({ theme: preferences.theme.next })),
    ...screens.flatMap(brought),
  ],
  [[ANYWHERE], ...screens.flatMap((it) => it.places ?? [])],
);

const all = Object.keys(tables.en.groups);
const isApart = (group: string) => table.all.every((it) => it.group !== group || table.shutsOut(it.where));
/** Groups of the menu, in the order of the screens that bring them. */
export const groups: readonly string[] = all.filter((it) => !isApart(it));
/** Groups of commands that only count where the menu cannot be. */
export const apart: readonly string[] = all.filter(isApart);

/** The commands of one window. */
export function commandsOf(app: App): Commands {
  return {
    table,
    groups,
    apart,
    can: (id) => !table.find(id).held && table.find(id).when(app),
    counts: (id) => table.find(id).when(app),
    run: (id) => {
      const it = table.find(id);
      if (it.held || !it.when(app)) return false;
      run(app, it);
      return true;
    },
    name: names.command,
    placeName: names.place,
    groupName: names.group,
    withKeys,
  };
}

/** Where keys count right now. */
export function placesNow(app: App): readonly string[] {
  const { current } = app;
  return current.placesNow?.(app.room(current)) ?? [ANYWHERE];
}

/** Runs what a key means here; true where it meant something. */
export function handleKey(app: App, event: KeyboardEvent): boolean {
  if (app.dialog || event.defaultPrevented) return false;
  const name = keyName(event);
  if (!name) return false;
  const writing = isWriting(event.target);
  const places = placesNow(app);
  const shut = places.every((it) => table.shutsOut(it));
  if (!shut && !writing && usesKey(event.target, name)) return false;
  const meant = table.all.filter((it) => places.includes(it.where) && it.keys.includes(name) && (!writing || it.inField));
  const it = meant.find((it) => !it.yields && it.when(app)) ?? meant.find((it) => it.yields);
  // Tab and keys that nothing has move the focus or do nothing: they let go of nothing.
  const known = () => table.all.some((other) => !table.shutsOut(other.where) && other.keys.includes(name));
  if (!it && !writing && known() && app.room(app.current).letGo?.()) return handleKey(app, event);
  if (!it || (event.repeat && !it.repeats) || !it.when(app)) return false;
  event.preventDefault();
  const { end } = it;
  if (end) {
    letGoOfKey(app);
    app.heldKey = { code: event.code, end: () => end(app) };
  }
  run(app, it);
  return true;
}

/** Ends what lasts while a key is held: that key came up, or one that was held with it, or no more keys come to the window. */
export function letGoOfKey(app: App, up?: KeyboardEvent): void {
  const { heldKey } = app;
  if (!heldKey || (up && up.code !== heldKey.code && !MODIFIERS.includes(up.key))) return;
  app.heldKey = null;
  heldKey.end();
}

const MODIFIERS = ['Shift', 'Control', 'Alt', 'Meta'];

function run(app: App, it: Action): void {
  app.runs(it.id);
  it.run(app);
}

/** Words with the key of an action where they name it in braces, as in `{undo} reopens it`. */
export function withKeys(text: string): string {
  return text.replace(/\{([a-z._]+)\}/g, (_, id: string) => {
    const it = table.get(id);
    if (!it) return id;
    const key = it.keys[0];
    return key ? keyCap(key) : names.command(id);
  });
}

/** Out of the field, or done with what is said at the edge, or out of what the screen holds. */
function leave(app: App): void {
  const writing = isWriting(document.activeElement);
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  if (!writing && app.dismissLast()) return;
  app.room(app.current).escape?.(writing);
}
