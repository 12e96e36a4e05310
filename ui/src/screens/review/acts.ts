// What commands of a review do where it takes more than a line.
import type { Choice, Rating } from '../../desk/types';
import { spanAnchor } from '../../parts/anchor.svelte';
import { clauseOf, opens } from '../../parts/clauses';
import { selected, trimmed } from '../../parts/selection';
import { REASONS } from './judgement';
import type { ReviewRoom } from './room.svelte';
import { words } from './words';

export function hasImage({ review }: ReviewRoom): boolean {
  return review.review?.item.parts.some((it) => it.kind === 'image') ?? false;
}

/** Picks what to do; `cannot_judge` again goes on to its next reason. */
export function choose({ frame, review }: ReviewRoom, choice: Choice): void {
  const now = review.judgement;
  if (choice === 'cannot_judge' && now.choice === choice) {
    const at = now.cannot_judge_reason ? REASONS.indexOf(now.cannot_judge_reason) : -1;
    review.judge({ cannot_judge_reason: REASONS[(at + 1) % REASONS.length] ?? 'other' });
    return;
  }
  const primary = clauseOf(frame.case.policy, now.clauses[0]);
  if (primary && !opens(primary, choice)) {
    frame.say(words.clause.notOpen(primary.id, words.choices[choice]));
    return;
  }
  review.choose(choice);
}

/** Attaches what is selected; with nothing selected, lets a place be chosen. */
export function attachEvidence({ review }: ReviewRoom): void {
  const selection = window.getSelection();
  const found = selected(selection);
  if (found === 'across') {
    review.chain.refuseAnchor(words.reasoning.across);
    return;
  }
  const part = found && review.review?.item.parts.find((it) => it.id === found.part);
  const span = found && part?.text ? trimmed(part.text, found) : null;
  if (part && span) {
    void review.chain.attach(spanAnchor(part, span.start, span.end)).then((done) => done && selection?.removeAllRanges());
    return;
  }
  const chosen = review.chain.picker?.anchor;
  if (chosen) void review.chain.attach(chosen);
  else if (!review.chain.startPicking()) review.chain.refuseAnchor(words.reasoning.coveredBox);
}

/** Attaches the place chosen and lets another be chosen. */
export function attachMore({ review: { chain } }: ReviewRoom): void {
  if (chain.picker?.anchor) void chain.attachMore(chain.picker.anchor);
}

export function drawBox({ review: { chain } }: ReviewRoom): void {
  if (!chain.startBox()) chain.refuseAnchor(words.reasoning.coveredBox);
}

export function takeOut({ review: { chain } }: ReviewRoom): void {
  if (chain.chosen) chain.takeOut(chain.chosen);
}

export function rateChosen({ review: { chain } }: ReviewRoom, rating: Rating): void {
  if (chain.chosen) chain.rateCandidate(chain.chosen, rating);
}

/** Strikes out the model's chain and asks for the first step of one's own. */
export function writeAnew({ frame, review }: ReviewRoom): void {
  review.chain.writeAnew();
  frame.dialog = 'stage';
}
