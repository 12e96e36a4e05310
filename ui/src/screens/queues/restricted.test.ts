// The queue of the restricted lane: before · keys · after.
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { queue } from '../../test/fake';
import { app, backend, open, review, user } from '../../test/page';
import { words } from '../../test/words';

vi.setConfig({ testTimeout: 20_000 });

afterEach(() => app.stop());

const lane = queue('Child safety', { restricted: true });
const line = (name: string) => screen.getByRole('row', { name: new RegExp(`^${name}`) });

describe('the form of a queue', () => {
  it('makes one of the restricted lane, and says what that is', async () => {
    await open();
    await user.keyboard('{Alt>}4{/Alt}');
    await user.click(await screen.findByRole('button', { name: words.commands['queue.new'] }));
    const form = within(await screen.findByRole('form', { name: words.commands['queue.new'] }));
    const box = form.getByRole('checkbox', { name: words.queues.restricted });
    expect(box).not.toBeChecked();
    expect(box).toHaveAccessibleDescription(words.queues.restrictedWhat);
    await user.type(form.getByRole('textbox', { name: words.queues.name }), 'Lane');
    box.focus();
    await user.keyboard(' ');
    await user.click(form.getByRole('button', { name: words.save }));
    await waitFor(() => expect(backend.sent('review.save_queue')[0]?.[0]).toMatchObject({ name: 'Lane', restricted: true }));
    await waitFor(() => expect(line('Lane')).toHaveTextContent(words.lane));
  });

  it('keeps what a queue is', async () => {
    await open((it) => it.saved.push(lane));
    await user.keyboard('{Alt>}4{/Alt}');
    await user.click(await screen.findByRole('button', { name: 'Edit Child safety' }));
    const form = within(await screen.findByRole('form', { name: 'Child safety' }));
    expect(form.getByRole('checkbox', { name: words.queues.restricted })).toBeChecked();
    await user.click(form.getByRole('button', { name: words.save }));
    await waitFor(() => expect(backend.sent('review.save_queue')[0]?.[0]).toEqual(lane));
  });
});

describe('a restricted queue', () => {
  it('is marked where others have a count', async () => {
    await open((it) => it.saved.push(lane));
    screen.getByRole('button', { name: words.top.queue('Reported') }).focus();
    await user.keyboard('{Enter}');
    // Without a layout the menu is never placed, and its entries have no names.
    const entry = async (name: string) => (await screen.findByText(name, { selector: '[role="menuitem"] bdi' })).closest('[role="menuitem"]');
    expect(await entry('Child safety')).toHaveTextContent(`${words.lane} · blind`);
    expect(await entry('Arabic')).toHaveTextContent('1 open');
    await user.keyboard('{Escape}{Alt>}4{/Alt}');
    await screen.findByRole('table');
    expect(within(line('Child safety')).getAllByRole('cell')[3]).toHaveTextContent(words.lane);
    expect(within(line('Arabic')).getAllByRole('cell')[3]).toHaveTextContent('1');
  });

  it('is not begun with by itself, nor offered among the queues with something open', async () => {
    await open((it) => (it.saved = [lane, queue('Late')]));
    expect(review.queue).toBe('Late');
    for (let n = 0; n < 5; n += 1) await review.setAside('skip');
    await screen.findByRole('heading', { name: 'Nothing left in Late' });
    expect(screen.queryByRole('button', { name: /^Child safety/ })).not.toBeInTheDocument();
  });

  it('says so above its items, without a progress that nobody knows', async () => {
    await open((it) => {
      it.saved = [lane];
      const next = it.answers.review?.next;
      Object.assign(it.answers.review ?? {}, { next: (name: string) => ({ ...next?.(name), open: null }) });
    });
    expect(review.queue).toBe('');
    await app.doors.work.reviewQueue('Child safety');
    await screen.findByText(words.before.what);
    expect(screen.getByText(words.lane)).toBeInTheDocument();
    expect(screen.getByText('0 done')).toBeInTheDocument();
    expect(screen.queryByRole('progressbar')).not.toBeInTheDocument();
  });

  it('takes no item that is moved by hand', async () => {
    await open((it) => it.saved.push(lane));
    app.dialog = 'move';
    const options = within(await screen.findByRole('dialog')).getAllByRole('option').map((it) => it.textContent);
    expect(options).toContain('Arabic');
    expect(options).not.toContain('Child safety');
  });
});
