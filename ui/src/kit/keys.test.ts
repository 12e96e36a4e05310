import { describe, expect, it } from 'vitest';

import { ariaKey, keyCap, keyName } from './keys';

describe('keys', () => {
  const press = (init: KeyboardEventInit) => keyName(new KeyboardEvent('keydown', init));

  it('names digits by place, so that every keyboard has them', () => {
    expect(press({ key: '&', code: 'Digit1' })).toBe('1');
    expect(press({ key: '!', code: 'Digit1', shiftKey: true })).toBe('Shift+1');
  });

  it('names letters by what they write, and by place in another alphabet', () => {
    expect(press({ key: 'z', code: 'KeyY' })).toBe('Z');
    expect(press({ key: 'о', code: 'KeyJ' })).toBe('J');
    expect(press({ key: 'Z', code: 'KeyZ', ctrlKey: true, shiftKey: true })).toBe('Ctrl+Shift+Z');
  });

  it('takes ? with or without Shift, and nothing while a character is composed', () => {
    expect(press({ key: '?', code: 'Slash', shiftKey: true })).toBe('?');
    expect(press({ key: 'a', code: 'KeyA', isComposing: true })).toBeNull();
  });

  it('prints caps and names for screen readers', () => {
    expect([keyCap('Ctrl+Enter'), keyCap('Shift+1'), ariaKey('Ctrl+K')]).toEqual(['Ctrl ↵', '⇧1', 'Control+K']);
  });
});
