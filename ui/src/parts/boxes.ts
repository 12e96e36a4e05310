// Boxes in a picture, in parts of its width and height: how they are drawn, moved and pulled. Knows no pointer.
import type { Evidence } from '../desk/types';

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A box of evidence, with the number that it and its chip carry. */
export interface Numbered extends Box {
  id: string;
  n: number;
}

/** The side or corner a box is pulled by. */
export const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof HANDLES)[number];

/** The least that a box becomes, in parts of the picture. */
export const SMALLEST = 0.02;

type At = { x: number; y: number };
const between = (n: number, low: number, high: number) => Math.min(high, Math.max(low, n));

/** The box between two corners, whichever they are. */
export function drawn(from: At, to: At): Box {
  return { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), w: Math.abs(to.x - from.x), h: Math.abs(to.y - from.y) };
}

/** The box at another place, as far as the picture goes. */
export function moved(box: Box, dx: number, dy: number): Box {
  return { ...box, x: between(box.x + dx, 0, 1 - box.w), y: between(box.y + dy, 0, 1 - box.h) };
}

/** The box with the handle at `to`; the sides across stay, and it is never turned over. */
export function pulled(box: Box, handle: Handle, to: At): Box {
  const along = (from: number, length: number, start: boolean, end: boolean, at: number): [number, number] => {
    if (start) {
      const begin = between(at, 0, from + length - SMALLEST);
      return [begin, from + length - begin];
    }
    return [from, end ? between(at, from + SMALLEST, 1) - from : length];
  };
  const [x, w] = along(box.x, box.w, handle.includes('w'), handle.includes('e'), to.x);
  const [y, h] = along(box.y, box.h, handle.startsWith('n'), handle.startsWith('s'), to.y);
  return { x, y, w, h };
}

export function holds(box: Box, { x, y }: At): boolean {
  return x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
}

/** The smallest of the boxes that lie under a point: of one within another, the inner one. */
export function under<B extends Box>(boxes: readonly B[], at: At): B | undefined {
  return boxes.filter((it) => holds(it, at)).toSorted((a, b) => a.w * a.h - b.w * b.h)[0];
}

/** The boxes of evidence in the order in which they were attached; their numbers are of the whole item. */
export function numbered(evidence: readonly Evidence[]): (Numbered & { part: string; verified: boolean })[] {
  return evidence
    .filter((it) => it.kind === 'image_box')
    .map(({ id, part, verified, box: [x, y, w, h] }, n) => ({ id, part, verified: verified !== false, n: n + 1, x, y, w, h }));
}
