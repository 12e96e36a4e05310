import { describe, expect, it } from 'vitest';

import { Look } from './look.svelte';

/** A picture in a stage, in pixels. */
function look(picture: [number, number], stage: [number, number]): Look {
  const it = new Look({ width: picture[0], height: picture[1] });
  it.stage = { width: stage[0], height: stage[1] };
  return it;
}

const rounded = ({ x, y, w, h }: { x: number; y: number; w: number; h: number }) => [x, y, w, h].map((it) => Math.round(it * 1000) / 1000);

describe('a picture in its stage', () => {
  it.each([
    ['as wide as its stage', [800, 400], [400, 200], [0, 0, 1, 1]],
    ['high, between empty sides', [300, 600], [400, 200], [0.375, 0, 0.25, 1]],
    ['wide, between an empty top and bottom', [800, 200], [400, 200], [0, 0.25, 1, 0.5]],
    ['small, made as large as its stage', [40, 20], [400, 200], [0, 0, 1, 1]],
    ['before its stage has a size', [300, 600], [0, 0], [0, 0, 1, 1]],
  ] as const)('is whole and in the middle: %s', (_, picture, stage, laid) => {
    expect(rounded(look([...picture], [...stage]).laid)).toEqual([...laid]);
  });

  it('keeps the point under the pointer where it is as it grows', () => {
    const it = look([800, 400], [400, 200]);
    const under = () => ({ x: (0.8 - it.laid.x) / it.laid.w, y: (0.3 - it.laid.y) / it.laid.h });
    const before = under();
    it.zoom(3, { x: 0.8, y: 0.3 });
    expect(it.view.zoom).toBeCloseTo(1.25 ** 3);
    expect(under().x).toBeCloseTo(before.x);
    expect(under().y).toBeCloseTo(before.y);
  });

  it('is moved as far as there is picture, and comes back in as many steps', () => {
    const it = look([800, 400], [400, 200]);
    it.arrow(1, 0);
    expect(rounded(it.laid), 'whole, it has nowhere to go').toEqual([0, 0, 1, 1]);
    it.zoom(4);
    for (let n = 0; n < 50; n += 1) it.arrow(1, 1);
    expect(it.laid.x + it.laid.w).toBeCloseTo(1);
    expect(it.laid.y + it.laid.h).toBeCloseTo(1);
    const end = it.laid.x;
    it.arrow(-1, 0);
    expect(it.laid.x, 'steps beyond the edge are not kept').toBeGreaterThan(end);
  });

  it('is shown pixel for pixel, larger or smaller than its stage', () => {
    const large = look([1600, 800], [400, 200]);
    large.actual(1);
    expect([large.view.zoom, large.percent(1), large.pannable]).toEqual([4, 100, true]);
    const small = look([40, 20], [400, 200]);
    small.actual(1);
    expect([small.view.zoom, small.percent(1), small.pannable]).toEqual([0.1, 100, false]);
    small.fit();
    expect(small.percent(1)).toBe(1000);
    // Where two pixels of the screen make one of the page.
    large.actual(2);
    expect([large.view.zoom, large.percent(2)]).toEqual([2, 100]);
  });

  it('grows and shrinks between bounds', () => {
    const it = look([800, 400], [400, 200]);
    it.zoom(100);
    expect(it.view.zoom).toBe(16);
    it.zoom(-200);
    expect(it.view.zoom).toBe(1);
  });

  it('stays in its stage when that changes size', () => {
    const it = look([800, 400], [400, 200]);
    it.zoom(4);
    it.pan(1, 1);
    it.stage = { width: 1200, height: 300 };
    expect(it.laid.x).toBeLessThanOrEqual(1e-9);
    expect(it.laid.x + it.laid.w).toBeGreaterThanOrEqual(1 - 1e-9);
  });

  it('brings a box into view by moving no more than that takes', () => {
    const it = look([800, 400], [400, 200]);
    it.zoom(6);
    const box = { x: 0.9, y: 0.05, w: 0.06, h: 0.06 };
    it.bring(box);
    const seen = { left: it.laid.x + box.x * it.laid.w, right: it.laid.x + (box.x + box.w) * it.laid.w };
    expect(seen.left).toBeGreaterThanOrEqual(0);
    expect(seen.right).toBeLessThanOrEqual(1);
    const { laid } = it;
    it.bring(box);
    expect(it.laid, 'what is seen stays').toEqual(laid);
  });
});
