import { render } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';

import type { Evidence } from '../desk/types';
import { slice } from '../kit/text';
import { text } from '../test/cases';
import { selected, trimmed } from './selection';
import TextPart from './TextPart.svelte';

const span = (id: string, start: number, end: number): Evidence =>
  ({ id, verified: true, note: null, kind: 'text_span', part: 'p1', start, end, quote: '' });

function show(words: string, evidence: Evidence[] = [], id = 'p1', marks = true): HTMLElement {
  const { container } = render(TextPart, {
    part: text(id, 'caption', words), marks, evidence, focused: [], pointed: null, picking: null, onpoint: () => {},
  });
  const part = container.querySelector<HTMLElement>('[data-part]');
  if (!part) throw new Error('a text part has a data-part');
  return part;
}

/** Selects from UTF-16 offset `from` of run `a` to `to` of run `b`. */
function select(part: HTMLElement, [a, from]: [number, number], [b, to]: [number, number]): void {
  const all = [...part.querySelectorAll('[data-start]')];
  const [first, last] = [all[a]?.firstChild, all[b]?.firstChild];
  if (!first || !last) throw new Error('the runs exist');
  getSelection()?.setBaseAndExtent(first, from, last, to);
}

beforeEach(() => getSelection()?.removeAllRanges());

describe('a selection becomes scalar offsets', () => {
  it('counts an emoji before it as one', () => {
    select(show('👇 link in bio'), [0, 3], [0, 7]);
    expect(selected(getSelection())).toEqual({ part: 'p1', start: 2, end: 6 });
  });

  it('runs over highlighted evidence', () => {
    const words = 'Drink 🍵 for three days';
    select(show(words, [span('e1', 6, 7)]), [0, 3], [2, 4]);
    const found = selected(getSelection());
    expect(found).toEqual({ part: 'p1', start: 3, end: 11 });
    expect(slice(words, 3, 11)).toBe('nk 🍵 for');
  });

  it('counts a named invisible character as the one scalar it is, not as its label', () => {
    const words = 'co\u200Bins now';
    select(show(words), [0, 0], [2, 3]);
    const found = selected(getSelection());
    expect(found).toEqual({ part: 'p1', start: 0, end: 6 });
    expect(slice(words, 0, 6)).toBe('co\u200Bins');
  });

  it('takes in a whole mark when a boundary lies inside its label', () => {
    select(show('ab\u202Ecd'), [1, 2], [2, 1]);
    expect(selected(getSelection())).toEqual({ part: 'p1', start: 2, end: 4 });
  });

  it('counts right-to-left text in logical order', () => {
    const words = 'هذا الشاي 🍵 جيد';
    select(show(words), [0, 4], [0, 9]);
    expect(selected(getSelection())).toEqual({ part: 'p1', start: 4, end: 9 });
    expect(slice(words, 4, 9)).toBe('الشاي');
  });

  it('understands boundaries between elements', () => {
    const part = show('one two', [span('e1', 0, 3)]);
    getSelection()?.selectAllChildren(part);
    expect(selected(getSelection())).toEqual({ part: 'p1', start: 0, end: 7 });
  });

  it('refuses a selection across two parts', () => {
    const [one, two] = [show('one'), show('two', [], 'p2')];
    const from = one.querySelector('span')?.firstChild;
    const to = two.querySelector('span')?.firstChild;
    if (from && to) getSelection()?.setBaseAndExtent(from, 0, to, 2);
    expect(selected(getSelection())).toBe('across');
  });

  it('is nothing outside the item', () => {
    document.body.insertAdjacentHTML('beforeend', '<p id="elsewhere">elsewhere</p>');
    const node = document.getElementById('elsewhere')?.firstChild;
    if (node) getSelection()?.setBaseAndExtent(node, 0, node, 4);
    expect(selected(getSelection())).toBeNull();
  });

  it('drops the spaces around a selection', () => {
    expect(trimmed('a 👇 b', { part: 'p1', start: 1, end: 4 })).toEqual({ part: 'p1', start: 2, end: 3 });
    expect(trimmed('a   b', { part: 'p1', start: 1, end: 4 })).toBeNull();
  });
});

describe('a text part', () => {
  it('shows invisible characters by name', () => {
    expect(show('gro\u202Eelpmaxe')).toHaveTextContent('gro⟨RLO⟩elpmaxe');
  });

  it('shows markup and links as plain words', () => {
    const part = show('<b>hi</b> see https://example.org <a href="https://example.org">x</a>');
    expect(part.querySelector('a, b')).toBeNull();
    expect(part).toHaveTextContent('<b>hi</b> see https://example.org <a href="https://example.org">x</a>');
  });

  it('lets each text find its own direction', () => {
    expect(show('هذا')).toHaveAttribute('dir', 'auto');
  });
});
