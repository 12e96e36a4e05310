import { describe, expect, it } from 'vitest';

import { countInvisible, runs, scalarOf, scalars, slice, visible, words } from './text';

describe('offsets are Unicode scalars', () => {
  it('counts an astral character once and a joined emoji by its scalars', () => {
    expect(scalars('a👇b')).toBe(3);
    expect(scalars('👍🏽')).toBe(2);
  });

  it.each([
    ['a👇b', 3, 2],
    ['a👇b', 4, 3],
    ['日本', 1, 1],
    ['هذا', 3, 3],
  ])('UTF-16 offset in %j at %i is scalar %i', (text, unit, scalar) => {
    expect(scalarOf(text, unit)).toBe(scalar);
  });

  it('takes an offset inside a surrogate pair as the start of the pair', () => {
    expect(scalarOf('a👇b', 2)).toBe(1);
  });

  it('cuts by scalars', () => {
    expect(slice('añb👇c', 1, 4)).toBe('ñb👇');
  });

  it('finds words by scalar offsets after an emoji and in a script without spaces', () => {
    expect(words('👇 now')).toEqual([[2, 5]]);
    expect(words('สวัสดีครับ').length).toBeGreaterThan(1);
  });
});

describe('invisible characters', () => {
  it('names bidi controls and zero-width characters', () => {
    expect(visible('a\u202Eb\u202C c\u200Bd\uFEFF')).toBe('a⟨RLO⟩b⟨PDF⟩ c⟨ZWSP⟩d⟨BOM⟩');
  });

  it('names control characters by code, and leaves line breaks and tabs', () => {
    expect(visible('a\u0007b\n\tc')).toBe('a⟨U+0007⟩b\n\tc');
  });

  it('leaves joiners that are spelling: in emoji and in Persian', () => {
    expect(countInvisible('👩‍🚀')).toBe(0);
    expect(countInvisible('می‌خواهم')).toBe(0);
  });

  it('names a joiner between Latin letters', () => {
    expect(visible('co\u200Dins')).toBe('co⟨ZWJ⟩ins');
  });

  it('names tag letters outside a flag, and leaves the flag of Scotland', () => {
    expect(countInvisible('hi\u{E0068}\u{E0069}')).toBe(2);
    expect(countInvisible('🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}')).toBe(0);
  });
});

describe('runs', () => {
  it('keeps every character and its offsets', () => {
    const all = runs('ab👇cd', [{ id: 'e1', start: 1, end: 3 }], true);
    expect(all.map((it) => [it.text, it.start, it.end, it.spans])).toEqual([
      ['a', 0, 1, []],
      ['b👇', 1, 3, ['e1']],
      ['cd', 3, 5, []],
    ]);
  });

  it('gives overlapping spans a run of their own', () => {
    const all = runs('abcdef', [{ id: 'x', start: 0, end: 4 }, { id: 'y', start: 2, end: 6 }], true);
    expect(all.map((it) => it.spans)).toEqual([['x'], ['x', 'y'], ['y']]);
  });

  it('gives an invisible character a run of one scalar, and none when marks are off', () => {
    expect(runs('a\u200Bb', [], true).map((it) => it.mark)).toEqual([null, 'ZWSP', null]);
    expect(runs('a\u200Bb', [], false)).toHaveLength(1);
  });
});
