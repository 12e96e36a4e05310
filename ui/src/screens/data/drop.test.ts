// Files dropped on the window, and folders opened from it: before · what is done · after.
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { app, backend, data, open, user } from '../../test/page';
import { words } from '../../test/words';

vi.setConfig({ testTimeout: 20_000 });

afterEach(() => app.stop());

describe('what is dropped', () => {
  it('on Data is looked at and not imported, and the hint says so while it is held', async () => {
    await open();
    data.tab = 'jobs';
    await user.keyboard('{Alt>}2{/Alt}');
    backend.drag({ kind: 'over' });
    expect(await screen.findByText(words.data.dropHint)).toBeInTheDocument();
    backend.drag({ kind: 'left' });
    await waitFor(() => expect(screen.queryByText(words.data.dropHint)).not.toBeInTheDocument());
    backend.drag({ kind: 'over' });
    backend.drag({ kind: 'dropped', paths: ['/data/posts.csv', '/data/more.csv'] });
    expect(await screen.findByRole('combobox', { name: words.data.becomesOf('tweet') })).toBeInTheDocument();
    expect(screen.queryByText(words.data.dropHint)).not.toBeInTheDocument();
    expect(backend.sent('data.preview_import')[0]?.[0]).toMatchObject({ path: '/data/posts.csv' });
    expect(backend.sent('data.start_import')).toEqual([]);
    expect(screen.getByText(words.data.droppedMany(1))).toBeInTheDocument();
  });

  it('on Case files opens a case file, and anything else is named with the way on', async () => {
    await open();
    await user.keyboard('{Alt>}5{/Alt}');
    backend.drag({ kind: 'dropped', paths: ['/home/you/posts.csv'] });
    expect(await screen.findByText(words.start.noCaseFile('/home/you/posts.csv'))).toBeInTheDocument();
    expect(backend.sent('file.open_case')).toEqual([]);
    backend.drag({ kind: 'dropped', paths: ['/home/you/Autumn.CASEBOOK'] });
    await waitFor(() => expect(backend.sent('file.open_case')).toEqual([['/home/you/Autumn.CASEBOOK']]));
  });

  it('elsewhere, behind a window of ours, or in a file that cannot be written, is told where it can go', async () => {
    await open();
    backend.drag({ kind: 'over' });
    expect(await screen.findByText(words.drop.nowhere)).toBeInTheDocument();
    backend.drag({ kind: 'dropped', paths: ['/data/posts.csv'] });
    await waitFor(() => expect(app.notices.at(-1)?.text).toBe(words.drop.nowhere));
    await user.keyboard('{Alt>}2{/Alt}');
    app.dialog = 'keys';
    backend.drag({ kind: 'dropped', paths: ['/data/posts.csv'] });
    app.dialog = null;
    backend.state.case!.read_only = true;
    await app.case.refresh();
    backend.drag({ kind: 'dropped', paths: ['/data/posts.csv'] });
    expect(backend.sent('data.preview_import')).toEqual([]);
  });
});

describe('the folder of an export', () => {
  it('is opened from the list by its number, never by a path', async () => {
    await open();
    await user.keyboard('{Alt>}2{/Alt}3');
    await user.click(await screen.findByText('/home/you/exports/autumn'));
    await user.click(screen.getByRole('button', { name: words.datasets.openOf('/home/you/exports/autumn') }));
    expect(backend.sent('data.open_export')).toEqual([[2]]);
  });

  it('is offered where it was just written, and says there why it did not open', async () => {
    await open();
    data.exportFolder = '/home/you/exports/new';
    await user.keyboard('{Alt>}2{/Alt}3');
    await user.click(screen.getByRole('button', { name: words.commands['export.start'] }));
    backend.past = [{ ...backend.past[0]!, id: 3, folder: '/home/you/exports/new' }, ...backend.past];
    const job = backend.work[0]!;
    Object.assign(job, { state: 'done', report: { kind: 'export', written: true, datasets: [{ format: 'raw', rows: 7, left_out: [] }] } });
    backend.tell({ kind: 'job', job });
    const button = await screen.findByRole('button', { name: words.commands['export.open'] });
    backend.refuse.set('data.open_export', { code: 'file', message: 'open /home/you/exports/new: no xdg-open' });
    await user.click(button);
    expect(await within(screen.getByRole('region', { name: words.data.exportTitle })).findByText('open /home/you/exports/new: no xdg-open')).toBeInTheDocument();
    await user.keyboard('o');
    expect(backend.sent('data.open_export')).toEqual([[3], [3]]);
    await waitFor(() => expect(screen.queryByText('open /home/you/exports/new: no xdg-open')).not.toBeInTheDocument());
  });

  it('is not offered where no file manager can be asked', async () => {
    await open((it) => (it.state.opens_folders = false));
    await user.keyboard('{Alt>}2{/Alt}3');
    await user.click(await screen.findByText('/home/you/exports/autumn'));
    expect(screen.queryByRole('button', { name: words.datasets.openOf('/home/you/exports/autumn') })).not.toBeInTheDocument();
  });
});
