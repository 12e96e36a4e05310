// The list of items: what is asked for, the pages that are here, where the cursor is, what is chosen.
import { problemOf } from '../../desk/backend';
import type { BulkAct, Filter, ItemColumn, ItemLine, ListFilter, ListOrder, ListRequest, MyDecision, Queue, Standing } from '../../desk/types';
import { focusOn } from '../../kit/focus';
import type { Frame, Room } from '../frame';
import { COLUMNS, nextOf, turned, type Sort } from './columns';
import { PreviewState } from './preview.svelte';
import { words } from './words';

/** Lines asked for at once. */
export const PAGE = 100;
/** In a list by risk: whoever is sent an item's risk is not blind to it any more. */
const RISK_PAGE = 25;
/** Pages kept; the ones asked for longest ago go. */
const KEPT = 30;
/** As many as the desk takes in one act. */
export const TOGETHER = 10_000;

export type Showing = { kind: 'list' } | { kind: 'similar'; row: number; id: string; model: string | null } | { kind: 'decisions' };

export const STANDINGS: readonly Standing[] = ['all', 'unreviewed', 'reviewed', 'mine', 'skipped', 'deferred', 'assigned', 'waiting', 'handed_on'];
const ORDERS: readonly ListOrder[] = ['newest', 'oldest', 'urgency', 'age', 'recent', 'risk'];

export class ItemsState implements Room {
  typed = $state('');
  languages = $state.raw<readonly string[]>([]);
  markets = $state.raw<readonly string[]>([]);
  reasons = $state.raw<readonly string[]>([]);
  standing = $state<Standing>('all');
  order = $state<ListOrder>('newest');

  showing = $state.raw<Showing>({ kind: 'list' });
  total = $state(0);
  capped = $state(false);
  /** When the list was taken; `null` before the first. */
  takenAt = $state<number | null>(null);
  loading = $state(false);
  cursor = $state(0);
  chosen = $state.raw<ReadonlySet<number>>(new Set());
  /** Acts that can be taken back, the last one last. */
  acts = $state.raw<readonly number[]>([]);
  /** Lines that a page of the screen moves by. */
  page = 10;

  #pages = $state.raw<ReadonlyMap<number, ItemLine[]>>(new Map());
  /** How each line is like the item asked about, by row. */
  #alike = $state.raw<ReadonlyMap<number, number>>(new Map());
  /** Where and when I decided, by row. */
  #decided = $state.raw<ReadonlyMap<number, MyDecision>>(new Map());
  /** What the list that is here was asked by. */
  #request: Omit<ListRequest, 'offset' | 'limit' | 'fresh'> | null = null;
  #size = PAGE;
  #asked = new Set<number>();
  /** Answers to what was asked before belong to another list. */
  #round = 0;
  #anchor = 0;
  /** Where the cursor was in the list before another one was shown. */
  #before = 0;
  #extending = 0;

  /** The item in hand, beside the list. */
  readonly preview: PreviewState;

  constructor(readonly frame: Frame) {
    this.preview = new PreviewState(frame);
  }

  /** The queue that is reviewed. */
  get queue(): Queue | undefined {
    return this.frame.doors.work.queue;
  }

  get filter(): Filter {
    return { languages: [...this.languages], markets: [...this.markets], reasons: [...this.reasons], words: this.typed.trim() || null };
  }

  get isFiltered(): boolean {
    return !isEmpty(this.filter) || this.standing !== 'all';
  }

  /** Orders that may be asked for: one by risk tells what the model thinks. */
  get orders(): readonly ListOrder[] {
    return this.queue?.mode.kind === 'assisted' ? ORDERS : ORDERS.filter((it) => it !== 'risk');
  }

  /** As they were chosen. */
  get columns(): readonly ItemColumn[] {
    return this.frame.preferences.chosen.item_columns;
  }

  /** The columns that are drawn: what similar items and decisions are listed for stands with what was done. */
  get drawn(): readonly ItemColumn[] {
    return COLUMNS.filter((it) => this.columns.includes(it) || (it === 'done' && this.showing.kind !== 'list'));
  }

  get previews(): boolean {
    return this.frame.preferences.chosen.item_preview;
  }

  line(at: number): ItemLine | undefined {
    return this.#pages.get(Math.floor(at / this.#size))?.[at % this.#size];
  }

  alike(row: number): number | undefined {
    return this.#alike.get(row);
  }

  decided(row: number): MyDecision | undefined {
    return this.#decided.get(row);
  }

  get current(): ItemLine | undefined {
    return this.line(this.cursor);
  }

  /** What an act is about: what is chosen, else the line under the cursor. */
  get rows(): number[] {
    if (this.chosen.size > 0) return [...this.chosen];
    return this.current ? [this.current.row] : [];
  }

  // ---- Which list -----------------------------------------------------------------------------

  /** The screen is shown: the same list again, with what was done since. */
  async enter(): Promise<void> {
    if (!this.orders.includes(this.order)) {
      this.order = 'newest';
      await this.load();
    } else if (this.showing.kind === 'list') await this.#take(this.#request === null, this.cursor);
    else await this.#again();
  }

