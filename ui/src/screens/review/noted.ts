// What a language model wrote of clauses, as the page points at it in the item.
import type { Evidence, Notes, PartView, Quote, Reason } from '../../desk/types';

type Found = Extract<Quote, { kind: 'verified' | 'repaired' }>;

/** Where a quote stands in the item; nothing where it stands nowhere. */
function found(it: Quote): Found | null {
  return it.kind === 'verified' || it.kind === 'repaired' ? it : null;
}

/** The words that a quote shows: those of the item where it stands there, else the model's own. */
export function shown(it: Quote): string {
  if (it.kind === 'absent') return '';
  return it.kind === 'unverified' ? it.written : it.quote;
}

export function reasons(notes: readonly Notes[]): Reason[] {
  return notes.flatMap((it) => [...it.speaks_for, ...it.against]);
}

/** How many quotes there are, and how many of them stand in the item. */
export function counted(notes: readonly Notes[]): { all: number; verified: number } {
  const quotes = reasons(notes).map((it) => it.quote).filter((it) => it.kind !== 'absent');
  return { all: quotes.length, verified: quotes.filter(found).length };
}

/** The id of the mark of a quote in the item: of evidence that stands at the same place, else one of its own. */
export function markOf(quote: Quote, parts: readonly PartView[], evidence: readonly Evidence[]): string | null {
  const it = found(quote);
  const part = it && parts[it.part];
  if (!part) return null;
  const same = (at: Evidence) => at.kind === 'text_span' && at.part === part.id && at.start === it.start && at.end === it.end;
  return evidence.find(same)?.id ?? `note-${part.id}-${it.start}-${it.end}`;
}

/** Marks for quotes at places where no evidence stands. */
export function marks(notes: readonly Notes[], parts: readonly PartView[], evidence: readonly Evidence[]): Evidence[] {
  const made = new Map<string, Evidence>();
  for (const { quote } of reasons(notes)) {
    const it = found(quote);
    const part = it && parts[it.part];
    const id = markOf(quote, parts, evidence);
    if (!part || id === null || evidence.some((known) => known.id === id)) continue;
    made.set(id, { id, kind: 'text_span', part: part.id, start: it.start, end: it.end, quote: it.quote });
  }
  return [...made.values()];
}
