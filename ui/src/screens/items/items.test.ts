// The list of items: before · keys · after.
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { names } from '../../shell/words';
import { app, backend, items, open as openPage, user } from '../../test/page';
import { words } from '../../test/words';

vi.setConfig({ testTimeout: 20_000 });

const VIEW = 690;
const MILLION = 1_000_000;

async function open(prepare?: Parameters<typeof openPage>[0]): Promise<void> {
  await openPage(prepare);
  await user.keyboard('{Alt>}i{/Alt}');
  await waitFor(() => expect(list()).toHaveFocus());
}

const list = () => screen.getByRole('listbox', { name: words.items.list });
const lines = () => within(list()).queryAllByRole('option');
const ids = () => lines().map((it) => it.querySelector('.id')?.textContent);
const under = () => document.getElementById(list().getAttribute('aria-activedescendant') ?? '');
const chosen = () => lines().filter((it) => it.getAttribute('aria-selected') === 'true').map((it) => it.querySelector('.id')?.textContent);

/** A layout of one kind: a box of some height that scrolls, in a web view that lays out only so much. */
function layout(limit: number): void {
  const at = new WeakMap<Element, number>();
  const inside = (box: Element) => Math.min(limit, Number.parseFloat((box.firstElementChild as HTMLElement | null)?.style.height ?? '0') || 0);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(VIEW);
  Object.defineProperty(Element.prototype, 'scrollTop', {
    configurable: true,
    get(this: Element) {
      return at.get(this) ?? 0;
    },
    set(this: Element, to: number) {
      const now = Math.round(Math.max(0, Math.min(inside(this) - VIEW, to)));
      if (now === this.scrollTop) return;
      at.set(this, now);
      this.dispatchEvent(new Event('scroll'));
    },
  });
}
const scrollTop = Object.getOwnPropertyDescriptor(Element.prototype, 'scrollTop');

afterEach(() => {
  vi.restoreAllMocks();
  if (scrollTop) Object.defineProperty(Element.prototype, 'scrollTop', scrollTop);
});

describe('a million items', () => {
  // WebKit lays out 33,554,428 px, and at 200 % zoom half of it.
  it.each([33_554_428, 16_777_214, 5_000_000])('are gone through by keys in a view that lays out %d px', async (limit) => {
    layout(limit);
    await open((it) => (it.listed.many = MILLION));
    expect(screen.getByText('1,000,000 items')).toBeInTheDocument();
    expect(lines().length).toBeLessThan(30);

    await user.keyboard('{End}');
    expect(await screen.findByText('vid-1000000')).toBeInTheDocument();
    expect(under()).toHaveTextContent('vid-1000000');
    expect(under()).toHaveAttribute('aria-posinset', '1000000');
    // The scroller is at its own end too: nothing is left that it could scroll to.
    const box = list();
    const before = box.scrollTop;
    box.scrollTop = before + 1000;
    expect(box.scrollTop - before).toBeLessThanOrEqual(1);
    expect(ids().at(-1)).toBe('vid-1000000');

    await user.keyboard('k{PageUp}');
    expect(Number(under()?.getAttribute('aria-posinset'))).toBeLessThan(MILLION - 10);
    await user.keyboard('{Home}');
    expect(await screen.findByText('vid-0000001')).toBeInTheDocument();
    expect(under()).toHaveAttribute('aria-posinset', '1');
    expect(lines().length).toBeLessThan(30);
  });

  it('bring the cursor along when the scroller is dragged, and the wheel moves by lines', async () => {
    layout(16_777_214);
    await open((it) => (it.listed.many = MILLION));
    list().scrollTop = 2_000_000;
    await waitFor(() => expect(Number(under()?.getAttribute('aria-posinset'))).toBeGreaterThan(499_000));
    const at = Number(under()?.getAttribute('aria-posinset'));
    list().dispatchEvent(new WheelEvent('wheel', { deltaY: 92, cancelable: true }));
    await waitFor(() => expect(Number(under()?.getAttribute('aria-posinset'))).toBe(at + 2));
  });

  it('are asked for a page at a time', async () => {
    layout(16_777_214);
    await open((it) => (it.listed.many = MILLION));
    const asked = () => backend.sent('items.list').map((it) => it[0] as { offset: number; limit: number; fresh: boolean });
    expect(asked()).toEqual([expect.objectContaining({ offset: 0, limit: 100, fresh: true })]);
    await user.keyboard('{End}');
    await waitFor(() => expect(asked().at(-1)).toMatchObject({ offset: 999_900, fresh: false }));
    expect(asked().length).toBeLessThan(4);
  });

  it('are chosen up to what one act takes', async () => {
    layout(16_777_214);
    await open((it) => (it.listed.many = MILLION));
    await user.keyboard('{Control>}a{/Control}');
    expect(await screen.findByText('10,000 items chosen')).toBeInTheDocument();
    await user.keyboard('u');
    expect(screen.queryByText(/chosen/)).not.toBeInTheDocument();
  });
});

