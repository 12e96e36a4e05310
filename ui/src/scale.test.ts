import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { inRem } from '../scale';

const SOURCE = resolve(process.cwd(), 'src');

describe('the size of the page', () => {
  it.each([
    ['16px', '1rem'],
    ['-9px 0 4.5px', '-0.5625rem 0 0.28125rem'],
    ['1px solid var(--line)', '1px solid var(--line)'],
    ['0 0 0 2px', '0 0 0 2px'],
    ['min(440px, calc(100vw - 96px))', 'min(27.5rem, calc(100vw - 6rem))'],
    ['.5px', '.5px'],
    ['var(--x-12px)', 'var(--x-12px)'],
  ])('%s is built as %s', (written, built) => {
    expect(inRem(written)).toBe(built);
  });

  // A query of CSS does not know of the size that is chosen; the window does, and says it by data-snug and data-narrow.
  it('is asked for by no query of CSS', () => {
    const asking = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
      .filter((it) => /\.(svelte|css)$/.test(it))
      .filter((it) => /@media[^{]*(width|height)/.test(readFileSync(join(SOURCE, it), 'utf8')));
    expect(asking).toEqual([]);
  });
});
