// What commands of a review do where it takes more than a line.
import type { Choice, Draft, Missing, Rating, Stage } from '../../desk/types';
import { focusOn } from '../../kit/focus';
import { spanAnchor } from '../../parts/anchor.svelte';
import { clauseOf, opens } from '../../parts/clauses';
import { selected, trimmed } from '../../parts/selection';
import { scoresOpen } from './scores';
import { REASONS, type Lack } from './judgement';
import type { ReviewRoom } from './room.svelte';
import { isOwn, nextToRate } from './steps';
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

/** Asks to whom the item goes; whom there is to choose from is asked for meanwhile. */
export function askHandOver({ frame, turn }: ReviewRoom): void {
  void turn.meet();
  frame.dialog = 'hand-on';
}

export function askNote({ frame, turn }: ReviewRoom): void {
  void turn.meet();
  frame.dialog = 'note';
}

export async function showWaiting({ frame, turn }: ReviewRoom): Promise<void> {
  await turn.refresh();
  frame.dialog = 'waiting';
}

/** Takes back the item on screen. */
export async function callBack(room: ReviewRoom): Promise<void> {
  const item = room.review.review?.item;
  if (item) await room.callBack(item.row, item.id);
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

export function askReason({ frame, review }: ReviewRoom): void {
  review.chain.askReason();
  frame.dialog = 'reason';
}

/** Opens the scores, or folds them to a line. */
export function turnScores(room: ReviewRoom): void {
  room.unfolded = !scoresOpen(room.unfolded, room.review.review?.revealed?.assessment ?? null);
}

/** Goes to where a line of what is lacking is filled; to the one the ring is on where no other is meant. */
export function fillGap(room: ReviewRoom, n?: number): void {
  const { frame, review } = room;
  const { ring, chain, draft } = review;
  const gap = review.gaps[n ?? (ring.on === 'gap' ? ring.n : 0)];
  if (!gap || !draft) return;
  chain.focusStep(chain.focus);
  switch (gap.kind) {
    case 'lack':
      return fillLack(room, gap.lack);
    case 'missing':
      return fillMissing(room, draft, gap.missing);
    case 'unrated':
      return chain.focusStep(nextToRate(draft, -1));
    case 'reason':
      chain.focusStep(gap.step);
      frame.dialog = 'reason';
  }
}

function fillLack(room: ReviewRoom, lack: Lack): void {
  if (lack === 'reason') choose(room, 'cannot_judge');
  else focusOn(lack === 'clause' || lack === 'not_allowed' ? 'clause' : lack);
}

function fillMissing(room: ReviewRoom, draft: Draft, missing: Missing): void {
  const { frame, review } = room;
  const { chain } = review;
  const first = (stage: Stage) => draft.steps.findIndex((it) => it.stage === stage && !it.deleted);
  switch (missing.kind) {
    case 'clause':
    case 'nearest_clause':
      if (review.proposal) chain.ring = { on: 'proposal' };
      else focusOn('clause');
      return;
    case 'evidence':
      if (first('observe') >= 0) chain.focusStep(first('observe'));
      if (chain.step) attachEvidence(room);
      else frame.dialog = 'stage';
      return;
    case 'counterargument':
      return chain.insert('counterargument');
    case 'exception':
      if (first('exception_check') >= 0) chain.focusStep(first('exception_check'));
      if (!chain.step) return chain.insert('exception_check');
      chain.citing = missing.id;
      frame.dialog = 'cite';
      return;
    case 'cannot_judge_reason':
      return choose(room, 'cannot_judge');
    case 'steps':
      frame.dialog = 'stage';
      return;
    case 'wrong_step':
      chain.focusStep(draft.steps.findIndex((it) => !isOwn(it)));
  }
}