describe('which items', () => {
  it('are those with a word, a language, a market, a reason', async () => {
    await open();
    expect(lines()).toHaveLength(5);
    await user.keyboard('f');
    expect(screen.getByRole('textbox', { name: words.items.words })).toHaveFocus();
    await user.keyboard('stove{Enter}');
    await waitFor(() => expect(ids()).toEqual(['vid-20261117-0009']));
    expect(list()).toHaveFocus();
    await user.keyboard('c');
    await waitFor(() => expect(lines()).toHaveLength(5));
    await user.keyboard('f{Tab}arab{Enter}tr{Enter}');
    await waitFor(() => expect(ids()).toEqual(['vid-20261118-0031', 'vid-20261118-0077']));
    await user.keyboard('{Escape}{Escape}');
    expect(list()).toHaveFocus();
    expect(screen.getByRole('combobox', { name: words.items.languages })).toHaveValue('Arabic, Turkish');
    await user.keyboard('f{Tab}{Tab}EG{Enter}');
    await waitFor(() => expect(ids()).toEqual(['vid-20261118-0077']));
    await user.keyboard('{Tab}scam{Enter}');
    expect(await screen.findByText(words.items.none)).toBeInTheDocument();
    await user.keyboard('{Backspace}');
    await waitFor(() => expect(ids()).toEqual(['vid-20261118-0077']));
  });

  it('are chosen from what the file holds, with counts, and from nothing else', async () => {
    await open();
    const field = screen.getByRole('combobox', { name: words.items.reasons });
    expect(backend.sent('items.occurring')).toEqual([]);
    field.focus();
    expect(field).toHaveAttribute('aria-expanded', 'false');
    await user.keyboard('{ArrowDown}');
    const offered = () => within(screen.getByRole('listbox', { name: words.items.reasons })).getAllByRole('option').map((it) => it.textContent?.replace(/\s+/g, ' ').trim());
    await waitFor(() => expect(offered()).toEqual(['spam 2', 'health misinformation 1', 'scam 1']));
    await user.keyboard('s');
    expect(offered()).toEqual(['spam 2', 'health misinformation 1', 'scam 1']);
    await user.keyboard('c');
    expect(offered()).toEqual(['scam 1']);
    await user.keyboard('x{Enter}');
    expect(offered()).toEqual([words.picks.none]);
    expect(items.reasons).toEqual([]);
    await user.keyboard('{Escape}{ArrowDown}{ArrowDown}{Enter}');
    expect(items.reasons).toEqual(['health misinformation']);
    expect(screen.getByRole('option', { name: /health/, selected: true })).toBeInTheDocument();
    await user.click(screen.getByRole('option', { name: /health/, selected: true }));
    expect(items.reasons).toEqual([]);
  });

  it('can let go of what no item has any more', async () => {
    await open((it) => it.saved.push({ ...it.saved[0]!, name: 'Old', filter: { languages: ['xx', 'ar'], markets: [], reasons: [], words: null } }));
    await user.selectOptions(screen.getByRole('combobox', { name: words.items.saved }), 'Old');
    await user.keyboard('{Escape}f{Tab}{ArrowDown}');
    const gone = await screen.findByRole('option', { name: /xx/, selected: true });
    await waitFor(() => expect(gone).toHaveTextContent('0'));
    await user.click(gone);
    expect(items.languages).toEqual(['ar']);
  });

  it('say when more have the words than are listed', async () => {
    await open((it) => (it.listed.capped = true));
    expect(screen.getByText('more than 5 items; the newest are listed')).toBeInTheDocument();
  });

  it('are turned through by how far they are', async () => {
    await open((it) => it.listed.decided.push({ row: 2, queue: 'Reported' }));
    await user.keyboard('t');
    await waitFor(() => expect(lines()).toHaveLength(4));
    expect(screen.getByRole('combobox', { name: words.items.standing })).toHaveValue('unreviewed');
    await user.keyboard('tt');
    await waitFor(() => expect(ids()).toEqual(['vid-20261119-0502']));
    expect(lines()[0]).toHaveTextContent('you: Remove');
  });

  it('are those of a queue that is chosen', async () => {
    await open();
    await user.selectOptions(screen.getByRole('combobox', { name: words.items.saved }), 'Arabic');
    await waitFor(() => expect(ids()).toEqual(['vid-20261118-0077']));
    expect(screen.getByRole('combobox', { name: words.items.languages })).toHaveValue('Arabic');
  });

  it('become a queue of their own', async () => {
    await open();
    await user.keyboard('f');
    await user.keyboard('tea{Enter}');
    await waitFor(() => expect(lines()).toHaveLength(2));
    await user.keyboard('w');
    const form = await screen.findByRole('dialog', { name: words.commands['queue.new'] });
    expect(within(form).getByRole('textbox', { name: words.queues.wordsIn })).toHaveValue('tea');
    await user.type(within(form).getByRole('textbox', { name: words.queues.name }), 'Tea{Enter}');
    await waitFor(() => expect(backend.sent('review.save_queue')[0]?.[0]).toMatchObject({ name: 'Tea', filter: { words: 'tea' } }));
    await waitFor(() => expect(screen.getByRole('combobox', { name: words.items.saved })).toHaveValue('Tea'));
  });

  it('stand still while others write, and are taken anew by a key', async () => {
    await open();
    const fresh = () => backend.sent('items.list').map((it) => (it[0] as { fresh: boolean }).fresh);
    await user.keyboard('{Alt>}1{/Alt}{Alt>}i{/Alt}');
    await waitFor(() => expect(fresh()).toEqual([true, false]));
    await user.keyboard('r');
    await waitFor(() => expect(fresh()).toEqual([true, false, true]));
  });
});

