// While the model reads: before · keys · after.
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { FakeBackend } from '../../test/fake';
import { app, backend, open, review, user } from '../../test/page';
import { words } from '../../test/words';

vi.setConfig({ testTimeout: 20_000 });

afterEach(() => app.stop());

const slowly = (it: FakeBackend) => (it.reveals.slow = true);

async function decide(): Promise<void> {
  await user.keyboard('l');
  await user.keyboard('harmful med{Enter}{Escape}');
  await user.keyboard('4{Shift>}3{/Shift}{Control>}{Enter}{/Control}');
  await waitFor(() => expect(review.phase).not.toBe('before'));
}

const card = () => screen.getByRole('group', { name: words.before.title });
const told = () => screen.getAllByRole('status').map((it) => it.textContent?.trim());

describe('while the model reads', () => {
  it('the page says at once that the impression is stored, and opens when the desk tells', async () => {
    await open(slowly);
    await decide();
    expect(card()).toHaveTextContent('stored ✓ MI-2, remove, fairly sure');
    expect(card()).toHaveTextContent(words.waiting.reading);
    expect(told()).toContain('First impression: stored. The model is reading…');
    expect(screen.queryByText(words.scores.title)).not.toBeInTheDocument();
    backend.assessed(1);
    expect(await screen.findByRole('region', { name: words.reasoning.title })).toBeInTheDocument();
    expect(told()).toContain(words.waiting.open);
  });

  it('says the same without an impression where none is asked', async () => {
    await open((it) => (slowly(it), (it.saved = it.saved.slice(2))));
    expect(card()).toHaveTextContent(words.waiting.assisted);
    expect(told()).toContain(words.waiting.reading);
  });

  it('Escape goes on without it, once no window and no field has it', async () => {
    await open(slowly);
    await decide();
    await user.keyboard('{Control>}k{/Control}');
    await screen.findByRole('dialog', { name: words.palette.title });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(app.dialog).toBeNull());
    expect(backend.sent('review.decline')).toEqual([]);
    await user.keyboard('{Escape}');
    await screen.findByRole('region', { name: words.reasoning.title });
    expect(backend.sent('review.decline')).toEqual([['Reported', 1]]);
    expect(screen.getAllByText(words.reasoning.alone)).toHaveLength(2);
    expect(told()).toContain(words.waiting.openAlone);
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(backend.sent('review.submit')[0]?.[2]).toMatchObject({ steps: [], judgement: { clauses: ['MI-2'] } }));
  });

  it('what was decided first cannot be changed, and other keys go on', async () => {
    await open(slowly);
    await decide();
    await user.keyboard('1vl{Shift>}1{/Shift}');
    expect([review.picked.choice, review.picked.confidence, review.picked.severity]).toEqual(['remove', 'fairly_sure', null]);
    await user.keyboard(' ');
    expect(await screen.findByRole('img', { name: 'Image p1, uncovered' })).toBeInTheDocument();
    await user.keyboard('s');
    await waitFor(() => expect(review.review?.item.row).toBe(2));
    expect(screen.getByText(words.before.what)).toBeInTheDocument();
  });

  it('says so in German', async () => {
    await open((it) => (slowly(it), (it.chosen = { ...it.chosen, language: 'de' })));
    await decide();
    expect(card()).toHaveTextContent('gespeichert ✓ MI-2, entfernen, ziemlich sicher');
    expect(card()).toHaveTextContent('Das Modell liest…');
    expect(within(card()).getByRole('button', { name: 'Ohne das Modell weitermachen' })).toBeEnabled();
  });
});

describe('a reveal that is refused', () => {
  it('is shown with its words, tried again by a key, and done without by a button', async () => {
    await open(slowly);
    backend.refuse.set('review.reveal', { code: 'busy', message: 'the file is locked' });
    await decide();
    await waitFor(() => expect(card()).toHaveTextContent('the file is locked'));
    expect(card()).toHaveTextContent(words.errors.busy.way);
    expect(told()).toContain(words.errors.busy.what);
    await user.keyboard('r');
    await waitFor(() => expect(card()).toHaveTextContent(words.waiting.reading));
    await user.click(within(card()).getByRole('button', { name: words.commands.alone }));
    await screen.findByRole('region', { name: words.reasoning.title });
  });

  it('because the item left the queue only offers the next one', async () => {
    await open(slowly);
    backend.refuse.set('review.reveal', { code: 'left', message: 'row 1' });
    await decide();
    await waitFor(() => expect(card()).toHaveTextContent('This item left your queue. ⇧N fetches the next one.'));
    expect(within(card()).getAllByRole('button').map((it) => it.textContent)).toEqual([expect.stringContaining(words.commands.fetch)]);
    expect(card()).not.toHaveTextContent('row 1');
  });
});

it('an item that left the queue is told of in passing, with the key for the next one', async () => {
  await open();
  backend.refuse.set('review.heartbeat', { code: 'left', message: 'row 1' });
  for (let n = 0; n < 60; n += 1) await review.second(true);
  expect(await screen.findByText('vid-20261119-0481 left this queue; ⇧N fetches the next one')).toBeInTheDocument();
  expect(app.notices.map((it) => it.tone)).toEqual(['note']);
});
