// Practising: the deck and what is learnt on it, the line over the item, and what is said at the end.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';

import { table } from '../../../shell/commands';
import { items } from '../../../test/cases';
import { app, backend, open, review, user } from '../../../test/page';
import { words } from '../../../test/words';
import { LESSONS } from './lessons';

const deck = JSON.parse(readFileSync(join(__dirname, '../../../../../desk/src/practice/deck.json'), 'utf8')) as { item: { id: string } }[];

/** The fake's first items stand in for the cards. */
function practising(): void {
  if (!backend.state.case) throw new Error('a case file is open');
  backend.state.case.practice = true;
  const { openItem, next } = backend.answers.review ?? {};
  const card = <T extends { item: { id: string; row: number } } | null>(it: T): T => {
    if (it) it.item.id = LESSONS[items.findIndex((known) => known.row === it.item.row)]?.item ?? it.item.id;
    return it;
  };
  Object.assign(backend.answers.review ?? {}, {
    next: (queue: string) => card(next?.(queue) ?? null),
    openItem: (queue: string, row: number) => card(openItem?.(queue, row) ?? null),
  });
}

describe('the deck', () => {
  it('has a lesson for each of its cards, in their order', () => {
    expect(LESSONS.map((it) => it.item)).toEqual(deck.map((it) => it.item.id));
  });

  it('teaches each key once, and only what has a key', () => {
    const keys = LESSONS.flatMap((it) => it.keys);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((id) => table.find(id).keys.length === 0)).toEqual([]);
  });
});

describe('the line over the item', () => {
  beforeEach(practising);

  it('names what is learnt here and ticks off what was pressed', async () => {
    await open();
    const coach = screen.getByRole('region', { name: words.practice.title });
    expect(coach).toHaveTextContent(words.practice.place(1, 10));
    const lines = within(coach).getAllByRole('listitem');
    expect(lines).toHaveLength(LESSONS[0]?.keys.length ?? 0);
    expect(lines[0]).toHaveAttribute('aria-current', 'step');
    await user.keyboard('1');
    await waitFor(() => expect(lines[0]).toHaveTextContent(words.practice.tried));
    expect(lines[1]).toHaveAttribute('aria-current', 'step');
  });

  it('is not there in any other case file', async () => {
    if (backend.state.case) backend.state.case.practice = false;
    await open();
    expect(screen.queryByRole('region', { name: words.practice.title })).not.toBeInTheDocument();
  });

  it('leaves the practice by its button', async () => {
    await open();
    await user.click(screen.getByRole('button', { name: /Leave the practice/ }));
    await waitFor(() => expect(app.case.isOpen).toBe(false));
  });
});

describe('at the end', () => {
  it('says which keys were tried and which were not', async () => {
    practising();
    backend.done.set('Reported', items.map((it) => it.row));
    await open();
    await review.start('Reported');
    await screen.findByRole('heading', { name: words.practice.through });
    const total = LESSONS.flatMap((it) => it.keys).length;
    expect(document.body).toHaveTextContent(words.practice.tally(0, total));
    expect(screen.getAllByText('Attach').length).toBeGreaterThan(0);
    expect(review.phase).toBe('empty');
  });
});

describe('the first time', () => {
  it('begins with practice once a name is given, where no file was ever opened', async () => {
    Object.assign(backend.state, { reviewer: null, case: null, recent: [] });
    await open();
    await user.type(await screen.findByLabelText('Your name'), 'Noor{Enter}');
    await waitFor(() => expect(app.screen).toBe('review'));
    expect(backend.sent('file.practise')).toHaveLength(1);
  });

  it('does not where somebody was here before, and offers it', async () => {
    Object.assign(backend.state, { case: null });
    await open();
    expect(backend.sent('file.practise')).toHaveLength(0);
    await user.click(await screen.findByRole('button', { name: /Practise: ten items/ }));
    await waitFor(() => expect(app.case.desktop?.case?.practice).toBe(true));
  });
});
