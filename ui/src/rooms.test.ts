// The rooms of the page and who may know whom. docs/architecture.md draws them; this holds them to it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { screens } from './screens';
import { App } from './shell/app.svelte';
import { table } from './shell/commands';
import { FakeBackend } from './test/fake';

const SOURCE = resolve(process.cwd(), 'src');
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .map((it) => it.replaceAll('\\', '/'))
  .filter((it) => /\.(ts|svelte)$/.test(it) && !/\.test\.ts$|^test\//.test(it));
const textOf = (file: string) => readFileSync(join(SOURCE, file), 'utf8');

/** The room of a file: `kit`, `screens/review`; `screens` for what stands between them, `list` for their list. */
function roomOf(file: string): string {
  const [top = '', name = '', more] = file.split('/');
  if (top !== 'screens') return name ? top : 'main';
  if (more !== undefined) return `screens/${name}`;
  return /^index(\.ts)?$/.test(name) || name === '' ? 'list' : 'screens';
}

const PARTS = ['kit', 'desk', 'parts'];

/** Rooms that a room may import from, besides itself. */
function may(room: string): readonly string[] {
  if (room === 'kit') return [];
  if (room === 'desk') return ['kit'];
  if (room === 'parts') return ['kit', 'desk'];
  if (room === 'screens' || room.startsWith('screens/')) return [...PARTS, 'screens'];
  if (room === 'list') return ['screens', ...screens.map((it) => `screens/${it.id}`)];
  if (room === 'shell') return [...PARTS, 'screens', 'list'];
  return ['shell'];
}

/** Imports of a file that its room may not have. */
function faults(file: string, text: string): string[] {
  const room = roomOf(file);
  const allowed = [room, ...may(room)];
  const specs = [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((it) => it[1] ?? '');
  const rooms = specs.filter((it) => it.startsWith('.')).flatMap((it) => {
    const target = relative(SOURCE, resolve(SOURCE, dirname(file), it)).replaceAll('\\', '/');
    // Styles and sizes stand beside the rooms; made-up answers are for tests, and for working on the page without a desk.
    if (target.endsWith('.css') || target === '../scale' || (target === 'test/fake' && room === 'desk')) return [];
    return allowed.includes(roomOf(target)) ? [] : [`${file} must not import ${target}`];
  });
  const window = specs.filter((it) => it.startsWith('@tauri-apps/') && room !== 'desk').map((it) => `${file} must not know ${it}`);
  return [...rooms, ...window];
}

describe('rooms', () => {
  it('know only those they may know', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap((it) => faults(it, textOf(it)))).toEqual([]);
  });

  it.each([
    ['screens/items/ItemsScreen.svelte', "import x from '../review/names';", 'screens/items/ItemsScreen.svelte must not import screens/review/names'],
    ['screens/items/ItemsScreen.svelte', "import { screens } from '..';", 'screens/items/ItemsScreen.svelte must not import screens'],
    ['screens/items/ItemsScreen.svelte', "import { App } from '../../shell/app.svelte';", 'screens/items/ItemsScreen.svelte must not import shell/app.svelte'],
    ['kit/Modal.svelte', "import type { Job } from '../desk/types';", 'kit/Modal.svelte must not import desk/types'],
    ['parts/TextPart.svelte', "import { words } from '../screens/review/words';", 'parts/TextPart.svelte must not import screens/review/words'],
    ['shell/Rail.svelte', "const it = await import('../screens/review/words');", 'shell/Rail.svelte must not import screens/review/words'],
    ['shell/Rail.svelte', "import { invoke } from '@tauri-apps/api/core';", 'shell/Rail.svelte must not know @tauri-apps/api/core'],
  ])('of %s, `%s` is seen', (file, text, fault) => {
    expect(faults(file, text)).toEqual([fault]);
  });
});

describe('screens', () => {
  it('have a folder each that is named as they are, and no folder is left out of the list', () => {
    const folders = readdirSync(join(SOURCE, 'screens'), { withFileTypes: true }).filter((it) => it.isDirectory()).map((it) => it.name);
    expect(screens.map((it) => it.id).sort()).toEqual(folders.sort());
  });

  it('share no window and no door, and every door is somebody’s', () => {
    const windows = screens.flatMap((it) => Object.keys(it.dialogs ?? {}));
    expect(windows.filter((it, n) => windows.indexOf(it) !== n || ['palette', 'menu', 'keys'].includes(it))).toEqual([]);
    const app = new App(new FakeBackend());
    const doors = screens.flatMap((it) => Object.keys(it.doors?.(app.room(it)) ?? {}));
    expect(doors.sort()).toEqual(['policy', 'queues', 'work']);
  });

  it('have buttons for commands that there are', () => {
    const ids = files.filter((it) => it.endsWith('.svelte')).flatMap((it) => [...textOf(it).matchAll(/<Command\s+id="([^"]+)"/g)].map((found) => found[1] ?? ''));
    expect(ids.length).toBeGreaterThan(40);
    // `choose.{choice}` is whichever of several.
    const known = (id: string) => table.all.some((it) => new RegExp(`^${id.replaceAll('.', '\\.').replace(/\{\w+\}/g, '\\w+')}$`).test(it.id));
    expect(ids.filter((it) => !known(it))).toEqual([]);
  });
});
