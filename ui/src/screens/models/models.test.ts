// Models: before · keys · after.
import { screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Job } from '../../desk/types';
import { language } from '../../kit/language.svelte';
import { app, backend, models, open, user } from '../../test/page';
import { words } from '../../test/words';

beforeEach(async () => {
  await open();
});

afterEach(() => {
  language.chosen = 'system';
});

const openModels = async () => {
  await user.keyboard('{Alt>}m{/Alt}');
  return screen.findByRole('table', { name: words.models.measured });
};
const cells = (row: Element | null | undefined) => [...(row?.querySelectorAll('th, td') ?? [])].map((it) => it.textContent?.trim().replace(/\s+/g, ' '));
const hate = () => screen.getByRole('row', { name: /made-up\/H/ });
const job = (more: Partial<Job>): Job => ({
  id: '9', kind: 'install_model', subject: 'made-up-3b', state: 'failed', done: 0, total: null, report: null, problem: null, here: true,
  can_go_on: false, started_at_ms: 9, ...more,
});
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

  it('say in which languages scores were measured, and whether naming a group is enough to be flagged', async () => {
    await openModels();
    const ours = card('all-MiniLM-L6-v2');
    const said = (term: string) => within(ours).getByText(term).nextElementSibling;
    expect(said('Measured in')).toHaveTextContent('English');
    expect(said('Taught, not measured')).toHaveTextContent('Italian');
    expect(said('Carried over, neither taught nor measured')).toHaveTextContent('Xhosa');
    const row = within(ours).getByRole('rowheader', { name: 'women' }).closest('tr');
    expect(row).toHaveTextContent('4 of 90');
    expect(row).toHaveTextContent('.04');
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

describe('what a model is asked for', () => {
  it('is said on its card in words', async () => {
    await openModels();
    expect(card('all-MiniLM-L6-v2')).toHaveTextContent('scores clauses; finds alike items');
    expect(card('Made-up 3B')).toHaveTextContent('is asked about each clause in words');
  });

  it('is said in German too', async () => {
    await openModels();
    language.chosen = 'de';
    await vi.waitFor(() => expect(card('all-MiniLM-L6-v2')).toHaveTextContent('bewertet Klauseln; findet ähnliche Fälle'));
    expect(card('Made-up 3B')).toHaveTextContent('wird zu jeder Klausel in Worten gefragt');
  });
});

describe('installing', () => {
  const button = (name: string, label = words.models.install) => within(card(name)).queryByRole('button', { name: `${label} ${name}` });
  const dialog = (name: string) => screen.findByRole('dialog', { name: words.install.title(name) });
  const accept = async (name: string) => user.click(within(await dialog(name)).getByRole('button', { name: words.install.go }));

  it('is offered on the cards of models that are not here', async () => {
    await openModels();
    expect(button('all-MiniLM-L6-v2')).not.toBeInTheDocument();
    expect(button('multilingual-e5-small')).toBeEnabled();
    expect(button('Made-up 3B')).toBeEnabled();
  });

  it('says what is fetched, under which licence and from where, before it is; then begins with the card', async () => {
    await openModels();
    await user.click(button('Made-up 3B') as HTMLElement);
    const asked = await dialog('Made-up 3B');
    expect(asked).toHaveTextContent('3,407,031,645 bytes (3.4 GB)');
    expect(asked).toHaveTextContent('model.safetensors, tokenizer.json');
    expect(asked).toHaveTextContent('Apache-2.0 by its authors');
    const sources = within(asked).getByRole('list', { name: 'Tried in this order, until one has all 2 files:' });
    expect(within(sources).getAllByRole('listitem').map((it) => it.textContent)).toEqual([
      'the folder that CASEBOOK_MODELS names', 'made-up/3b, revision main, on the hub',
    ]);
    for (const said of [words.install.network, words.install.check]) expect(asked).toHaveTextContent(said);
    expect(asked, 'no heads come with it').not.toHaveTextContent(words.install.heads);
    expect(backend.sent('models.start_install')).toEqual([]);
    await accept('Made-up 3B');
    expect(backend.sent('models.start_install')).toEqual([['made-up-3b']]);
    expect(app.dialog).toBeNull();
    expect(await within(card('Made-up 3B')).findByText(`… ${words.models.installing}`)).toBeInTheDocument();
    expect(button('multilingual-e5-small'), 'one at a time').toBeDisabled();
  });

  it('says the same in German', async () => {
    await openModels();
    language.chosen = 'de';
    await vi.waitFor(() => expect(button('Made-up 3B')).toHaveTextContent('Installieren…'));
    await user.click(button('Made-up 3B') as HTMLElement);
    const asked = await screen.findByRole('dialog', { name: 'Made-up 3B installieren' });
    expect(asked).toHaveTextContent('3.407.031.645 Byte (3,4 GB)');
    expect(within(asked).getByRole('list', { name: /^In dieser Reihenfolge versucht, bis eine Quelle alle 2 Dateien hat/ })).toBeInTheDocument();
    expect(within(asked).getByRole('button', { name: 'Lizenz annehmen und installieren' })).toBeEnabled();
  });

  it('promises no check of files that the card names no hash of', async () => {
    await openModels();
    await user.click(button('multilingual-e5-small') as HTMLElement);
    const asked = await dialog('multilingual-e5-small');
    expect(asked).toHaveTextContent('at most 480,000,000 bytes (480 MB)');
    expect(asked).toHaveTextContent(words.install.unpinned(1));
    expect(asked).not.toHaveTextContent(words.install.check);
  });

  it('is asked for by keys alone, of the card in hand, and let be by Escape', async () => {
    await openModels();
    expect(card('all-MiniLM-L6-v2')).toHaveAttribute('aria-current', 'true');
    await user.keyboard('i');
    expect(app.dialog, 'that one is here').toBeNull();
    await user.keyboard('{Shift>}jjjj{/Shift}');
    expect(card('Made-up 3B')).toHaveAttribute('aria-current', 'true');
    await user.keyboard('{Shift>}k{/Shift}i');
    await dialog('multilingual-e5-small');
    await user.keyboard('{Escape}');
    await vi.waitFor(() => expect(app.dialog).toBeNull());
    expect(backend.sent('models.start_install')).toEqual([]);
  });

  it('says in the window and on the card why it was refused', async () => {
    await openModels();
    await user.click(button('Made-up 3B') as HTMLElement);
    backend.refuse.set('models.start_install', { code: 'request', message: 'install made-up-3b: another model is being installed' });
    await accept('Made-up 3B');
    expect(await within(await dialog('Made-up 3B')).findByText(/another model is being installed/)).toBeInTheDocument();
    await user.keyboard('{Escape}');
    await vi.waitFor(() => expect(card('Made-up 3B')).toHaveTextContent('install made-up-3b: another model is being installed'));
    await user.click(button('Made-up 3B', words.models.again) as HTMLElement);
    expect(await dialog('Made-up 3B')).not.toHaveTextContent('another model is being installed');
  });

  it('says on the card what failed, until it is tried again', async () => {
    await openModels();
    const problem = { code: 'model' as const, message: 'could not install made-up-3b: the hub: no connection', falsehoods: [] };
    backend.tell({ kind: 'job', job: job({ problem }) });
    expect(await within(card('Made-up 3B')).findByRole('alert')).toHaveTextContent('the hub: no connection');
    expect(card('multilingual-e5-small')).not.toHaveTextContent(words.models.failed);
    await user.click(button('Made-up 3B', words.models.again) as HTMLElement);
    await accept('Made-up 3B');
    await vi.waitFor(() => expect(within(card('Made-up 3B')).queryByRole('alert')).not.toBeInTheDocument());
  });

  it('says on the card that the program ended in the middle', async () => {
    await openModels();
    backend.tell({ kind: 'job', job: job({ state: 'interrupted' }) });
    expect(await within(card('Made-up 3B')).findByRole('alert')).toHaveTextContent(words.jobs.interrupted.install_model);
  });

  it('repairs what hashing found damaged, which is then hashed no more', async () => {
    await openModels();
    backend.found = { is: 'damaged', problem: 'model.safetensors: sha256 should be aa, found bb' };
    await user.keyboard('c');
    await vi.waitFor(() => expect(button('all-MiniLM-L6-v2')).toBeEnabled());
    await user.keyboard('i');
    expect(await dialog('all-MiniLM-L6-v2')).toHaveTextContent(words.install.heads);
    await accept('all-MiniLM-L6-v2');
    expect(backend.sent('models.start_install')).toEqual([['minilm-l6-v2']]);
    backend.tell({ kind: 'job', job: { ...(backend.work.at(-1) as Job), state: 'done' } });
    await vi.waitFor(() => expect(models.checked).toEqual({}));
    expect(await within(card('all-MiniLM-L6-v2')).findByText('✓ installed')).toBeInTheDocument();
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

  it('goes on being tried, and nothing scrolls, when a model was installed meanwhile', async () => {
    const scrolled = vi.spyOn(Element.prototype, 'scrollIntoView');
    await openModels();
    await user.keyboard('{ArrowRight}');
    const before = scrolled.mock.calls.length;
    expect(before, 'a table that opens goes to its label').toBeGreaterThan(0);
    const asked = () => backend.sent('models.models').length;
    const n = asked();
    backend.tell({ kind: 'job', job: job({ state: 'done' }) });
    await vi.waitFor(() => expect(asked()).toBe(n + 1));
    expect(screen.getByRole('slider')).toHaveAttribute('aria-valuetext', '80 %');
    expect(scrolled.mock.calls.length).toBe(before);
    await user.keyboard('j');
    expect(scrolled.mock.calls.length).toBeGreaterThan(before);
    scrolled.mockRestore();
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

  it('is offered for no label that never counts', async () => {
    await openModels();
    await user.keyboard('jjj');
    expect(screen.getByRole('heading', { name: 'Threshold of “Fraud”' })).toBeInTheDocument();
    expect(screen.getByText(/it never counts/)).toBeInTheDocument();
    expect(screen.queryByRole('slider')).not.toBeInTheDocument();
    await user.keyboard('{ArrowRight}{Control>}{Enter}{/Control}');
    expect(backend.sent('models.set_threshold')).toEqual([]);
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
