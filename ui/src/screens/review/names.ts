// Short names for evidence and judgements, as chips show them.
import type { Evidence, Impression, Judgement, Missing, PartView, Place } from '../../desk/types';
import { visible } from '../../kit/text';
import { words } from './words';

/** `caption 37–88`, `box in p2`, `clause HM-2/a`. */
export function evidenceName(it: Evidence, parts: PartView[]): string {
  switch (it.kind) {
    case 'text_span': {
      const role = parts.find((part) => part.id === it.part)?.role ?? it.part;
      return `${words.item.role(visible(role))} ${it.start}–${it.end}`;
    }
    case 'image_box':
      return words.evidence.image(it.part);
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
