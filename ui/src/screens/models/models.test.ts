// Models: before · keys · after.
import { screen, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { app, backend, open, user } from '../../test/page';
import { words } from '../../test/words';

beforeEach(async () => {
  await open();
});

const openModels = async () => {
  await user.keyboard('{Alt>}m{/Alt}');
  return screen.findByRole('table', { name: words.models.measured });
};
const cells = (row: Element | null | undefined) => [...(row?.querySelectorAll('th, td') ?? [])].map((it) => it.textContent?.trim().replace(/\s+/g, ' '));
const hate = () => screen.getByRole('row', { name: /made-up\/H/ });
const card = (name: string) => screen.getByRole('region', { name });

describe('the cards', () => {
  it('say how a model stands, what it may be used for, and what nothing was measured with', async () => {
    await openModels();
    const ours = card('all-MiniLM-L6-v2');
    expect(within(ours).getByText('✓ installed')).toBeInTheDocument();
    expect(within(ours).getByText('Apache-2.0')).toBeInTheDocument();
    expect(within(ours).getByText('a'.repeat(64))).toBeInTheDocument();
    const other = card('multilingual-e5-small');
    expect(within(other).getByText('⚠ not installed')).toBeInTheDocument();
    expect(within(other).getByText(words.models.unpinned)).toBeInTheDocument();
    expect(within(other).getByText(words.models.unmeasured)).toBeInTheDocument();
  });

  it('hash the files again by one key, and say which one is broken', async () => {
    await openModels();
    backend.found = { is: 'damaged', problem: 'model.safetensors: sha256 should be aa, found bb' };
    await user.keyboard('c');
    expect(await screen.findByText(/sha256 should be aa, found bb/)).toBeInTheDocument();
    expect(within(card('all-MiniLM-L6-v2')).getByText(/damaged/)).toBeInTheDocument();
    expect(backend.sent('models.verify_model')).toEqual([['minilm-l6-v2']]);
  });
});

describe('what a label was measured at', () => {
  it('stands beside its floor, and says in words which is lower', async () => {
    await openModels();
    expect(cells(hate()).slice(3, 6)).toEqual(['.67 .59–.74', '.68', '▼ below the floor']);
    expect(screen.getByRole('row', { name: /Sexual content/ })).toHaveTextContent('▲ above the floor');
  });

  it('is drawn beside what was observed, with the same as a table', async () => {
    await openModels();
    const plot = screen.getByRole('img', { name: 'Reliability of “Hate”' });
    expect(plot.querySelectorAll('circle')).toHaveLength(10);
    const table = document.getElementById(plot.getAttribute('aria-describedby') ?? '');
    expect(table?.querySelectorAll('tbody tr')).toHaveLength(10);
    expect(cells(table?.querySelector('tbody tr'))).toEqual(['0–10 %', '.05', '.03', '.01–.09', '2 of 80']);
  });

  it('is said not to have been measured where the card has no bins', async () => {
    await openModels();
    await user.keyboard('jj');
    expect(screen.getByText(words.models.noBins)).toBeInTheDocument();
    expect(screen.getByText(words.models.noMeaning)).toBeInTheDocument();
    expect(screen.queryByRole('img', { name: /Reliability/ })).not.toBeInTheDocument();
  });
});

describe('a threshold', () => {
  it('is tried, set and brought back by keys, with what it means', async () => {
    await openModels();
    const meaning = () => document.getElementById('threshold-meaning');
    expect(screen.getByRole('slider', { name: /Tried/ })).toHaveValue('75');
    await user.keyboard('{ArrowRight}');
    expect(screen.getByRole('slider')).toHaveAttribute('aria-valuetext', '80 %');
    // 40 rows from 80 per cent on, 34 of them positive, of 160 in all.
    expect(meaning()).toHaveTextContent('Of 500 measured rows 40 reach it.');
    expect(meaning()).toHaveTextContent('(precision): .85');
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(backend.sent('models.set_threshold')).toEqual([['made-up/H', 80]]);
    expect(await screen.findByText(/.80 was set here by Noor/)).toBeInTheDocument();
    expect(hate()).toHaveTextContent('.80, set here');
    await user.keyboard('{Backspace}');
    expect(backend.sent('models.set_threshold').at(-1)).toEqual(['made-up/H', null]);
    await vi.waitFor(() => expect(hate()).toHaveTextContent('.71, ships'));
  });

  it('belongs to the label that is looked at', async () => {
    await openModels();
    await user.keyboard('j');
    expect(screen.getByRole('heading', { name: 'Threshold of “Sexual content”' })).toBeInTheDocument();
    expect(screen.getByText(/Ships with none/)).toBeInTheDocument();
    await user.keyboard('{ArrowLeft}{Control>}{Enter}{/Control}k');
    expect(backend.sent('models.set_threshold')).toEqual([['made-up/S', 45]]);
    expect(screen.getByRole('heading', { name: 'Threshold of “Hate”' })).toBeInTheDocument();
  });

  it('stays between 5 and 95 per cent', async () => {
    await openModels();
    await user.keyboard('{ArrowRight>9/}');
    expect(screen.getByRole('slider')).toHaveValue('95');
    await user.keyboard('{ArrowLeft>30/}');
    expect(screen.getByRole('slider')).toHaveValue('5');
  });

  it('is not set in a file that is open for reading only', async () => {
    if (backend.state.case) backend.state.case.read_only = true;
    await app.case.refresh();
    await openModels();
    await user.keyboard('{ArrowRight}{Control>}{Enter}{/Control}');
    expect(backend.sent('models.set_threshold')).toEqual([]);
  });
});

vi.setConfig({ testTimeout: 20_000 });
