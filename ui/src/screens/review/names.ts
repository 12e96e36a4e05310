// Short names for evidence and judgements, as chips show them.
import type { Evidence, Impression, Judgement, Missing, PartView, Place, To } from '../../desk/types';
import { scalars, visible } from '../../kit/text';
import { numbered } from '../../parts/boxes';
import { words } from './words';

/** Whom an item is handed to: `Bo`, `queue Arabic`. */
export function toName(it: To): string {
  return it.kind === 'person' ? visible(it.name) : words.turn.toQueue(visible(it.name));
}

/** `caption 37–88`, `box 1 in p2`, `clause HM-2/a`; `all` is the evidence of the draft, which boxes are numbered in. */
export function evidenceName(it: Evidence, parts: PartView[], all: readonly Evidence[]): string {
  switch (it.kind) {
    case 'text_span': {
      const role = parts.find((part) => part.id === it.part)?.role ?? it.part;
      return `${words.item.role(visible(role))} ${it.start}–${it.end}`;
    }
    case 'image_box':
      return words.evidence.image(numbered(all).find((other) => other.id === it.id)?.n ?? 0, it.part);
    case 'clause':
      return words.evidence.clause(it.ref);
    case 'precedent':
      return words.evidence.precedent(visible(it.ref));
    case 'metadata':
      return words.evidence.metadata[it.ref] ?? visible(it.ref);
    case 'tool_output':
      if (it.tool === 'critique') return words.steps.critique;
      return words.evidence.tool(it.tool, visible(it.quote));
  }
}

/** As a chip shows it: the first words of a quote, else its name. A quote of nearly all of a text says which text it is. */
export function evidenceLabel(it: Evidence, parts: PartView[], all: readonly Evidence[]): string {
  if (it.kind !== 'text_span') return evidenceName(it, parts, all);
  const part = parts.find((part) => part.id === it.part);
  const whole = scalars(part?.text ?? '');
  if (whole > 60 && it.end - it.start >= 0.95 * whole) return words.evidence.whole(words.item.role(visible(part?.role ?? it.part)));
  return `“${firstWords(visible(it.quote))}”`;
}

/** As many whole words as a chip has room for; a script without spaces is cut by its letters. */
function firstWords(quote: string): string {
  const letters = [...quote.trim().replace(/\s+/gu, ' ')];
  if (letters.length <= 36) return letters.join('');
  const cut = letters.slice(0, 34).join('');
  const space = cut.lastIndexOf(' ');
  return `${space > 12 ? cut.slice(0, space) : cut}…`;
}

/** The words evidence points at, where it points at words. */
export function evidenceQuote(it: Evidence): string | null {
  return it.kind === 'text_span' || it.kind === 'tool_output' ? visible(it.quote) : null;
}

/** `HM-2, remove`. */
export function impressionName({ judgement }: Impression): string {
  return judgementName(judgement);
}

/** What a record is short of. */
export function missingName(it: Missing): string {
  return it.kind === 'exception' ? words.steps.exception(it.id) : words.steps.lacks[it.kind];
}

/** `Step 3`, `Evidence e1`, `Decision`. */
export function placeName(it: Place): string {
  if (it.kind === 'step') return words.after.inStep(it.n);
  return it.kind === 'evidence' ? words.after.inEvidence(it.id) : words.after.inDecision;
}

export function judgementName(judgement: Judgement): string {
  return [...judgement.clauses, words.choices[judgement.choice].toLowerCase(), words.sure[judgement.confidence]].join(', ');
}