  /** Takes the list anew. */
  async load(): Promise<void> {
    await this.#take(true, 0);
  }

  /** Back to the list as it was. */
  async back(): Promise<void> {
    if (this.showing.kind !== 'list') await this.#take(this.#request === null, this.#before);
  }

  async similar(of = this.current): Promise<void> {
    if (!of) return;
    await this.#show({ kind: 'similar', row: of.row, id: of.id, model: null }, async () => {
      const found = await this.frame.backend.items.similar(of.row, PAGE);
      return () => {
        this.showing = { kind: 'similar', row: of.row, id: of.id, model: found.model };
        this.#alike = new Map(found.lines.map((it) => [it.line.row, it.similarity]));
        return found.lines.map((it) => it.line);
      };
    });
  }

  async decisions(): Promise<void> {
    await this.#show({ kind: 'decisions' }, async () => {
      const found = await this.frame.backend.items.decisions(PAGE);
      return () => {
        this.showing = { kind: 'decisions' };
        this.#decided = new Map(found.map((it) => [it.line.row, it]));
        return found.map((it) => it.line);
      };
    });
  }

  turnStanding(): Promise<void> {
    this.standing = after(STANDINGS, this.standing);
    return this.load();
  }

  turnOrder(): Promise<void> {
    this.order = after(this.orders, this.order);
    return this.load();
  }

  /** What the head of a column does: its order, or the other way round where it holds already. */
  sortBy(sort: Sort): Promise<void> {
    this.order = nextOf(sort, this.order);
    return this.load();
  }

  turnColumn(column: ItemColumn): Promise<void> {
    return this.frame.preferences.change({ item_columns: turned(this.columns, column) });
  }

  turnPreview(): Promise<void> {
    return this.frame.preferences.change({ item_preview: !this.previews });
  }

  /** The filter of a queue, or of none. */
  adopt(filter: Filter | undefined): Promise<void> {
    this.languages = filter?.languages ?? [];
    this.markets = filter?.markets ?? [];
    this.reasons = filter?.reasons ?? [];
    this.typed = filter?.words ?? '';
    return this.load();
  }

  reset(): Promise<void> {
    this.standing = 'all';
    return this.adopt(undefined);
  }

  /** Asks for the lines in view that are not here yet. */
  need(first: number, n: number): void {
    if (this.showing.kind !== 'list') return;
    for (let page = Math.floor(first / this.#size); page * this.#size < Math.min(first + n, this.total); page += 1) {
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#fetch(page);
    }
  }

  /** Another case file was opened. */
  leave(): void {
    this.#round += 1;
    this.#extending += 1;
    this.#request = null;
    this.#asked.clear();
    this.acts = [];
    this.preview.clear();
    this.#adopt({ kind: 'list' }, new Map(), 0, false);
    this.takenAt = null;
    this.loading = false;
    if (this.order === 'risk') this.order = 'newest';
  }

  // ---- Where, and which of them -----------------------------------------------------------------

  /** Opens an item in Review. */
  async open(line = this.current): Promise<void> {
    if (line) await this.frame.doors.work.open(line.row);
  }

  /** Lets one thing go after the other: what is chosen, another list. */
  escape(writing: boolean): void {
    if (!writing && this.chosen.size > 0) this.clear();
    else if (!writing) void this.back();
    focusOn('items');
  }

  move(by: number): void {
    this.goTo(this.cursor + by);
  }

  goTo(at: number): void {
    this.cursor = this.#within(at);
    this.#anchor = this.cursor;
  }

  /** Moves the cursor and chooses every line from where it set out. */
  async extend(at: number): Promise<void> {
    this.cursor = this.#within(at);
    await this.#choose(this.#anchor, this.cursor);
  }

  /** Every line of the list, or as many as one act takes. */
  async chooseAll(): Promise<void> {
    await this.#choose(0, this.total - 1);
  }

  toggle(at = this.cursor): void {
    const row = this.line(at)?.row;
    if (row === undefined) return;
    const chosen = new Set(this.chosen);
    if (!chosen.delete(row)) chosen.add(row);
    this.#extending += 1;
    this.chosen = chosen;
    this.cursor = at;
    this.#anchor = at;
  }

  clear(): void {
    this.#extending += 1;
    this.chosen = new Set();
  }

  // ---- Acts ---------------------------------------------------------------------------------------

  async act(act: BulkAct): Promise<void> {
    const rows = this.rows;
    if (rows.length === 0) return;
    await this.#guarded(async () => {
      const done = await this.frame.backend.items.actOn(rows, act);
      this.acts = [...this.acts, done.act];
      this.clear();
      this.#done(act, done.items);
      await this.#again();
    });
  }

  async takeBack(): Promise<void> {
    const act = this.acts.at(-1);
    if (act === undefined) return;
    await this.#guarded(async () => {
      const done = await this.frame.backend.items.takeBack(act);
      this.acts = this.acts.filter((it) => it !== act);
      this.#done(null, done.items);
      await this.#again();
    });
  }

  /** Says what was done to how many; `null` for taken back. */
  #done(act: BulkAct | null, n: number): void {
    const { frame } = this;
    if (act) frame.say(words.items.done[act.kind](n), frame.commands.withKeys(words.items.takeBackKey));
    else frame.say(words.items.takenBack(n));
    void frame.case.refreshQueues();
  }

  // ---- Inside -------------------------------------------------------------------------------------

  /** What is shown, with what was done since; the list stands still. */
  #again(): Promise<void> {
    const { showing } = this;
    const cursor = this.cursor;
    const same = () => this.goTo(cursor);
    if (showing.kind === 'similar') return this.similar({ row: showing.row, id: showing.id } as ItemLine).then(same);
    if (showing.kind === 'decisions') return this.decisions().then(same);
    return this.#take(false, cursor);
  }

  /** The list, with the cursor at `at`. What is on screen stays there until the answer is here. */
  async #take(fresh: boolean, at: number): Promise<void> {
    const round = ++this.#round;
    if (fresh || !this.#request) {
      const queue = this.order === 'risk' ? (this.queue?.name ?? null) : null;
      this.#request = { filter: { filter: this.filter, standing: this.standing } satisfies ListFilter, order: this.order, queue };
    }
    const request = this.#request;
    const size = request.order === 'risk' ? RISK_PAGE : PAGE;
    const page = Math.floor(at / size);
    this.#asked.clear();
    this.loading = true;
    await this.#guarded(async () => {
      const found = await this.frame.backend.items.list({ ...request, offset: page * size, limit: size, fresh });
      if (round !== this.#round) return;
      const chosen = fresh ? new Set<number>() : this.chosen;
      this.#size = size;
      this.#adopt({ kind: 'list' }, new Map([[page, found.lines]]), found.total, found.capped);
      this.chosen = chosen;
      this.takenAt = found.taken_at_ms;
      this.goTo(at);
    });
    if (round === this.#round) this.loading = false;
  }

  async #fetch(page: number): Promise<void> {
    const round = this.#round;
    this.#asked.add(page);
    await this.#guarded(async () => {
      const lines = await this.#lines(page);
      if (round !== this.#round) return;
      const pages = new Map(this.#pages).set(page, lines);
      for (const old of [...pages.keys()].slice(0, Math.max(0, pages.size - KEPT))) pages.delete(old);
      this.#pages = pages;
    });
    if (round === this.#round) this.#asked.delete(page);
  }

  async #lines(page: number): Promise<ItemLine[]> {
    if (!this.#request) return [];
    const found = await this.frame.backend.items.list({ ...this.#request, offset: page * this.#size, limit: this.#size, fresh: false });
    return found.lines;
  }

  /** Shows a list that comes whole. */
  async #show(showing: Showing, ask: () => Promise<() => ItemLine[]>): Promise<void> {
    const round = ++this.#round;
    if (this.showing.kind === 'list') this.#before = this.cursor;
    this.loading = true;
    await this.#guarded(async () => {
      const adopt = await ask();
      if (round !== this.#round) return;
      this.#adopt(showing, new Map(), 0, false);
      const lines = adopt();
      this.#size = PAGE;
      this.#pages = new Map([[0, lines]]);
      this.total = lines.length;
    });
    if (round === this.#round) this.loading = false;
  }

  #adopt(showing: Showing, pages: ReadonlyMap<number, ItemLine[]>, total: number, capped: boolean): void {
    this.showing = showing;
    this.#pages = pages;
    this.#alike = new Map();
    this.#decided = new Map();
    this.total = total;
    this.capped = capped;
    this.cursor = 0;
    this.#anchor = 0;
    this.chosen = new Set();
  }

  /** Chooses the lines between, also those that were never in view, from `from` on. */
  async #choose(from: number, to: number): Promise<void> {
    const mine = ++this.#extending;
    const round = this.#round;
    const step = to < from ? -1 : 1;
    const last = step > 0 ? Math.min(to, from + TOGETHER - 1) : Math.max(to, from - TOGETHER + 1);
    const rows = new Set<number>();
    const pages = new Map(this.#pages);
    await this.#guarded(async () => {
      for (let at = from; step > 0 ? at <= last : at >= last; at += step) {
        const page = Math.floor(at / this.#size);
        let lines = pages.get(page);
        if (!lines) {
          // In a list by risk only what was shown is chosen: to ask for more would end blindness to it unseen.
          lines = this.#request?.order === 'risk' || this.showing.kind !== 'list' ? [] : await this.#lines(page);
          if (mine !== this.#extending || round !== this.#round) return;
          pages.set(page, lines);
        }
        const line = lines[at % this.#size];
        if (line) rows.add(line.row);
      }
      this.chosen = rows;
    });
  }

  #within(at: number): number {
    return Math.max(0, Math.min(this.total - 1, at));
  }

  async #guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.frame.report(problemOf(error));
    }
  }
}

/** A filter that lets everything through. */
export function isEmpty(filter: Filter | undefined): boolean {
  const { languages = [], markets = [], reasons = [], words = null } = filter ?? {};
  return languages.length + markets.length + reasons.length === 0 && !words;
}

function after<T>(all: readonly T[], it: T): T {
  return all[(all.indexOf(it) + 1) % all.length] ?? it;
}
