// Lists of items in memory, as the desk keeps them: a list stands still until it is taken afresh, and
// a judgement is only in a list by risk.
import type { BulkAct, BulkDone, ItemLine, ListPage, ListRequest, MyDecision, Occurring, Queue, Similar } from '../desk/types';
import { items } from './cases';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-21T10:42:00');

export class FakeItems {
  /** As many as this are listed; 0 lists the items that can be reviewed. */
  many = 0;
  /** More have the words that are asked for. */
  capped = false;
  /** Rows that no model has read. */
  unread = new Set<number>();
  decided: { row: number; queue: string }[] = [];
  acts: { rows: number[]; act: BulkAct; takenBack: boolean }[] = [];
  #taken: number[] | null = null;

  constructor(private readonly queues: () => Queue[]) {}

  list(request: ListRequest): ListPage {
    const assisted = this.queues().find((it) => it.name === request.queue)?.mode.kind === 'assisted';
    if (request.order === 'risk' && !assisted) throw new Error('list by risk: only in an assisted queue');
    if (request.fresh || !this.#taken) this.#taken = this.many > 0 ? null : this.#rows(request);
    const total = this.#taken?.length ?? this.many;
    const n = Math.max(0, Math.min(request.limit, total - request.offset));
    const lines = Array.from({ length: n }, (_, at) => this.line(this.#taken?.[request.offset + at] ?? request.offset + at + 1));
    if (request.order === 'risk')
      for (const it of lines) it.risk = { severity: 3, p: 0.91, reach_per_hour: it.reach_per_hour ?? 1, waited_hours: 4 };
    return { offset: request.offset, total, capped: this.capped, taken_at_ms: NOW, lines };
  }

  occurring(): Occurring {
    const counted = (of: (it: (typeof items)[number]) => (string | null)[]) => {
      const counts = new Map<string, number>();
      for (const it of items) for (const value of new Set(of(it))) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
      return [...counts].map(([value, n]) => ({ value, items: n })).sort((a, b) => b.items - a.items || (a.value < b.value ? -1 : 1));
    };
    return { languages: counted((it) => [it.language ?? 'und']), markets: counted((it) => [it.market]), reasons: counted((it) => it.reports.map((one) => one.reason)) };
  }

  similar(row: number, limit: number): Similar {
    if (this.unread.has(row)) return { row, model: null, searched: 0, lines: [] };
    const others = items.filter((it) => it.row !== row).slice(0, limit);
    const lines = others.map((it, n) => ({ line: this.line(it.row), similarity: 0.9 - n / 10 }));
    return { row, model: 'minilm-l6-v2', searched: items.length - 1, lines };
  }

  decisions(limit: number): MyDecision[] {
    return this.decided.slice(-limit).reverse().map((it) => ({ line: this.line(it.row), queue: it.queue, at_ms: NOW }));
  }

  actOn(rows: number[], act: BulkAct): BulkDone {
    this.acts.push({ rows, act, takenBack: false });
    return { act: this.acts.length, items: rows.length };
  }

  takeBack(act: number): BulkDone {
    const it = this.acts[act - 1];
    if (!it) throw new Error('the fake did nothing under that number');
    it.takenBack = true;
    return { act, items: it.rows.length };
  }

  line(row: number): ItemLine {
    const it = items[(row - 1) % items.length]!;
    const last = (kind: BulkAct['kind'][]) => this.acts.findLast((done) => !done.takenBack && done.rows.includes(row) && kind.includes(done.act.kind))?.act;
    const aside = last(['skip', 'defer']);
    const assigned = last(['assign']);
    const moved = last(['move']);
    return {
      row, id: this.many > 0 ? `vid-${String(row).padStart(7, '0')}` : it.id, kind: it.kind, excerpt: it.parts.find((part) => part.text)?.text ?? '',
      language: it.language, market: it.market, reports: it.reports[0]?.n ?? 0, reason: it.reports[0]?.reason ?? null,
      reach_per_hour: it.reach_per_hour, flagged_at_ms: NOW - row * DAY / 3, reviews: this.decided.some((done) => done.row === row) ? 1 : 0,
      mine: this.decided.some((done) => done.row === row) ? 'remove' : null,
      aside: aside?.kind === 'skip' || aside?.kind === 'defer' ? aside.kind : null,
      assigned: assigned?.kind === 'assign' ? assigned.to : null, moved: moved?.kind === 'move' ? moved.to : null, risk: null,
    };
  }

  #rows({ filter: { filter, standing }, order }: ListRequest): number[] {
    const { languages = [], markets = [], reasons = [], words = null } = filter ?? {};
    const some = (wanted: string[], has: (string | null)[]) => wanted.length === 0 || has.some((it) => it !== null && wanted.includes(it));
    const found = items.filter((it) => {
      const line = this.line(it.row);
      if (standing === 'unreviewed' && line.reviews > 0) return false;
      if (standing === 'mine' && line.mine === null) return false;
      if (standing === 'skipped' && line.aside !== 'skip') return false;
      const texts = it.parts.map((part) => part.text ?? '').join(' ').toLowerCase();
      if (words && !words.toLowerCase().split(/\s+/).every((word) => texts.includes(word))) return false;
      return some(languages, [it.language]) && some(markets, [it.market]) && some(reasons, it.reports.map((report) => report.reason));
    });
    const key = (it: (typeof items)[number]) => {
      const line = this.line(it.row);
      if (order === 'newest') return -it.row;
      return order === 'urgency' ? -line.reports * (line.reach_per_hour ?? 1) : it.row;
    };
    return found.sort((a, b) => key(a) - key(b)).map((it) => it.row);
  }
}
