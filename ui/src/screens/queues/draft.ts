// A queue as its form holds it, and what is wrong with it.
import type { Filter, Order, Queue, QueueMode } from '../../desk/types';

export interface QueueDraft {
  name: string;
  languages: string[];
  markets: string[];
  reasons: string[];
  words: string;
  order: Order;
  mode: QueueMode['kind'];
  probability: number;
  reviews: number;
  restricted: boolean;
}

export type Fault = 'name' | 'taken' | 'probability' | 'reviews' | 'risk';

export function draftOf(queue: Queue | undefined, filter: Filter | undefined = queue?.filter): QueueDraft {
  return {
    name: queue?.name ?? '',
    languages: [...(filter?.languages ?? [])],
    markets: [...(filter?.markets ?? [])],
    reasons: [...(filter?.reasons ?? [])],
    words: filter?.words ?? '',
    order: queue?.order ?? 'urgency',
    mode: queue?.mode.kind ?? 'blind',
    probability: queue?.mode.kind === 'drawn' ? queue.mode.blind_probability : 0.5,
    reviews: queue?.reviews_wanted ?? 1,
    restricted: queue?.restricted ?? false,
  };
}

/** A queue with blind items is never ordered by scores: the order of a queue leaks. */
export function mayOrderByRisk(mode: QueueMode['kind']): boolean {
  return mode === 'assisted';
}

/** What keeps the queue from being saved. `others` are the names in use. */
export function faults(it: QueueDraft, others: string[]): Fault[] {
  const found: Fault[] = [];
  const length = [...it.name.trim()].length;
  if (length === 0 || length > 80) found.push('name');
  if (others.includes(it.name.trim())) found.push('taken');
  if (it.mode === 'drawn' && !(it.probability >= 0 && it.probability <= 1)) found.push('probability');
  if (!Number.isInteger(it.reviews) || it.reviews < 1 || it.reviews > 100) found.push('reviews');
  if (it.order === 'risk' && !mayOrderByRisk(it.mode)) found.push('risk');
  return found;
}

export function queueOf(it: QueueDraft): Queue {
  return {
    name: it.name.trim(),
    filter: {
      languages: [...it.languages],
      markets: [...it.markets],
      reasons: [...it.reasons],
      words: it.words.trim() || null,
    },
    order: it.order,
    mode: it.mode === 'drawn' ? { kind: 'drawn', blind_probability: it.probability } : { kind: it.mode },
    reviews_wanted: it.reviews,
    restricted: it.restricted,
  };
}
