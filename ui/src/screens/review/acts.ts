// What commands of a review do where it takes more than a line.
import type { Choice, Draft, Missing, PartView, Rating, Stage } from '../../desk/types';
import { focusOn, showPart } from '../../kit/focus';
import { spanAnchor } from '../../parts/anchor.svelte';
import { numbered } from '../../parts/boxes';
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

/** The picture in hand is uncovered. */
export function seesImage({ review }: ReviewRoom): boolean {
  const part = review.pictures.inHand;
  return part !== undefined && review.covers.isShown(part);
}

/** Uncovers the picture in hand, or covers it. */
export function toggleCover(room: ReviewRoom): void {
  const part = room.review.pictures.inHand;
  if (part) cover(room, part);
}

/** Uncovers a picture, or covers it: then no place is chosen in it any more. */
export function cover({ review }: ReviewRoom, part: PartView): void {
  if (review.covers.isShown(part) && review.chain.picker?.part?.id === part.id) review.chain.stopPicking();
  void review.covers.toggle(part);
}

/** Shows the picture in hand as long as the key is held. */
export function peek({ review }: ReviewRoom): void {
  const part = review.pictures.inHand;
  if (part) void review.covers.peek(part);
}

/** Takes the next picture of the item, with the ring on it. */
export function turnPicture(room: ReviewRoom, by: 1 | -1): void {
  const { pictures } = room.review;
  pictures.turn(by);
  if (pictures.inHand) takePicture(room, pictures.inHand.id);
}

/** Takes a picture in hand and puts the ring on it. */
export function takePicture({ review }: ReviewRoom, part: string): void {
  review.pictures.take(part);
  review.chain.ring = { on: 'picture' };
  showPart('picture', part);
}

export function zoom({ review }: ReviewRoom, steps: number): void {
  review.pictures.lookInHand?.zoom(steps);
}

/** Has the picture in hand fill the window, or no more. */
export function turnFull({ review: { pictures, chain } }: ReviewRoom): void {
  pictures.full = !pictures.full;
  chain.ring = { on: 'picture' };
}

/** Arrows move a picture of which some is out of sight; in the whole window they do nothing else instead. */
export function pans(room: ReviewRoom): boolean {
  const { pictures } = room.review;
  return pictures.full || (seesImage(room) && pictures.lookInHand?.pannable === true);
}

/** Moves what is seen of the picture; one that fills the window and is whole gives way to the next. */
export function pan(room: ReviewRoom, dx: -1 | 0 | 1, dy: -1 | 0 | 1): void {
  const { pictures } = room.review;
  const look = pictures.lookInHand;
  if (seesImage(room) && look?.pannable) look.arrow(dx, dy);
  else if (dx !== 0) turnPicture(room, dx);
}

/** Out of the whole window, or back to the step. */
export function leavePicture({ review: { pictures, chain } }: ReviewRoom): void {
  if (pictures.full) pictures.full = false;
  else chain.focusStep(chain.focus);
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

/** Attaches the place chosen, or keeps a box as it was adjusted; then the choosing is over. */
export async function attachChosen(room: ReviewRoom): Promise<void> {
  const { chain } = room.review;
  if (chain.picker?.adjusts) {
    if (await chain.storeAdjusted()) chain.stopPicking();
  } else attachEvidence(room);
}

/** Attaches the place chosen and lets another be chosen; a box that is adjusted is kept and stays in hand. */
export function attachMore({ review: { chain } }: ReviewRoom): void {
  if (chain.picker?.adjusts) void chain.storeAdjusted();
  else if (chain.picker?.anchor) void chain.attachMore(chain.picker.anchor);
}

/** Moves or grows what is chosen by a key; of a picture that is larger than its stage, what is seen follows. */
export function pick({ review: { chain, pictures } }: ReviewRoom, dx: number, dy: number, how: 'move' | 'extend' | 'nudge'): void {
  const { picker } = chain;
  if (how === 'nudge') picker?.nudge(dx, dy);
  else picker?.arrow(dx, dy, how === 'extend');
  if (picker?.part?.kind === 'image') pictures.look(picker.part, pictures.full).bring(picker.box);
}

/** The next part to choose in, or the next box to adjust. */
export function pickNext({ review: { chain } }: ReviewRoom, by: 1 | -1): void {
  if (chain.picker?.adjusts) void chain.adjustNext(by);
  else chain.picker?.turn(by);
}

/** Larger or smaller where a place is chosen in a picture; 0 has it whole. */
export function pickZoom({ review: { chain, pictures } }: ReviewRoom, steps: number): void {
  const part = chain.picker?.part;
  if (part?.kind !== 'image') return;
  const look = pictures.look(part, pictures.full);
  if (steps === 0) look.fit();
  else look.zoom(steps);
  if (chain.picker) look.bring(chain.picker.box);
}

export function drawBox({ review: { chain } }: ReviewRoom): void {
  if (!chain.startBox()) chain.refuseAnchor(words.reasoning.coveredBox);
}

export function hasOwnBox({ review: { chain } }: ReviewRoom): boolean {
  return chain.ownBoxes.length > 0;
}

/** Begins to adjust a box: the last of the step whose turn it is, else the last of all. */
export function adjustBox(room: ReviewRoom): void {
  const { chain } = room.review;
  const own = chain.ownBoxes;
  const box = own.findLast((it) => chain.step?.evidence.includes(it.id)) ?? own.at(-1);
  if (box) void openBox(room, box.id);
}

/** Goes to a box of evidence in its picture; one of the reviewer's own can be adjusted then. */
export async function openBox(room: ReviewRoom, id: string): Promise<void> {
  const { chain, pictures, draft, covers } = room.review;
  const box = numbered(draft?.evidence ?? []).find((it) => it.id === id);
  const part = pictures.all.find((it) => it.id === box?.part);
  if (!box || !part) return;
  pictures.take(part.id);
  showPart('picture', part.id);
  pictures.look(part, pictures.full).bring(box);
  if (!covers.staysShown(part)) chain.refuseAnchor(words.reasoning.coveredBox);
  else if (chain.ownBoxes.some((it) => it.id === id)) await chain.startAdjusting(id);
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

/** Covers what is shown; nothing counts until the reviewer goes on. */
export function pause({ frame, review, day }: ReviewRoom): void {
  review.covers.coverAll();
  void day.tell();
  frame.dialog = 'pause';
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
