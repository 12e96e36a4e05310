// The policies of the file: before · keys · after.
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { app, backend, open, review, user } from '../../test/page';
import { words } from '../../test/words';

vi.setConfig({ testTimeout: 20_000 });

afterEach(() => app.stop());

const list = () => screen.getByRole('region', { name: words.policies.title });
const lines = () => within(list()).getAllByRole('listitem').map((it) => it.textContent?.replace(/\s+/g, ' ').trim());

async function go(prepare?: Parameters<typeof open>[0]): Promise<void> {
  await open(prepare);
  await user.keyboard('{Alt>}3{/Alt}');
  await waitFor(() => expect(lines()).toHaveLength(2));
}

async function ask() {
  await user.keyboard('f');
  return within(await screen.findByRole('dialog', { name: words.policies.forceTitle }));
}

describe('the policies of the file', () => {
  it('are listed with which is in force, since when and by whom', async () => {
    await go();
    expect(lines()[0]).toMatch(/^short-video@2026\.11 Short video: community rules 10 clauses ✓ in force since .* 2025, \d\d:\d\d, made with the file$/);
    expect(lines()[1]).toMatch(/^short-video@2027\.01 .* 11 clauses never in force$/);
  });

  it('are added from a file that is asked for, and are not in force by that', async () => {
    await go();
    backend.path = '/rules/short-video@2027.03.toml';
    await user.keyboard('a');
    await waitFor(() => expect(lines()).toHaveLength(3));
    expect(backend.sent('pick')[0]?.[0]).toMatchObject({ kind: 'file', extensions: ['toml'] });
    expect(backend.sent('policy.add_policy')).toEqual([['/rules/short-video@2027.03.toml']]);
    expect(screen.getByText(words.policies.added('short-video@2027.03'))).toBeInTheDocument();
    expect(app.case.policy?.name).toBe('short-video@2026.11');
  });

  it('stay as they are where one is refused, and the reason stands with them', async () => {
    await go();
    backend.refuse.set('policy.add_policy', { code: 'request', message: 'clause HM-2: no criterion' });
    await user.click(screen.getByRole('button', { name: words.commands['policy.add'] }));
    expect(await within(list()).findByRole('alert')).toHaveTextContent('clause HM-2: no criterion');
    expect(list()).toHaveTextContent(words.errors.request.what);
    expect([lines().length, app.notices]).toEqual([2, []]);
    await user.keyboard('a');
    await waitFor(() => expect(lines()).toHaveLength(3));
    expect(within(list()).getByRole('alert')).toBeEmptyDOMElement();
  });

  it('cannot be changed in a file that is opened for reading', async () => {
    await go((it) => it.state.case && (it.state.case.read_only = true));
    for (const it of within(list()).getAllByRole('button')) expect(it).toBeDisabled();
    await user.keyboard('af');
    expect([app.dialog, backend.sent('pick')]).toEqual([null, []]);
  });

  it('offer nothing to put in force where there is one alone', async () => {
    await open((it) => (it.held = it.held.slice(0, 1)));
    await user.keyboard('{Alt>}3{/Alt}');
    await waitFor(() => expect(lines()).toHaveLength(1));
    expect(screen.queryByRole('button', { name: words.commands['policy.force'] })).not.toBeInTheDocument();
  });
});

describe('putting a policy in force', () => {
  it('says what it means, then takes everything anew', async () => {
    await go();
    await app.go('review');
    expect(review.review?.item.row).toBe(1);
    review.writeNote('half a thought');
    await user.keyboard('{Alt>}3{/Alt}');
    const dialog = await ask();
    expect(dialog.getByText(words.policies.forceWhat)).toBeInTheDocument();
    expect(dialog.getByRole('radio', { name: /2027\.01/ })).toBeChecked();
    expect(backend.sent('policy.put_in_force')).toEqual([]);
    const before = { queues: backend.sent('review.queues').length, policy: backend.sent('policy.policy').length };
    await user.keyboard('{Enter}');
    await waitFor(() => expect(lines()[1]).toMatch(/✓ in force since .*, by Noor$/));
    expect(lines()[0]).toMatch(/last put in force .*, made with the file$/);
    expect(backend.sent('policy.put_in_force')).toEqual([['short-video@2027.01']]);
    expect(backend.calls.map((it) => it[0]).indexOf('review.save_picks'), 'what was written is saved first').toBeGreaterThan(0);
    expect([app.screen, app.dialog, review.review]).toEqual(['policy', null, null]);
    expect([app.case.policy?.name, app.case.desktop?.case?.policy]).toEqual(['short-video@2027.01', 'short-video@2027.01']);
    expect(backend.sent('review.queues').length).toBeGreaterThan(before.queues);
    expect(backend.sent('policy.policy').length).toBeGreaterThan(before.policy);
    await user.keyboard('{Alt>}1{/Alt}');
    await waitFor(() => expect(review.review?.item.row, 'the item is fetched anew').toBe(1));
  });

  it('is let go by Escape', async () => {
    await go();
    await ask();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(app.dialog).toBeNull());
    expect(backend.sent('policy.put_in_force')).toEqual([]);
  });

  it('that is refused stays open with the reason', async () => {
    await go();
    backend.refuse.set('policy.put_in_force', { code: 'busy', message: 'another program writes' });
    const dialog = await ask();
    await user.click(dialog.getByRole('button', { name: words.policies.force }));
    expect(await dialog.findByRole('alert')).toHaveTextContent('another program writes');
    expect([app.dialog, app.notices]).toEqual(['force', []]);
    await user.click(dialog.getByRole('button', { name: words.policies.force }));
    await waitFor(() => expect(app.dialog).toBeNull());
  });

  it('is said in German', async () => {
    await open((it) => (it.chosen = { ...it.chosen, language: 'de' }));
    await user.keyboard('{Alt>}3{/Alt}f');
    const dialog = within(await screen.findByRole('dialog', { name: 'Richtlinie in Kraft setzen' }));
    expect(dialog.getByText(/^Neue Prüfungen richten sich nach ihr\./)).toBeInTheDocument();
    expect(list()).toHaveTextContent('mit der Datei angelegt');
  });
});
