import { afterEach, describe, expect, it } from 'vitest';

import { keymap } from '../kit/keymap.svelte';
import { review } from '../screens/review/screen';
import { FakeBackend } from '../test/fake';
import { App } from './app.svelte';
import { apart, groups, handleKey, placesNow, table, withKeys } from './commands';
import { names, tables } from './words';

const commands = table.all;
const together = table.together.map((it) => [...it]);

afterEach(() => {
  keymap.changed = {};
});

describe('the table of commands', () => {
  it('has each action in one group of the menu, choosing a place apart', () => {
    expect(groups).toEqual(['case', 'go', 'view', 'item', 'decide', 'steps', 'items', 'data']);
    expect(apart).toEqual(['picking']);
    for (const it of commands) expect([...groups, ...apart], it.id).toContain(it.group);
  });

  it('counts every place it names together with itself', () => {
    for (const it of commands) expect(table.together.some((places) => places.includes(it.where)), it.id).toBe(true);
  });

  it.each(together)('has each key once where these count together: %s %s %s', (...places) => {
    const keys = commands.filter((it) => places.includes(it.where) && !it.yields).flatMap((it) => it.keys);
    expect(keys.filter((it, n) => keys.indexOf(it) !== n)).toEqual([]);
  });

  it('has each id once, and words for each', () => {
    const ids = commands.map((it) => it.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(names.command(id), id).toMatch(/\w/);
    expect(Object.keys(tables.en.commands).sort()).toEqual([...ids].sort());
  });

  it('has a key for everything on the review screen', () => {
    const without = commands.filter((it) => !['anywhere'].includes(it.where) && it.keys.length === 0);
    expect(without).toEqual([]);
  });
});

describe('keys', () => {
  async function app(): Promise<App> {
    const it = new App(new FakeBackend());
    await it.begin();
    return it;
  }

  function press(it: App, key: string, target: HTMLElement = document.body, more: KeyboardEventInit = {}): boolean {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
    Object.defineProperty(event, 'target', { value: target });
    return handleKey(it, event);
  }

  it('are letters while a person writes', async () => {
    const it = await app();
    const field = document.createElement('textarea');
    expect(press(it, 's', field)).toBe(false);
    expect(press(it, 'z', field, { ctrlKey: true })).toBe(false);
    expect(it.room(review).review.review?.item.row).toBe(1);
  });

  it('open the palette from inside a field', async () => {
    const it = await app();
    expect(press(it, 'k', document.createElement('input'), { ctrlKey: true })).toBe(true);
    expect(it.dialog).toBe('palette');
  });

  it('rest while a dialog is open', async () => {
    const it = await app();
    it.dialog = 'keys';
    expect(press(it, '4', document.body, { code: 'Digit4' })).toBe(false);
    expect(it.room(review).review.picked.choice).toBeNull();
  });

  it('do not repeat a decision while a key is held down', async () => {
    const it = await app();
    expect(press(it, 's', document.body, { repeat: true })).toBe(false);
  });

  it('are those a person chose', async () => {
    const it = await app();
    keymap.changed = { skip: ['F2'], defer: [] };
    expect(press(it, 's')).toBe(false);
    expect(press(it, 'd')).toBe(false);
    expect(press(it, 'F2')).toBe(true);
    expect(withKeys('{skip} and {defer}')).toBe('F2 and Defer: it comes back later');
  });

  it('count by what is on screen', async () => {
    const it = await app();
    expect(placesNow(it)).toEqual(['anywhere', 'review', 'image', 'before']);
    await it.go('data');
    expect(placesNow(it)).toEqual(['anywhere', 'data']);
    expect(press(it, 's')).toBe(false);
  });

  it('say why a choice is shut', async () => {
    const it = await app();
    it.room(review).review.addClause('CS-1');
    press(it, '4', document.body, { code: 'Digit4' });
    expect(it.room(review).review.picked.choice).toBeNull();
    expect(it.notices.at(-1)?.text).toContain('CS-1');
  });

  it('go on to the next reason when 6 is pressed again', async () => {
    const it = await app();
    for (let n = 0; n < 3; n += 1) press(it, '6', document.body, { code: 'Digit6' });
    expect(it.room(review).review.picked).toMatchObject({ choice: 'cannot_judge', cannot_judge_reason: 'context' });
  });
});
