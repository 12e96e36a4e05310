import { describe, expect, it } from 'vitest';

import { mapsColumns } from './data.svelte';

describe('a file to import', () => {
  it.each([
    ['a/tweets.csv', true],
    [' tasks.JSON ', true],
    ['shards/train-0.parquet', true],
    ['queue.jsonl', false],
    ['folder', false],
  ])('%s may have its columns mapped: %s', (path, expected) => {
    expect(mapsColumns(path)).toBe(expected);
  });
});
