import { describe, expect, it } from 'vitest';

import { image, text } from '../test/cases';
import { AnchorPicker, boxAnchor } from './anchor.svelte';

describe('choosing a place by keys', () => {
  it('moves and grows by words, in scalars', () => {
    const it = new AnchorPicker([text('p1', 'caption', '👇 one two three')], () => false);
    it.arrow(1, 0, false);
    it.arrow(1, 0, true);
    expect(it.anchor).toEqual({ kind: 'text_span', part: 'p1', start: 6, end: 15, quote: 'two three' });
  });

  it('offers uncovered images only, and keeps the box inside', () => {
    const parts = [image('p1'), text('p2', 'caption', 'words')];
    expect(new AnchorPicker(parts, () => false).parts.map((part) => part.id)).toEqual(['p2']);
    const it = new AnchorPicker(parts, () => true);
    for (let n = 0; n < 60; n += 1) it.arrow(1, 1, false);
    for (let n = 0; n < 60; n += 1) it.arrow(1, 1, true);
    expect(it.box.x + it.box.w).toBeLessThanOrEqual(1);
    expect(it.box.y + it.box.h).toBeLessThanOrEqual(1);
  });

  it('rounds a box so that it never leaves the image', () => {
    const found = boxAnchor('p1', { x: 0.33335, y: 0, w: 0.66667, h: 1 });
    if (found.kind !== 'image_box') throw new Error('a box is a box');
    const [x, , w] = found.box;
    expect(x + w).toBeLessThanOrEqual(1);
  });
});
