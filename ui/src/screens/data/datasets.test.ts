// Datasets: before · keys · after.
import { screen, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { backend, data, open, start, user } from '../../test/page';
import { words } from '../../test/words';

beforeEach(async () => {
  await open();
  await user.keyboard('{Alt>}2{/Alt}3');
});

const clauses = () => screen.getByRole('combobox', { name: words.datasets.clauses });
const preview = () => screen.getByRole('region', { name: words.datasets.previewTitle });
const rows = () => within(screen.getByRole('list', { name: words.datasets.list_of })).getAllByRole('button');

describe('the preview of an export', () => {
  it('shows the lines that would be written, by one key', async () => {
    expect(within(preview()).queryByRole('table')).not.toBeInTheDocument();
    await user.keyboard('v');
    expect(await screen.findByText('1–20 of 45')).toBeInTheDocument();
    expect(rows()).toHaveLength(20);
    expect(screen.getByRole('region', { name: 'The line of item-1' })).toHaveTextContent('write to [email-1]');
    expect(backend.sent('data.start_export')).toEqual([]);
  });

  it('turns its pages and goes through its rows by keys', async () => {
    await user.keyboard('v');
    await screen.findByText('1–20 of 45');
    await user.keyboard('.');
    expect(await screen.findByText('21–40 of 45')).toBeInTheDocument();
    await user.keyboard('.');
    expect(await screen.findByText('41–45 of 45')).toBeInTheDocument();
    await user.keyboard('.');
    expect(backend.sent('data.preview_export').map((it) => it[2])).toEqual([0, 20, 40]);
    rows()[0]?.focus();
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
    expect(screen.getByRole('region', { name: 'The line of item-42' })).toBeInTheDocument();
    expect(rows()[1]).toHaveFocus();
    await user.keyboard(',');
    expect(await screen.findByText('21–40 of 45')).toBeInTheDocument();
  });

  it('says how many items it does not look at, and why', async () => {
    await user.keyboard('v');
    expect(await screen.findByText(/3 reviewed items are not looked at here, because you have not recorded them/)).toBeInTheDocument();
  });

  it('sends the filter, counts what it leaves out, and says when the choice has changed', async () => {
    await user.click(screen.getByText(words.datasets.filter));
    await user.type(clauses(), 'mi-2{Enter}');
    await user.click(screen.getByRole('checkbox', { name: 'Arabic' }));
    await user.click(screen.getByRole('checkbox', { name: words.datasets.complete }));
    await user.click(screen.getByRole('button', { name: words.commands['export.preview'] }));
    expect(await screen.findByText('1–20 of 22')).toBeInTheDocument();
    expect(backend.sent('data.preview_export')[0]?.[0]).toMatchObject({ filter: { clauses: ['MI-2'], queues: ['Arabic'], complete_only: true } });
    expect(within(preview()).getAllByText('23 not asked for by the filter')).toHaveLength(3);
    expect(screen.queryByText(/look again/)).not.toBeInTheDocument();
    await user.type(clauses(), 'fr-1{Enter}');
    expect(screen.getByText(/look again/)).toBeInTheDocument();
  });

  it('offers the languages that occur, by name and with counts', async () => {
    await user.click(screen.getByText(words.datasets.filter));
    await user.type(screen.getByRole('combobox', { name: words.datasets.languages }), 'turk');
    await user.click(await screen.findByRole('option', { name: /Turkish tr 1/ }));
    expect(data.exports.filter).toEqual({ languages: ['tr'] });
    await user.type(screen.getByRole('combobox', { name: words.datasets.languages }), 'klingon{Enter}');
    expect(data.exports.filter).toEqual({ languages: ['tr'] });
  });

  it('shows the rows of another dataset', async () => {
    await user.keyboard('v');
    await user.click(await screen.findByRole('button', { name: 'prm', pressed: false }));
    expect(await screen.findByRole('button', { name: 'prm', pressed: true })).toBeInTheDocument();
    expect(backend.sent('data.preview_export').at(-1)?.[1]).toBe('prm');
  });

  it('shows a task for Label Studio with every record it holds, and turns by tasks', async () => {
    data.formats = ['raw', 'label-studio'];
    await user.keyboard('v');
    await user.click(await screen.findByRole('button', { name: 'label-studio', pressed: false }));
    expect(await screen.findByText('1–20 of 23')).toBeInTheDocument();
    expect(rows()[0]).toHaveTextContent('violating · FR-1 | violating · MI-2');
    expect(rows()[0]).toHaveTextContent('2 records');
    expect(within(preview()).getByRole('row', { name: /label-studio 45 in 23 tasks/ })).toBeInTheDocument();
  });

  it('writes what a line holds as text, with what is invisible named', async () => {
    await user.keyboard('v');
    const line = await screen.findByRole('region', { name: 'The line of item-1' });
    expect(line.querySelector('b')).toBeNull();
    expect(line.textContent).toContain('<b>now</b>');
    expect(line.textContent).not.toContain('\u202e');
  });

  it('is asked for again after another file was opened', async () => {
    await user.keyboard('v');
    await screen.findByText('1–20 of 45');
    await start.open('/home/you/other.casebook');
    expect(data.exports.preview).toBeNull();
  });

  it('keeps the newest answer when two cross', async () => {
    const answer = await backend.data.previewExport({ folder: '', formats: ['raw'], redact: true, include_incomplete: false, seed: 1 }, 'raw', 0, 20);
    let arrive = (): void => {};
    vi.spyOn(backend.data, 'previewExport').mockReturnValueOnce(new Promise((resolve) => (arrive = () => resolve(answer))));
    const request = { folder: '', formats: ['raw' as const], redact: true, include_incomplete: false, seed: 1 };
    const first = data.exports.look(request, 'raw', 0);
    await data.exports.look(request, 'raw', 40);
    arrive();
    await first;
    expect(data.exports.offset).toBe(40);
    expect(data.exports.looking).toBe(false);
  });
});

describe('exports that were made', () => {
  it('give their counts and every file with its hash', async () => {
    await user.click(await screen.findByText('/home/you/exports/autumn'));
    expect(screen.getByRole('row', { name: /casebook\/raw\/1 1,204 train 1,204 2 in the restricted lane/ })).toBeInTheDocument();
    expect(screen.getByText('ab'.repeat(32))).toBeInTheDocument();
  });

  it('keep their counts closed where somebody else judged what you have not', async () => {
    await user.click(await screen.findByText('/home/you/exports/summer'));
    expect(screen.getByText(words.datasets.closed)).toBeInTheDocument();
    expect(screen.getByText(words.datasets.gone)).toBeInTheDocument();
  });
});

/** Goes on with Tab until `wanted` has the focus: it can be reached without a pointer. */
async function tabTo(wanted: HTMLElement | undefined): Promise<void> {
  for (let n = 0; n < 120; n += 1) {
    if (document.activeElement === wanted) return;
    await user.tab();
  }
  throw new Error(`${wanted?.outerHTML} is never reached`);
}

describe('by keys alone', () => {
  it('a filter is filled, rows are looked at, a dataset is changed, and the folder is named', async () => {
    await tabTo(screen.getByLabelText(words.data.folder));
    await user.keyboard('/home/you/out');
    (screen.getByText(words.datasets.filter).closest('details') as HTMLDetailsElement).open = true;
    await tabTo(clauses());
    await user.keyboard('mi-2{Enter}{Escape}{Escape}v');
    expect(await screen.findByText('1–20 of 22')).toBeInTheDocument();
    expect(clauses()).not.toHaveFocus();
    await tabTo(screen.getByRole('button', { name: 'sft' }));
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('button', { name: 'sft', pressed: true })).toBeInTheDocument();
    await tabTo(rows()[0]);
    await user.keyboard('{ArrowDown}');
    expect(screen.getByRole('region', { name: 'The line of item-4' })).toBeInTheDocument();
    await user.keyboard('.');
    expect(await screen.findByText('21–22 of 22')).toBeInTheDocument();
    await tabTo(screen.getByRole('button', { name: words.commands['export.start'] }));
    await user.keyboard('{Enter}');
    expect(backend.sent('data.start_export')[0]?.[0]).toMatchObject({ folder: '/home/you/out', filter: { clauses: ['MI-2'] } });
  });
});

vi.setConfig({ testTimeout: 20_000 });
