// What a queue holds is chosen from what occurs: before · keys · after.
import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';

import { app, backend, open, user } from '../../test/page';
import { words } from '../../test/words';

vi.setConfig({ testTimeout: 20_000 });

afterEach(() => app.stop());

const tab = (name: string) => screen.getByRole('tab', { name });

it('a queue is made by keys alone, and the list says that it was', async () => {
  await open();
  await user.keyboard('{Alt>}4{/Alt}');
  expect(tab(words.queues.list)).toHaveAttribute('aria-selected', 'true');
  app.commands.run('queue.new');
  await waitFor(() => expect(screen.getByRole('textbox', { name: words.queues.name })).toHaveFocus());
  await user.keyboard('Late{Tab}{ArrowDown}');
  const english = await screen.findByRole('option', { name: /English en 3/ });
  expect(english).toHaveAttribute('aria-selected', 'false');
  await user.keyboard('{Enter}turk{Enter}{Tab}{Tab}spam{Enter}{Escape}');
  await user.click(screen.getByRole('button', { name: words.save }));
  await waitFor(() =>
    expect(backend.sent('review.save_queue')[0]?.[0]).toMatchObject({ name: 'Late', filter: { languages: ['en', 'tr'], markets: [], reasons: ['spam'] } }),
  );
  await waitFor(() => expect(tab(words.queues.list)).toHaveAttribute('aria-selected', 'true'));
  expect(screen.getByText(words.queues.saved('Late'), { exact: false })).toBeInTheDocument();
  expect(tab(words.commands['queue.new'])).toBeInTheDocument();
});

it('a form that is left is for a new queue again', async () => {
  await open();
  await user.keyboard('{Alt>}4{/Alt}');
  await user.click(await screen.findByRole('button', { name: 'Edit Arabic' }));
  expect(tab('Arabic')).toHaveAttribute('aria-selected', 'true');
  expect(screen.getByRole('combobox', { name: words.queues.languages })).toHaveValue('Arabic');
  await user.click(screen.getByRole('button', { name: words.cancel }));
  expect(tab(words.commands['queue.new'])).toHaveAttribute('aria-selected', 'false');
  expect(backend.sent('review.save_queue')).toEqual([]);
});

it('over another screen, Escape closes the list and not the form', async () => {
  await open();
  await user.keyboard('{Alt>}i{/Alt}');
  app.commands.run('items.save');
  const form = await screen.findByRole('dialog', { name: words.commands['queue.new'] });
  const markets = screen.getAllByRole('combobox', { name: words.queues.markets }).find((it) => form.contains(it))!;
  markets.focus();
  await user.keyboard('{ArrowDown}');
  expect(await screen.findByRole('option', { name: /^GB/ })).toBeInTheDocument();
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('option', { name: /^GB/ })).not.toBeInTheDocument();
  expect(form).toBeInTheDocument();
  await user.keyboard('{Escape}');
  await waitFor(() => expect(form).not.toBeInTheDocument());
});

it('says that nothing could be counted, and offers nothing', async () => {
  await open();
  backend.refuse.set('items.occurring', { code: 'busy', message: 'database is locked' });
  await user.keyboard('{Alt>}4{/Alt}2');
  screen.getByRole('combobox', { name: words.queues.languages }).focus();
  await user.keyboard('{ArrowDown}');
  expect(await screen.findByText('database is locked')).toBeInTheDocument();
  await user.keyboard('{Enter}{Escape}{ArrowDown}');
  expect(await screen.findByRole('option', { name: /English en 3/ })).toBeInTheDocument();
});

it('a file that is open for reading has the list alone', async () => {
  await open((it) => (it.state.case!.read_only = true));
  await user.keyboard('{Alt>}4{/Alt}2');
  expect(screen.getAllByRole('tab').map((it) => it.textContent?.trim())).toEqual([words.queues.list]);
  expect(screen.queryByRole('form')).not.toBeInTheDocument();
});