describe('in which order', () => {
  const named = () => screen.getByRole<HTMLSelectElement>('combobox', { name: words.items.order });

  it('a key goes on to, and risk is not one of them where somebody decides first', async () => {
    await open();
    expect(ids()[0]).toBe('vid-20261117-0009');
    await user.keyboard('oo');
    await waitFor(() => expect(ids()[0]).toBe('vid-20261119-0481'));
    expect(named()).toHaveValue('urgency');
    expect([...named().options].map((it) => it.value)).not.toContain('risk');
    await user.keyboard('ooo');
    expect(named()).toHaveValue('newest');
    expect(backend.sent('items.list').every((it) => (it[0] as { queue: unknown; order: string }).queue === null)).toBe(true);
    expect(list()).not.toHaveTextContent('severity');
    expect(list()).not.toHaveTextContent('.91');
  });

  it('risk has its terms in words, and says what seeing it means', async () => {
    await open((it) => (it.saved = it.saved.filter((queue) => queue.mode.kind === 'assisted')));
    await user.keyboard('ooooo');
    await waitFor(() => expect(named()).toHaveValue('risk'));
    expect(await within(list()).findByText('severity 3 × reach 18.4k/h, p .91, 4 h')).toBeInTheDocument();
    expect(screen.getByText(words.items.riskChip)).toHaveAttribute('title', words.items.riskSeen);
    expect(backend.sent('items.list').at(-1)?.[0]).toMatchObject({ order: 'risk', queue: 'With the model', limit: 25 });
  });

  it('risk is left as soon as a blind queue is reviewed', async () => {
    await open();
    await app.doors.work.reviewQueue('With the model');
    await user.keyboard('{Alt>}i{/Alt}ooooo');
    await waitFor(() => expect(list()).toHaveTextContent('severity 3'));
    await app.doors.work.reviewQueue('Reported');
    await user.keyboard('{Alt>}i{/Alt}');
    await waitFor(() => expect(named()).toHaveValue('newest'));
    expect(list()).not.toHaveTextContent('severity 3');
  });
});

