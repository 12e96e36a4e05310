import { describe, expect, it } from 'vitest';

import { heightOf, isScaled, LINE, scrollFor, TALLEST, topAt, topBy, topFor, viewAt, type Shape } from './window';

const VIEW = 700;
const MILLION = 1_000_000;
const list = (n: number, view = VIEW, line = LINE): Shape => ({ n, view, line });

describe('a short list', () => {
  it('scrolls pixel by pixel', () => {
    expect(heightOf(list(100))).toBe(100 * LINE);
    expect(isScaled(list(100))).toBe(false);
    expect(topAt(123, list(100))).toBeCloseTo(123);
    expect(scrollFor(123, list(100))).toBeCloseTo(123);
  });

  it('does not scroll where everything is in view', () => {
    expect(topAt(50, list(3))).toBe(0);
    expect(scrollFor(50, list(3))).toBe(0);
    expect(viewAt(0, list(3))).toEqual({ first: 0, n: 3, shift: 0 });
    expect(viewAt(0, list(0))).toEqual({ first: 0, n: 0, shift: 0 });
  });
});

describe('a list of a million', () => {
  it.each([LINE, 2 * LINE])('has a scroller that a web view lays out, at 200 %% zoom too, with lines of %d px', (line) => {
    expect(MILLION * line).toBeGreaterThan(33_000_000);
    expect(heightOf(list(MILLION, VIEW, line))).toBe(TALLEST);
    expect(heightOf(list(MILLION, VIEW, line)) * 2).toBeLessThan(17_000_000);
  });

  it.each([
    [VIEW, LINE],
    [VIEW / 2, 2 * LINE],
    [301.5, 1.25 * LINE],
  ])('has its last line wholly in view at the end of the scroller, %d px high, lines of %d px', (view, line) => {
    const shape = list(MILLION, view, line);
    const { first, n, shift } = viewAt(topAt(heightOf(shape) - view, shape), shape);
    expect(first + n).toBe(MILLION);
    expect(shift + n * line).toBeCloseTo(view, 3);
  });

  it('shows the first line at the start', () => {
    expect(viewAt(topAt(0, list(MILLION)), list(MILLION))).toMatchObject({ first: 0, shift: 0 });
  });

  it('goes there and back without losing its place', () => {
    const shape = list(MILLION);
    for (const at of [1, 499_999, 777_777, MILLION - 20]) {
      const top = topFor(at, 0, shape);
      const again = topAt(scrollFor(top, shape), shape);
      expect(again).toBeCloseTo(top, 3);
      const { first, n } = viewAt(again, shape);
      expect(at).toBeGreaterThanOrEqual(first);
      expect(at).toBeLessThan(first + n);
    }
  });

  it('moves by the pixels of the wheel, not by those of the scroller', () => {
    const shape = list(MILLION);
    expect(topBy(100, 5_000, shape)).toBe(5_100);
    expect(topBy(-100, 50, shape)).toBe(0);
    expect(topBy(100, MILLION * LINE, shape)).toBe(MILLION * LINE - VIEW);
  });
});

describe('bringing a line into view', () => {
  it('moves as little as it must', () => {
    expect(topFor(3, 0, list(100))).toBe(0);
    expect(topFor(20, 0, list(100))).toBe(21 * LINE - VIEW);
    expect(topFor(20, 30 * LINE, list(100))).toBe(20 * LINE);
  });

  it('never moves past either end', () => {
    expect(topFor(99, 0, list(100))).toBe(100 * LINE - VIEW);
    expect(topFor(0, 900, list(100))).toBe(0);
    expect(topFor(0, 0, list(1))).toBe(0);
  });
});
