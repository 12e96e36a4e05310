import { describe, expect, it } from 'vitest';

import { clock, duration, percent, probability, short, size } from './format';

describe('numbers', () => {
  it('writes a calibrated probability without a percent sign and says the ends', () => {
    expect([0.934, 0.5, 0.001, 0.9999, null].map(probability)).toEqual(['.93', '.50', '<.01', '>.99', '–']);
  });

  it('writes counts, clocks and durations', () => {
    expect([short(18400), short(950), short(1_250_000)]).toEqual(['18.4k', '950', '1.3M']);
    expect([short(999_999), short(999_400), short(999.7), short(99_960)], 'no number is rounded into the next unit').toEqual(['1M', '999k', '1k', '100k']);
    expect([clock(14_000), clock(723_000)]).toEqual(['0:14', '12:03']);
    expect([duration(400), duration(12_000), duration(180_000)]).toEqual(['0.4 s', '12 s', '3 min']);
    expect([size(612), size(999_499), size(999_501), size(91_335_235), size(999_999_999)]).toEqual(['1 kB', '1,000 kB', '1 MB', '91 MB', '1.0 GB']);
    expect([percent(1, 4), percent(1, null)]).toEqual([25, null]);
  });
});