describe('heads of columns', () => {
  const head = (sort: 'item' | 'urgency' | 'flagged', n = 0) => screen.getAllByRole('button', { name: { item: words.items.heads.item, urgency: words.items.heads.reports, flagged: words.items.heads.flagged }[sort] })[n]!;

  it('sort by a click and by a key, and the other way round where they hold already', async () => {
    await open();
    expect(head('item')).toHaveAttribute('aria-pressed', 'true');
    await user.click(head('flagged'));
    await waitFor(() => expect(head('flagged')).toHaveAttribute('aria-pressed', 'true'));
    expect(backend.sent('items.list').at(-1)?.[0]).toMatchObject({ order: 'age', fresh: true });
    await user.click(head('flagged'));
    await waitFor(() => expect(backend.sent('items.list').at(-1)?.[0]).toMatchObject({ order: 'recent' }));
    expect(head('flagged')).toHaveAttribute('title', 'Sorted: flagged last');
    await user.keyboard('2');
    await waitFor(() => expect(backend.sent('items.list').at(-1)?.[0]).toMatchObject({ order: 'urgency' }));
    await user.keyboard('11');
    await waitFor(() => expect(backend.sent('items.list').at(-1)?.[0]).toMatchObject({ order: 'oldest' }));
    expect(screen.getByRole('combobox', { name: words.items.order })).toHaveValue('oldest');
  });

  it('are those that a person chose, in every file', async () => {
    await open();
    expect(list()).toHaveTextContent('18.4k/h');
    await user.keyboard('y');
    const dialog = await screen.findByRole('dialog', { name: words.items.columnsTitle });
    await user.click(within(dialog).getByRole('checkbox', { name: words.items.heads.reach }));
    await user.click(within(dialog).getByRole('checkbox', { name: words.items.heads.market }));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(list()).not.toHaveTextContent('18.4k/h'));
    expect(backend.chosen.item_columns).toEqual(['done', 'market', 'reports', 'flagged']);
    expect(screen.queryByRole('button', { name: words.items.heads.reach })).not.toBeInTheDocument();
    // How alike items are is said also where the column is not wanted.
    await user.keyboard('y');
    await user.click(await screen.findByRole('checkbox', { name: words.items.heads.done }));
    await user.keyboard('{Escape}l');
    expect(await within(list()).findByText('alike .90')).toBeInTheDocument();
    await user.keyboard('b');
    await screen.findByText('5 items');
    expect(lines()[0]?.querySelector('.under')).not.toHaveTextContent('GB');
  });
});

describe('the item in hand', () => {
  const pane = () => screen.getByRole('region', { name: words.items.preview });

  it('is shown beside the list by a key, follows the cursor, and its pictures stay covered', async () => {
    await open();
    await user.keyboard('v');
    expect(await within(pane()).findByText('My week with the new stove')).toBeInTheDocument();
    expect(backend.chosen.item_preview).toBe(true);
    await user.keyboard('{End}');
    const image = await within(pane()).findByRole('img', { name: words.item.coveredImage('p1') });
    expect(image).toHaveAttribute('src', expect.stringContaining('bird-covered.svg'));
    expect(pane()).not.toHaveTextContent('stove');
    // Nothing is leased, opened or revealed by looking.
    expect(backend.calls.filter((it) => ['review.open_item', 'review.reveal', 'review.uncover'].includes(it[0]))).toEqual([]);
    await user.keyboard('v');
    expect(screen.queryByRole('region', { name: words.items.preview })).not.toBeInTheDocument();
  });

  it('is asked for once the cursor rests, not at every line it runs over', async () => {
    await open((it) => (it.chosen = { ...it.chosen, item_preview: true }));
    await user.keyboard('jjjj');
    await within(pane()).findByText('vid-20261119-0481');
    expect(backend.sent('items.look').map((it) => it[0]).filter((it) => it !== 5)).toEqual([1]);
  });

  it('says why it cannot be shown', async () => {
    await open();
    backend.refuse.set('items.look', { code: 'left', message: 'item 5: it left your queue' });
    await user.keyboard('v');
    expect(await within(pane()).findByText('item 5: it left your queue')).toBeInTheDocument();
  });
});

describe('other lists', () => {
  it('similar items come with how alike they are, and the way back is where one was', async () => {
    await open();
    await user.keyboard('jjl');
    expect(await screen.findByText('Like vid-20261118-0077')).toBeInTheDocument();
    expect(screen.getByText('cosine by minilm-l6-v2, no probability')).toBeInTheDocument();
    expect(backend.sent('items.similar')).toEqual([[3, 100]]);
    expect(within(list()).getByText('alike .90')).toBeInTheDocument();
    await user.keyboard('b');
    await screen.findByText('5 items');
    expect(under()).toHaveTextContent('vid-20261118-0077');
  });

  it('say that no model has read an item', async () => {
    await open((it) => it.listed.unread.add(5));
    await user.keyboard('l');
    expect(await screen.findByText(words.items.noSimilar)).toBeInTheDocument();
  });

  it('my last decisions say what, where and when, and open again', async () => {
    await open((it) => it.listed.decided.push({ row: 1, queue: 'Reported' }, { row: 3, queue: 'Arabic' }));
    await user.keyboard('h');
    expect(await screen.findByText(words.items.decisions)).toBeInTheDocument();
    await waitFor(() => expect(ids()).toEqual(['vid-20261118-0077', 'vid-20261119-0481']));
    expect(lines()[0]).toHaveTextContent('Remove in Arabic');
    await user.keyboard('j{Enter}');
    expect(await screen.findByRole('main', { name: names.screen('review') })).toBeInTheDocument();
    expect(backend.sent('review.open_item')).toEqual([['Reported', 1]]);
  });
});

