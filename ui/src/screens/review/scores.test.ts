import { render, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import type { Assessment, Scoring } from '../../desk/types';
import { assessmentOf, items } from '../../test/cases';
import Scores from './Scores.svelte';

function show(scoring: Scoring, language = 'tr'): HTMLElement {
  const [item] = items;
  if (!item) throw new Error('there are items');
  const assessment: Assessment = { ...assessmentOf(item), scoring };
  return render(Scores, { assessment, problem: null, language, unfolded: true }).container;
}

const [first] = items;
const full = first ? assessmentOf(first).scoring : undefined;

describe('scores', () => {
  it('write a calibrated probability with its threshold, in figures and in words', () => {
    const shown = show(full as Scoring);
    expect(shown).toHaveTextContent('▲ .93');
    expect(shown).toHaveTextContent('threshold .62, above its threshold');
    expect(shown).toHaveTextContent('threshold .66, below its threshold');
    expect(shown.textContent).not.toContain('%');
  });

  it('never write an uncalibrated likeness as a number', () => {
    const shown = show(full as Scoring);
    const similar = screen.getByText(/Nearest clauses/).closest('div');
    expect(similar).toHaveTextContent('not calibrated');
    expect(similar?.textContent).not.toMatch(/%|0?\.\d/);
    for (const value of ['0.41', '.41', '41', '.38', '.22']) expect(shown.textContent).not.toContain(value);
  });

  it('give the bars of likeness no width that stands for a value', () => {
    show(full as Scoring);
    const similar = screen.getByText(/Nearest clauses/).closest('div');
    expect(similar?.querySelector('[style*="width"]')).toBeNull();
  });

  it('say of each of the nearest clauses whether anything measured it', () => {
    const near = (target: string, value: number) =>
      ({ target, title: 'A rule', clauses: [target], method: 'zero_shot' as const, value, threshold: null });
    const head = (target: string, clauses: string[], value: number) =>
      ({ target, title: 'A head', clauses, method: 'head' as const, value, threshold: 0.5 });
    const scores = [head('s/H', ['HH-1', 'HH-3'], 0.7), head('s/V', ['VG-2'], 0.2), near('HH-1', 0.3), near('IP-1', 0.2), near('VG-2', 0.1)];
    show({ outcome: 'scored', scores, drivers: [], read_as: null });
    const said = screen.getAllByRole('listitem').map((it) => it.textContent?.replace(/\s+/g, ' ').trim());
    expect(said[0]).toMatch(/HH-1 A rule measured: met$/);
    expect(said[1]).toMatch(/IP-1 A rule nothing measures it$/);
    expect(said[2]).toMatch(/VG-2 A rule measured: not met$/);
  });

  it('name the clauses a group stands for and never split it', () => {
    expect(show(full as Scoring)).toHaveTextContent('stands for AD-1, AD-2, FR-1');
    expect(screen.getAllByText('Misleading selling')).toHaveLength(1);
  });

  it('write what a language model checked with its sign, as no percentage, and say what it found', () => {
    const check = (target: string, value: number) =>
      ({ target, title: 'A rule', clauses: [target], method: 'check' as const, value, threshold: 0 });
    const scores = [check('SP-1', 1.234), check('FR-1', -0.4)];
    const shown = show({ outcome: 'scored', scores, drivers: [], read_as: null });
    expect(shown).toHaveTextContent(/▲ SP-1 A rule \+1\.23 found broken/);
    expect(shown).toHaveTextContent(/– FR-1 A rule −0\.40 found not broken/);
    expect(shown.textContent).not.toContain('%');
  });

  it('say why there is no score, with the language by name', () => {
    expect(show({ outcome: 'not_scored', reason: 'language' })).toHaveTextContent('Not scored: the model was not evaluated on Turkish.');
    expect(show({ outcome: 'not_scored', reason: 'no_text' })).toHaveTextContent('Not scored: there is no text to read.');
  });

  it('say that the model failed, and on what', () => {
    const shown = show({ outcome: 'failed', message: 'tokenizer: unexpected end' });
    expect(shown).toHaveTextContent('The model failed on this item. tokenizer: unexpected end');
    expect(shown.textContent).not.toMatch(/\.00|safe/);
  });

  it('say which model, where, and how long', () => {
    expect(show(full as Scoring)).toHaveTextContent('minilm-l6-v2+starter-heads@3 · cpu · 0.2 s');
  });
});
