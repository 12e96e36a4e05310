// The tabs of Data: before · keys · after.
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { app, backend, data, open, user } from '../../test/page';
import { words } from '../../test/words';

vi.setConfig({ testTimeout: 20_000 });

afterEach(() => app.stop());

const tab = (name: string) => screen.getByRole('tab', { name: new RegExp(`^${name}`) });
const panel = () => within(screen.getByRole('tabpanel'));

describe('the tabs of Data', () => {
  it('are gone to by their numbers, and the one that was shown is shown again', async () => {
    await open();
    await user.keyboard('{Alt>}2{/Alt}');
    expect(panel().getByRole('heading', { name: words.data.importTitle })).toBeInTheDocument();
    await user.keyboard('3');
    expect(tab(words.data.tabs.export)).toHaveAttribute('aria-selected', 'true');
    expect(panel().queryByRole('heading', { name: words.data.importTitle })).not.toBeInTheDocument();
    await user.keyboard('{Alt>}1{/Alt}{Alt>}2{/Alt}');
    expect(tab(words.data.tabs.export)).toHaveAttribute('aria-selected', 'true');
  });

  it('say how much runs, and what came of it stands beside its button', async () => {
    await open();
    await user.keyboard('{Alt>}2{/Alt}2');
    await user.click(screen.getByRole('button', { name: words.commands['score.start'] }));
    await waitFor(() => expect(tab(words.data.tabs.jobs)).toHaveTextContent('1'));
    expect(panel().getByRole('progressbar')).toBeInTheDocument();
    backend.work[0]!.state = 'failed';
    backend.tell({ kind: 'job', job: backend.work[0]! });
    await waitFor(() => expect(panel().getByRole('status')).toHaveTextContent(words.jobs.states.failed));
    await user.keyboard('1');
    expect(panel().queryByRole('status')).not.toBeInTheDocument();
  });

  it('keep a refusal where it was asked for, until the next try', async () => {
    await open();
    data.exportFolder = '/home/you/full';
    await user.keyboard('{Alt>}2{/Alt}3');
    backend.refuse.set('data.start_export', { code: 'request', message: '/home/you/full: a folder that is new or empty' });
    await user.click(screen.getByRole('button', { name: words.commands['export.start'] }));
    await waitFor(() => expect(panel().getByRole('alert')).toHaveTextContent('/home/you/full: a folder that is new or empty'));
    expect(data.exportFolder).toBe('/home/you/full');
    expect(app.notices).toEqual([]);
    await user.click(screen.getByRole('button', { name: words.commands['export.start'] }));
    await waitFor(() => expect(panel().getByRole('alert')).toBeEmptyDOMElement());
  });

  it('bring a person who chooses a file in the menu to where it is looked at', async () => {
    await open();
    data.tab = 'jobs';
    app.commands.run('import.file');
    expect(await screen.findByRole('combobox', { name: words.data.becomesOf('tweet') })).toBeInTheDocument();
    expect(app.screen).toBe('data');
  });
});