describe('many at once', () => {
  it('are skipped in the queue that is reviewed, and taken back', async () => {
    await open();
    await user.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    await waitFor(() => expect(chosen()).toEqual(['vid-20261117-0009', 'vid-20261118-0031', 'vid-20261118-0077']));
    await user.keyboard('s');
    expect(await screen.findByText('3 items skipped')).toBeInTheDocument();
    expect(backend.sent('items.act_on')).toEqual([[[5, 4, 3], { kind: 'skip', queue: 'Reported' }]]);
    await waitFor(() => expect(within(list()).getAllByText('skipped')).toHaveLength(3));
    expect(chosen()).toEqual([]);
    await user.keyboard('{Control>}z{/Control}');
    expect(await screen.findByText('Taken back for 3 items')).toBeInTheDocument();
    expect(backend.sent('items.take_back')).toEqual([[1]]);
    await waitFor(() => expect(within(list()).queryByText('skipped')).not.toBeInTheDocument());
  });

  it('are taken back one act after the other', async () => {
    await open();
    await user.keyboard('djs');
    await waitFor(() => expect(backend.sent('items.act_on')).toHaveLength(2));
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(backend.sent('items.take_back')).toHaveLength(1));
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(backend.sent('items.take_back')).toEqual([[2], [1]]));
    await user.keyboard('{Control>}z{/Control}');
    expect(backend.sent('items.take_back')).toHaveLength(2);
  });

  it('are assigned by name', async () => {
    await open();
    await user.keyboard(' jj a');
    const form = await screen.findByRole('dialog', { name: words.items.assignTitle });
    expect(form).toHaveTextContent('2 items');
    await user.keyboard('Mina{Enter}');
    await waitFor(() => expect(backend.sent('items.act_on')).toEqual([[[5, 3], { kind: 'assign', to: 'Mina' }]]));
    await waitFor(() => expect(within(list()).getAllByText('for Mina')).toHaveLength(2));
    await waitFor(() => expect(list()).toHaveFocus());
  });

  it('are moved into a queue', async () => {
    await open();
    await user.keyboard('m');
    const form = await screen.findByRole('dialog', { name: words.items.moveTitle });
    await user.selectOptions(within(form).getByRole('combobox', { name: words.items.moveTo }), 'Arabic');
    await user.click(within(form).getByRole('button', { name: words.items.moveTitle }));
    await waitFor(() => expect(backend.sent('items.act_on')).toEqual([[[5], { kind: 'move', to: 'Arabic' }]]));
    expect(await within(list()).findByText('in Arabic')).toBeInTheDocument();
  });

  it('stay as they were where the desk refuses, and the reason is said', async () => {
    await open();
    backend.refuse.set('items.act_on', { code: 'busy', message: 'database is locked' });
    await user.keyboard(' s');
    expect(await screen.findByText('database is locked')).toBeInTheDocument();
    expect(chosen()).toEqual(['vid-20261117-0009']);
    expect(within(list()).queryByText('skipped')).not.toBeInTheDocument();
  });

  it('are let go by Escape, one thing after the other', async () => {
    await open();
    await user.keyboard(' l');
    await screen.findByText('Like vid-20261117-0009');
    await user.keyboard(' f');
    expect(screen.getByRole('textbox', { name: words.items.words })).toHaveFocus();
    await user.keyboard('{Escape}');
    expect(list()).toHaveFocus();
    expect(items.chosen.size).toBe(1);
    await user.keyboard('{Escape}');
    expect(items.chosen.size).toBe(0);
    await user.keyboard('{Escape}');
    expect(await screen.findByText('5 items')).toBeInTheDocument();
  });

  it('cannot be changed in a file that is open for reading', async () => {
    await open((it) => (it.state.case!.read_only = true));
    expect(screen.getByRole('button', { name: words.items.short.skip })).toBeDisabled();
    await user.keyboard('s');
    expect(backend.sent('items.act_on')).toEqual([]);
  });
});
