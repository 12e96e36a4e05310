// Whose turn an item is: before · keys · after.
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { Waits } from '../../desk/types';
import { queue } from '../../test/fake';
import { app, backend, open, review, user } from '../../test/page';
import { words } from '../../test/words';

vi.setConfig({ testTimeout: 20_000 });

afterEach(() => app.stop());

const t = words.turn;
const fromBo: Waits = { by: 'Bo', to: { kind: 'person', name: 'Noor' }, for_me: true, by_me: false, reason: 'second_opinion', has_note: true, at_ms: 1_763_632_800_000 };

async function decide(): Promise<void> {
  review.addClause('MI-2');
  review.choose('remove');
  review.judge({ confidence: 'fairly_sure' });
  await review.storeImpression();
}

describe('handing an item on', () => {
  it('is done by keys alone, and the next item comes', async () => {
    await open();
    await screen.findByText(words.before.what);
    expect(review.review?.item.row).toBe(1);
    await user.keyboard('{Shift>}H{/Shift}');
    const form = within(await screen.findByRole('dialog', { name: t.title }));
    expect(form.getByRole('combobox', { name: t.name })).toHaveFocus();
    await user.keyboard('Bo');
    await user.selectOptions(form.getByRole('combobox', { name: t.reason }), 'policy_question');
    form.getByRole('textbox', { name: t.noteOptional }).focus();
    await user.keyboard('is it satire?{Enter}');
    await waitFor(() => expect(review.review?.item.row).toBe(2));
    expect(backend.sent('turn.hand_on')).toEqual([
      [1, { to: { kind: 'person', name: 'Bo' }, reason: 'policy_question', note: 'is it satire?', met_in: 'Reported' }],
    ]);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(review.review?.item.row).toBe(1));
  });

  it('says while it is typed that nobody of a name is known, and hands on all the same', async () => {
    await open();
    await screen.findByText(words.before.what);
    await user.keyboard('{Shift>}H{/Shift}');
    await screen.findByRole('dialog');
    await user.keyboard('Boo');
    expect(screen.getByText(t.unknown('Boo'))).toBeInTheDocument();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(review.review?.item.row).toBe(2));
    expect(await screen.findByText(t.unknown('Boo'))).toBeInTheDocument();
  });

  it('offers no queue of the restricted lane, and is not done with what is in it', async () => {
    await open((it) => it.saved.push(queue('Child safety', { restricted: true })));
    await screen.findByText(words.before.what);
    await user.keyboard('{Shift>}H{/Shift}');
    const form = within(await screen.findByRole('dialog'));
    await user.click(form.getByRole('radio', { name: t.queue }));
    const options = within(form.getByRole('combobox', { name: t.which })).getAllByRole('option').map((it) => it.textContent);
    expect(options).toContain('Arabic');
    expect(options).not.toContain('Child safety');
    await user.keyboard('{Escape}');
    await app.doors.work.reviewQueue('Child safety');
    await user.keyboard('{Shift>}H{/Shift}');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('stays open with what is refused, and with what was typed', async () => {
    await open();
    await screen.findByText(words.before.what);
    backend.refuse.set('turn.hand_on', { code: 'request', message: 'hand item i1 on to Bo: a rule' });
    await user.keyboard('{Shift>}H{/Shift}');
    await screen.findByRole('dialog');
    await user.keyboard('Bo{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('hand item i1 on to Bo: a rule');
    expect(screen.getByRole('combobox', { name: t.name })).toHaveValue('Bo');
    expect(review.review?.item.row).toBe(1);
  });
});

describe('an item that waits', () => {
  it('says for whom, from whom and why at once, and in words only after the first impression', async () => {
    await open((it) => {
      it.waits.set(1, fromBo);
      it.said.set(1, [
        { by: 'Bo', at_ms: fromBo.at_ms, what: { kind: 'handed_on', to: fromBo.to, reason: fromBo.reason, taken_back_at_ms: null }, text: 'a quote, I think', held: false },
      ]);
    });
    expect(await screen.findByText(t.waitsForYou('Bo', t.reasons.second_opinion))).toBeInTheDocument();
    expect(await screen.findByText(t.held)).toBeInTheDocument();
    expect(screen.queryByText('a quote, I think')).not.toBeInTheDocument();
    await decide();
    expect(await screen.findByText('a quote, I think')).toBeInTheDocument();
  });

  it('is listed, counted and opened by keys', async () => {
    await open((it) => it.waits.set(3, fromBo));
    await screen.findByText(words.before.what);
    expect(await screen.findByRole('button', { name: new RegExp(t.forYou(1)) })).toBeInTheDocument();
    await user.keyboard('{Shift>}W{/Shift}');
    const dialog = within(await screen.findByRole('dialog', { name: t.waitingTitle }));
    const id = dialog.getAllByRole('button').find((it) => it.textContent?.startsWith(t.open('').trim()));
    await waitFor(() => expect(id).toHaveFocus());
    await user.keyboard('{Enter}');
    await waitFor(() => expect(review.review?.item.row).toBe(3));
  });

  it('is taken back by who handed it on', async () => {
    await open((it) => it.waits.set(1, { ...fromBo, by: 'Noor', to: { kind: 'person', name: 'Bo' }, for_me: false, by_me: true }));
    await screen.findByText(t.waitsFor('Noor', 'Bo', t.reasons.second_opinion));
    await user.click(screen.getByRole('button', { name: new RegExp(`^${t.takeBack}`) }));
    await waitFor(() => expect(review.review?.waits).toBeNull());
    expect(backend.sent('turn.call_back')).toEqual([[1]]);
  });
});

describe('a note to a colleague', () => {
  it('is written by keys and stands with the item', async () => {
    await open();
    await screen.findByText(words.before.what);
    await user.keyboard('{Shift>}M{/Shift}');
    await screen.findByRole('dialog', { name: t.noteTitle });
    await user.keyboard('see the second line');
    const dialog = within(screen.getByRole('dialog'));
    dialog.getByRole('combobox', { name: t.noteTo }).focus();
    await user.keyboard('Cy{Enter}');
    expect(await screen.findByText('see the second line')).toBeInTheDocument();
    expect(backend.sent('turn.add_note')).toEqual([[1, { to: 'Cy', text: 'see the second line' }]]);
  });
});

describe('the way back out of the restricted lane', () => {
  it('is offered in the lane alone, asks why, and goes to the next', async () => {
    await open((it) => it.saved.push(queue('Child safety', { restricted: true })));
    await screen.findByText(words.before.what);
    await decide();
    expect(app.commands.can('take.out'), 'in an ordinary queue there is nothing to take out').toBe(false);
    await app.doors.work.reviewQueue('Child safety');
    expect(app.commands.can('take.out'), 'a first impression comes first').toBe(false);
    await decide();
    const row = review.review?.item.row;
    app.commands.run('take.out');
    await screen.findByRole('dialog', { name: t.releaseTitle });
    await user.keyboard('1');
    await waitFor(() => expect(backend.sent('turn.take_out')).toEqual([['Child safety', row, { reason: 'slip', note: null }]]));
    await waitFor(() => expect(review.review?.item.row).not.toBe(row));
  });

  it('says where it is done that the same person may not', async () => {
    await open((it) => it.saved.push(queue('Child safety', { restricted: true })));
    await app.doors.work.reviewQueue('Child safety');
    await screen.findByText(words.before.what);
    await decide();
    backend.refuse.set('turn.take_out', { code: 'request', message: 'Noor put it there, and a second person takes it out' });
    app.commands.run('take.out');
    await screen.findByRole('dialog');
    await user.keyboard('1');
    expect(await screen.findByText(/a second person takes it out/)).toBeInTheDocument();
  });
});
