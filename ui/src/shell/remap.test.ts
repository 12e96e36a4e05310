import { afterEach, describe, expect, it } from 'vitest';

import { keymap } from '../kit/keymap.svelte';
import { table } from './commands';

const refusal = (id: string, key: string) => table.refusal(id, key);
const sound = (stored: Record<string, string[]>) => table.sound(stored);

afterEach(() => {
  keymap.changed = {};
});

describe('another key for an action', () => {
  it('is refused where both count at once, and allowed where they never meet', () => {
    expect(refusal('skip', 'L')).toEqual({ kind: 'taken', by: 'clause' });
    expect(refusal('skip', 'J')).toEqual({ kind: 'taken', by: 'step.next' });
    // R is for the note before and for the remediation after: these two never count together.
    expect([refusal('note.before', 'J'), refusal('note.before', 'S')]).toEqual([null, { kind: 'taken', by: 'skip' }]);
    expect(refusal('pick.left', 'S')).toBeNull();
  });

  it('is free again once the other action has another one', () => {
    keymap.changed = { clause: ['F3'] };
    expect([refusal('skip', 'L'), refusal('skip', 'F3')]).toEqual([null, { kind: 'taken', by: 'clause' }]);
  });

  it('is never Tab, and no letter where a person writes', () => {
    expect([refusal('skip', 'Tab'), refusal('policy', 'Shift+Tab')]).toEqual([{ kind: 'focus' }, { kind: 'focus' }]);
    expect([refusal('palette', 'Y'), refusal('submit', 'Enter')]).toEqual([{ kind: 'letter' }, { kind: 'letter' }]);
    expect([refusal('palette', 'Ctrl+J'), refusal('submit', 'F4'), refusal('pick.left', 'Shift+ArrowUp')]).toEqual([
      null, null, { kind: 'taken', by: 'pick.less_high' },
    ]);
  });

  it('is its own in the usual table', () => {
    const wrong = table.all.flatMap((it) => it.keys.filter((key) => refusal(it.id, key)).map((key) => `${it.id} ${key}`));
    expect(wrong).toEqual([]);
  });
});

describe('stored keys', () => {
  it('are used together where two actions exchanged theirs', () => {
    expect(sound({ skip: ['D'], defer: ['S'] })).toEqual({ keys: { skip: ['D'], defer: ['S'] }, dropped: [] });
  });

  it('fall back to the usual ones where they collide, and what nobody knows is left out', () => {
    expect(sound({ skip: ['L'], 'not.there': ['Q'], defer: ['F2'] })).toEqual({ keys: { defer: ['F2'] }, dropped: ['skip'] });
  });

  it('change nothing of the usual table', () => {
    keymap.changed = { skip: ['F9'] };
    expect([table.find('skip').keys, table.find('skip').usual]).toEqual([['F9'], ['S']]);
  });
});
