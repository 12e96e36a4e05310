// What a language model writes of clauses: before · keys · after.
import { screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Notes, Quote } from '../../desk/types';
import { TEA } from '../../test/cases';
import { app, backend, open, review, user } from '../../test/page';
import { words } from '../../test/words';

vi.setConfig({ testTimeout: 20_000 });

afterEach(() => app.stop());

const DROPS = 'throw your drops away';

function there(quote: string): { part: number; start: number; end: number; quote: string } {
  const start = TEA.indexOf(quote);
  return { part: 1, start, end: start + quote.length, quote };
}

const because = (said: string, quote: Quote, rule: string | null = 'MI-2/a', known = true) => ({
  rule, is_known: known, quote, because: said,
});

function notes(more: Partial<Notes> = {}): Notes {
  return {
    clause: 'MI-2', model: 'words@1', found: true, outcome: 'whole', text: '{}', n_tokens: 90, log_likelihood: -9,
    speaks_for: [
      because('Tells people to stop a medicine.', { kind: 'verified', ...there(DROPS) }),
      because('It is sold.', { kind: 'unverified', written: 'buy it here', near: 0 }),
    ],
    against: [
      because('It is her own aunt.', { kind: 'repaired', written: 'my Aunt was cured', ...there('my aunt was cured') }, 'MI-2/x1'),
      because('Nobody is harmed.', { kind: 'absent' }, 'MI-2/q9', false),
    ],
    severity: { value: 3, in_range: true },
    unaddressed: ['MI-2/x2'],
    ...more,
  };
}

async function decide(): Promise<void> {
  await user.keyboard('l');
  await user.keyboard('harmful med{Enter}{Escape}');
  await user.keyboard('4{Shift>}3{/Shift}{Control>}{Enter}{/Control}');
  await waitFor(() => expect(review.phase).not.toBe('before'));
}

const card = () => screen.getByRole('article', { name: words.notes.of('MI-2') });
const side = (name: string) => within(card()).getByRole('region', { name: `MI-2, ${name}` });

describe('notes of a language model', () => {
  it('stand for and against, each with its quote and what became of it, in words', async () => {
    await open((it) => (it.reveals.notes = [notes()]));
    await decide();
    expect(side(words.notes.for)).toHaveTextContent('Tells people to stop a medicine. MI-2/a “throw your drops away” ✓ in the item');
    expect(side(words.notes.for)).toHaveTextContent('It is sold. MI-2/a “buy it here” ✕ not verified');
    expect(side(words.notes.against)).toHaveTextContent('It is her own aunt. MI-2/x1 “my aunt was cured” ✓ repaired');
    expect(side(words.notes.against)).toHaveTextContent('MI-2/q9: the clause has no such part');
    expect(card()).toHaveTextContent('found broken');
    expect(card()).toHaveTextContent('proposes severity 3');
    expect(card()).toHaveTextContent('says nothing of MI-2/x2');
    expect(screen.getByText('measured: the value, not calibrated · generated: the words · verified: 2 of 3 quotes')).toBeInTheDocument();
  });

  it('a quote that is gone to by keys is marked in the item', async () => {
    await open((it) => (it.reveals.notes = [notes()]));
    await decide();
    const quote = within(side(words.notes.for)).getByRole('button', { name: /throw your drops away/ });
    quote.focus();
    await waitFor(() => expect(document.querySelector('.pointed[data-start]')).toHaveTextContent(DROPS));
    await user.keyboard('{Tab}');
    await waitFor(() => expect(document.querySelector('.pointed[data-start]')).toBeNull());
    expect(within(side(words.notes.for)).getByRole('button', { name: /buy it here/ })).toHaveFocus();
  });

  it.each(['cut_off', 'unparsable', 'failed'] as const)('that are %s say so', async (outcome) => {
    const none = { outcome, text: 'I would <b>rather</b> not.', speaks_for: [], against: [], severity: null };
    await open((it) => (it.reveals.notes = [notes(none)]));
    await decide();
    expect(card()).toHaveTextContent(words.notes.outcomes[outcome]);
    expect(card().querySelector('b')).toBeNull();
    if (outcome !== 'cut_off') expect(card()).toHaveTextContent('I would <b>rather</b> not.');
  });

  it('hold nothing against access, and are said in German', async () => {
    await open((it) => ((it.reveals.notes = [notes()]), (it.chosen = { ...it.chosen, language: 'de' })));
    await decide();
    const shown = screen.getByRole('article', { name: 'Für und gegen MI-2' });
    expect(shown).toHaveTextContent('✕ nicht bestätigt');
    const { violations } = await axe.run(shown, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map((it) => it.id)).toEqual([]);
  });
});

describe('while the model writes', () => {
  const said = [{ speaks_for: true, rule: 'a', quote: DROPS, because: 'Tells people to' }];

  it('what it has written so far stands there, of this item alone', async () => {
    await open((it) => (it.reveals.slow = true));
    backend.tell({ kind: 'writing', row: 1, clause: 'MI-2', said });
    expect(screen.queryByText(words.waiting.writing)).not.toBeInTheDocument();
    await decide();
    const waiting = screen.getByRole('group', { name: words.before.title });
    expect(waiting).not.toHaveTextContent('Tells people to');
    backend.tell({ kind: 'writing', row: 2, clause: 'MI-2', said });
    expect(waiting).toHaveTextContent(words.waiting.reading);
    backend.tell({ kind: 'writing', row: 1, clause: 'MI-2', said });
    await waitFor(() => expect(waiting).toHaveTextContent('MI-2 for “throw your drops away” Tells people to'));
    expect(waiting).toHaveTextContent(words.waiting.writing);
    backend.assessed(1);
    await screen.findByRole('region', { name: words.reasoning.title });
    expect(review.reveal.written.size).toBe(0);
  });

  it('Escape goes on without it', async () => {
    await open((it) => (it.reveals.slow = true));
    await decide();
    backend.tell({ kind: 'writing', row: 1, clause: 'MI-2', said });
    await user.keyboard('{Escape}');
    await screen.findByRole('region', { name: words.reasoning.title });
    expect(backend.sent('review.decline')).toEqual([['Reported', 1]]);
    backend.tell({ kind: 'writing', row: 1, clause: 'MI-2', said });
    expect(screen.queryByText(/Tells people to$/)).not.toBeInTheDocument();
  });
});
