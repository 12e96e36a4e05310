import { expect, it } from 'vitest';

import type { Bin } from '../../desk/types';
import { points, radius, wilson } from './reliability';

const empty = (): Bin[] => Array.from({ length: 20 }, () => ({ rows: 0, positive: 0, mean: 0 }));

it('two bins of the card are one point, weighed by their rows', () => {
  const bins = empty();
  bins[2] = { rows: 30, positive: 3, mean: 0.12 };
  bins[3] = { rows: 10, positive: 3, mean: 0.18 };
  bins[19] = { rows: 5, positive: 5, mean: 0.97 };
  const [low, high, more] = points(bins);
  expect(low).toMatchObject({ from: 0.1, to: 0.2, rows: 40, positive: 6, observed: 0.15 });
  expect(low?.predicted).toBeCloseTo(0.135);
  expect(high).toMatchObject({ from: 0.9, to: 1, rows: 5, observed: 1 });
  expect(more).toBeUndefined();
});

it('a bin without rows is no point at 0', () => {
  expect(points(empty())).toEqual([]);
});

it('the interval of few rows is wide and stays between 0 and 1', () => {
  expect(wilson(0, 4)[0]).toBe(0);
  expect(wilson(0, 4)[1]).toBeCloseTo(0.49, 2);
  expect(wilson(4, 4)[1]).toBe(1);
  const [low, high] = wilson(500, 1000);
  expect(high - low).toBeCloseTo(0.062, 3);
});

it('one row among thousands can be seen', () => {
  expect(radius(1, 10_000)).toBeGreaterThan(3);
  expect(radius(10_000, 10_000)).toBe(9);
});
