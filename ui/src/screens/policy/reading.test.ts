// Policy: before · keys · after.
import { screen, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { app, open, policy, user } from '../../test/page';
import { words } from '../../test/words';

beforeEach(async () => {
  await open();
});

const marks = () => [...document.querySelectorAll('article mark')].map((it) => it.textContent);

describe('searching the policy', () => {
  beforeEach(async () => {
    await user.keyboard('{Alt>}3{/Alt}');
    screen.getByRole('searchbox', { name: words.policy.search }).focus();
  });

  it('marks the words in the clause, wherever they stand', async () => {
    await user.keyboard('instruction{ArrowDown}');
    expect(marks().length).toBeGreaterThanOrEqual(1);
    expect(new Set(marks())).toEqual(new Set(['instruction']));
    await user.click(screen.getByRole('searchbox'));
    await user.keyboard('{Control>}a{/Control}{Backspace}');
    expect(marks()).toEqual([]);
  });

  it('says in the list how often and where', async () => {
    await user.keyboard('pretext');
    const list = screen.getByRole('navigation', { name: words.policy.families });
    const found = within(list).getByRole('button');
    expect(found).toHaveTextContent('FR-2');
    expect(found).toHaveTextContent(/\d hits/);
    expect(found).toHaveTextContent('passwords or codes under a pretext');
  });

  it('follows relations both ways and comes back, by keyboard alone', async () => {
    await user.keyboard('exaggerated{Enter}');
    expect(policy.clause).toBe('AD-1');
    screen.getByRole('button', { name: 'MI-2, Harmful medical advice' }).focus();
    await user.keyboard('{Enter}');
    expect(policy.clause).toBe('MI-2');
    expect(screen.getByRole('region', { name: 'Harmful medical advice' })).toHaveFocus();
    await user.keyboard('{Backspace}');
    expect(policy.clause).toBe('AD-1');
    expect(screen.queryByRole('button', { name: /Back to/ })).not.toBeInTheDocument();
  });
});

it('opens at the clause in hand by one key from Review', async () => {
  await user.keyboard('l');
  await user.keyboard('mi-2{Enter}{Escape}p');
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByRole('heading', { name: /MI-2 · Harmful medical advice/ })).toBeInTheDocument();
  await user.keyboard('{Escape}');
  expect(app.screen).toBe('review');
});

vi.setConfig({ testTimeout: 60_000 });
