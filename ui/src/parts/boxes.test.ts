import { describe, expect, it } from 'vitest';

import { HANDLES, moved, numbered, pulled, SMALLEST, under, type Box, type Handle } from './boxes';

const BOX: Box = { x: 0.2, y: 0.3, w: 0.4, h: 0.2 };
const sides = ({ x, y, w, h }: Box) => [x, y, x + w, y + h].map((it) => Math.round(it * 1000) / 1000);

describe('a box', () => {
  it.each([
    ['nw', [0.1, 0.1, 0.6, 0.5]], ['n', [0.2, 0.1, 0.6, 0.5]], ['ne', [0.2, 0.1, 0.22, 0.5]], ['e', [0.2, 0.3, 0.22, 0.5]],
    ['se', [0.2, 0.3, 0.22, 0.32]], ['s', [0.2, 0.3, 0.6, 0.32]], ['sw', [0.1, 0.3, 0.6, 0.32]], ['w', [0.1, 0.3, 0.6, 0.5]],
  ] as [Handle, number[]][])('pulled by %s to .1, .1 has the sides across where they were', (handle, expected) => {
    expect(sides(pulled(BOX, handle, { x: 0.1, y: 0.1 }))).toEqual(expected);
  });

  it('is pulled no further than the picture, and never turned over', () => {
    for (const handle of HANDLES) {
      for (const at of [{ x: -5, y: -5 }, { x: 5, y: 5 }, { x: 0.4, y: 0.4 }]) {
        const it = pulled(BOX, handle, at);
        const [left = -1, top = -1, right = 2, bottom = 2] = sides(it);
        expect([left >= 0, top >= 0, right <= 1, bottom <= 1], `${handle} to ${at.x}`).toEqual([true, true, true, true]);
        expect(Math.min(it.w, it.h), `${handle} to ${at.x}`).toBeGreaterThanOrEqual(SMALLEST - 1e-9);
      }
    }
  });

  it('is moved no further than the picture, and keeps its size', () => {
    const far = moved(BOX, 9, 9);
    expect(sides(far)).toEqual([0.6, 0.8, 1, 1]);
    expect(sides(moved(far, -9, 0.05))).toEqual([0, 0.8, 0.4, 1]);
  });

  it('within another is met before that one', () => {
    const [outer, inner] = [{ id: 'a', n: 1, ...BOX }, { id: 'b', n: 2, x: 0.3, y: 0.35, w: 0.1, h: 0.1 }];
    expect(under([outer, inner], { x: 0.35, y: 0.4 })?.id).toBe('b');
    expect(under([inner, outer], { x: 0.25, y: 0.4 })?.id).toBe('a');
    expect(under([inner, outer], { x: 0.9, y: 0.9 })).toBeUndefined();
  });

  it('has its number among the boxes of the whole item, whatever else is evidence', () => {
    const box = (id: string, part: string) => ({ id, verified: true, note: null, kind: 'image_box', part, box: [0, 0, 0.5, 0.5] }) as const;
    const clause = { id: 'e2', verified: true, note: null, kind: 'clause', ref: 'MI-2/a' } as const;
    const all = numbered([{ ...box('e1', 'p1'), box: [0, 0, 0.5, 0.5] }, clause, { ...box('e3', 'p2'), box: [0, 0, 0.5, 0.5] }]);
    expect(all.map((it) => [it.id, it.part, it.n])).toEqual([['e1', 'p1', 1], ['e3', 'p2', 2]]);
  });
});
