// Columns of the list of items: which there are, how wide, and what each can be sorted by.
import type { ItemColumn, ListOrder } from '../../desk/types';

/** In the order in which they stand. */
export const COLUMNS: readonly ItemColumn[] = ['done', 'language', 'market', 'reports', 'reach', 'flagged'];

const WIDTHS: Record<ItemColumn, string> = {
  done: 'auto', language: 'minmax(60px, 110px)', market: '64px', reports: 'minmax(90px, 170px)', reach: '76px', flagged: '60px',
};

/** Columns of a grid: the mark, the item, and those that are drawn, in their order. */
export function template(shown: readonly ItemColumn[]): string {
  return ['16px', 'minmax(0, 1fr)', ...shown.map((it) => WIDTHS[it])].join(' ');
}

/** Heads that sort. Only orders that the desk reads from an index stand here, so that a million items are sorted at once. */
export const SORTS = {
  item: ['newest', 'oldest'],
  urgency: ['urgency'],
  flagged: ['age', 'recent'],
} as const satisfies Record<string, readonly ListOrder[]>;
export type Sort = keyof typeof SORTS;

/** What a head sorts by when it is pressed: its first order, or the one after the order that holds. */
export function nextOf(sort: Sort, now: ListOrder): ListOrder {
  const orders: readonly ListOrder[] = SORTS[sort];
  return orders[(orders.indexOf(now) + 1) % orders.length] ?? now;
}

/** Where the mark of a sorted head points: the last imported, the most reported and the longest waiting come first. */
export function sortedBy(sort: Sort, now: ListOrder): 'first' | 'last' | null {
  const at = (SORTS[sort] as readonly ListOrder[]).indexOf(now);
  return at < 0 ? null : at === 0 ? 'first' : 'last';
}

/** The columns with one more or one less, in their order. */
export function turned(shown: readonly ItemColumn[], column: ItemColumn): ItemColumn[] {
  return COLUMNS.filter((it) => shown.includes(it) !== (it === column));
}
