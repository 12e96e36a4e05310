// What can be done in a review. What takes more than a line to do stands in `acts.ts`.
import { focusOn, scrollColumn } from '../../kit/focus';
import { entries } from '../screen';
import * as acts from './acts';
import { CHOICES, CONFIDENCES } from './judgement';
import type { ReviewRoom } from './room.svelte';
import { waits } from './steps';
import type { tables } from './words';

type Id = keyof typeof tables.en.commands;
const item = entries<ReviewRoom, Id>('review', 'item');
const image = entries<ReviewRoom, Id>('image', 'item');
const picture = entries<ReviewRoom, Id>('picture', 'item');
const decide = entries<ReviewRoom, Id>('review', 'decide');
const before = entries<ReviewRoom, Id>('before', 'decide');
const waiting = entries<ReviewRoom, Id>('waiting', 'decide');
const after = entries<ReviewRoom, Id>('after', 'steps');
const onRing = entries<ReviewRoom, Id>('step', 'steps');
const offered = entries<ReviewRoom, Id>('proposal', 'decide');
const gap = entries<ReviewRoom, Id>('gap', 'decide');
const picking = entries<ReviewRoom, Id>('picking', 'picking');

const always = () => true;
const inQueue = ({ review }: ReviewRoom) => review.queue !== '' && !review.busy;
const reviewing = ({ review }: ReviewRoom) => review.review !== null && !review.busy;
const recording = (it: ReviewRoom) => reviewing(it) && !it.frame.readOnly;
// What was decided first is stored while the model is waited for.
const deciding = (it: ReviewRoom) => reviewing(it) && it.review.phase !== 'waiting';
const whole = (it: ReviewRoom) => recording(it) && it.review.lacks.length === 0;
const onStep = ({ review }: ReviewRoom) => review.chain.step !== undefined;
const onTheirs = (it: ReviewRoom) => onStep(it) && it.review.chain.step?.source !== 'human';
const hasOthers = ({ review }: ReviewRoom) => (review.chain.step?.alternatives ?? []).length > 0;

const hasUnrated = ({ review }: ReviewRoom) => review.draft?.steps.some(waits) ?? false;
const hasScores = ({ review }: ReviewRoom) => review.review?.revealed?.assessment?.scoring.outcome === 'scored';
const hasProposal = (it: ReviewRoom) => recording(it) && it.review.proposal !== null;
const hasGaps = ({ review }: ReviewRoom) => review.gaps.length > 0;

// What is in the lane is met in its queue alone.
const handsOn = (it: ReviewRoom) => recording(it) && !it.inLane;
const handedOn = (it: ReviewRoom) => recording(it) && it.review.review?.waits?.by_me === true;
const takesOut = (it: ReviewRoom) => recording(it) && it.inLane && it.review.phase === 'after';

const LAST = Number.MAX_SAFE_INTEGER;

export const commands = [
  decide('undo', 'Ctrl+Z', inQueue, ({ review }) => review.undo()),
  decide('fetch', 'Shift+N', inQueue, ({ review }) => review.next()),
  decide('day', 'Shift+G', always, ({ frame }) => (frame.dialog = 'day')),
  decide('pause', 'Shift+P', reviewing, (it) => acts.pause(it)),
  decide('pause.later', 'Alt+P', ({ day }) => day.isBreakDue, ({ day }) => day.later()),
  decide('redo', 'Ctrl+Shift+Z', reviewing, ({ review }) => review.redo()),

  ...([['item', ''], ['side', 'Shift+']] as const).flatMap(([column, shift]) => [
    item(`scroll.${column}.down`, `${shift}PageDown`, reviewing, () => scrollColumn(column, 1), { repeats: true }),
    item(`scroll.${column}.up`, `${shift}PageUp`, reviewing, () => scrollColumn(column, -1), { repeats: true }),
  ]),
  image('cover', 'Space', acts.hasImage, acts.toggleCover),
  image('peek', 'Shift+Space', acts.hasImage, acts.peek, { end: ({ review }) => review.covers.endPeek() }),
  image('blur', 'B', acts.hasImage, ({ frame }) => frame.preferences.turn('blur')),
  image('grey', 'Shift+B', acts.hasImage, ({ frame }) => frame.preferences.turn('grey')),
  image('picture.next', '.', acts.hasImage, (it) => acts.turnPicture(it, 1)),
  image('picture.back', ',', acts.hasImage, (it) => acts.turnPicture(it, -1)),
  image('zoom.in', 'Plus =', acts.seesImage, (it) => acts.zoom(it, 1), { repeats: true }),
  image('zoom.out', 'Minus', acts.seesImage, (it) => acts.zoom(it, -1), { repeats: true }),
  image('zoom.fit', '0', acts.seesImage, ({ review }) => review.pictures.lookInHand?.fit()),
  image('zoom.actual', 'Shift+0', acts.seesImage, ({ review }) => review.pictures.lookInHand?.actual(window.devicePixelRatio)),
  image('full', 'F11 Alt+Enter', acts.hasImage, acts.turnFull),
  ...([['left', 'ArrowLeft', -1, 0], ['right', 'ArrowRight', 1, 0], ['up', 'ArrowUp', 0, -1], ['down', 'ArrowDown', 0, 1]] as const).map(
    ([it, key, dx, dy]) => picture(`pan.${it}`, key, acts.pans, (room) => acts.pan(room, dx, dy), { repeats: true })),
  picture('picture.leave', 'Escape', acts.hasImage, acts.leavePicture),
  item('marks', 'H', reviewing, ({ frame }) => frame.preferences.turn('marks')),
  ...CHOICES.map((choice, n) => decide(`choose.${choice}`, `${n + 1}`, deciding, (it) => acts.choose(it, choice))),
  ...CONFIDENCES.map((confidence, n) => decide(`sure.${confidence}`, `Shift+${n + 1}`, deciding, ({ review }) => review.beSure(confidence))),
  decide('clause', 'L', deciding, () => focusOn('clause')),
  decide('severity.next', 'V', deciding, ({ review }) => review.turnSeverity(1)),
  decide('severity.back', 'Shift+V', deciding, ({ review }) => review.turnSeverity(-1)),
  decide('skip', 'S', recording, ({ review }) => review.setAside('skip')),
  decide('defer', 'D', recording, ({ review }) => review.setAside('defer')),

  decide('hand.on', 'Shift+H', handsOn, (it) => acts.askHandOver(it)),
  decide('call.back', 'Shift+R', handedOn, acts.callBack),
  decide('note.colleague', 'Shift+M', recording, (it) => acts.askNote(it)),
  decide('waiting', 'Shift+W', ({ frame }) => frame.ready, (it) => acts.showWaiting(it)),
  after('take.out', 'Shift+L', takesOut, ({ frame }) => (frame.dialog = 'release')),

  before('note.before', 'R', reviewing, () => focusOn('note')),
  before('store', 'Ctrl+Enter', whole, ({ review }) => review.storeImpression(), { inField: true }),

  waiting('alone', 'Escape', recording, ({ review }) => review.reveal.decline()),
  waiting('ask.again', 'R', ({ review }) => review.reveal.problem !== null, ({ review }) => review.reveal.ask()),

  after('step.next', 'J ArrowDown', onStep, ({ review: { chain } }) => chain.walk(1), { repeats: true }),
  after('step.back', 'K ArrowUp', onStep, ({ review: { chain } }) => chain.walk(-1), { repeats: true }),
  ...([['right', 'Y'], ['neutral', 'T'], ['unsure', 'U'], ['wrong', 'N']] as const).map(([rating, key]) =>
    after(`rate.${rating}`, key, onTheirs, ({ review }) => review.chain.rateAndGoOn(rating))),
  after('rate.rest', 'Shift+Y', hasUnrated, ({ review }) => review.chain.restRight()),
  after('step.unrated', 'Shift+J', onStep, ({ review }) => review.chain.focusUnrated(1)),
  after('step.unrated.back', 'Shift+K', onStep, ({ review }) => review.chain.focusUnrated(-1)),
  after('step.first', 'Home', onStep, ({ review }) => review.chain.focusStep(0)),
  after('step.last', 'End', onStep, ({ review }) => review.chain.focusStep(LAST)),
  after('reason', 'I', onTheirs, acts.askReason),
  after('critique', 'Q', onStep, ({ review }) => review.chain.startCritique()),
  onRing('step.edit', 'Enter', onStep, ({ review }) => review.chain.edit()),
  after('step.add', 'A', reviewing, ({ frame }) => (frame.dialog = 'stage')),
  after('step.remove', 'X Delete', onStep, ({ review }) => review.chain.remove()),
  after('step.up', 'Alt+ArrowUp', onStep, ({ review }) => review.chain.move(-1), { repeats: true }),
  after('step.down', 'Alt+ArrowDown', onStep, ({ review }) => review.chain.move(1), { repeats: true }),
  after('step.top', 'Alt+Home', onStep, ({ review }) => review.chain.moveTo(0)),
  after('step.bottom', 'Alt+End', onStep, ({ review }) => review.chain.moveTo(LAST)),
  after('step.reset', 'Z', ({ review }) => (review.chain.step?.draft_text ?? null) !== null, ({ review }) => review.chain.resetWords()),
  after('other.add', 'O', onStep, ({ review }) => review.chain.startOffer()),
  after('other.next', 'Shift+O', hasOthers, ({ review }) => review.chain.chooseNext()),
  after('other.remove', 'Shift+X', ({ review }) => review.chain.chosen?.at != null, acts.takeOut),
  ...([['right', 'Alt+Y'], ['neutral', 'Alt+T'], ['unsure', 'Alt+U'], ['wrong', 'Alt+N']] as const).map(([rating, key]) =>
    after(`other.rate.${rating}`, key, ({ review }) => review.chain.chosen !== undefined, (it) => acts.rateChosen(it, rating))),
  after('anew', 'W', reviewing, ({ frame }) => (frame.dialog = 'anew')),
  after('finish', 'F', reviewing, ({ frame }) => (frame.dialog = 'finish')),
  after('stops', 'Shift+F', reviewing, ({ review }) => review.chain.turnStops()),
  after('changes', 'Shift+D', reviewing, ({ frame }) => (frame.dialog = 'changes')),
  after('evidence', 'E', onStep, acts.attachEvidence),
  after('box', 'Shift+E', (it) => onStep(it) && acts.hasImage(it), acts.drawBox),
  after('box.adjust', 'Alt+E', acts.hasOwnBox, acts.adjustBox),
  after('evidence.drop', 'Backspace', ({ review }) => (review.chain.step?.evidence.length ?? 0) > 0, ({ review }) => review.chain.dropEvidence()),
  after('cite', 'C', onStep, ({ frame }) => (frame.dialog = 'cite')),
  after('note.remediation', 'R', reviewing, () => focusOn('remediation')),
  after('note.message', 'M', reviewing, () => focusOn('message')),
  offered('proposal.take', 'Enter', hasProposal, ({ review }) => review.takeProposal()),
  onRing('proposal.take.away', 'Shift+Enter', hasProposal, ({ review }) => review.takeProposal()),
  after('gap.next', 'G', hasGaps, ({ review }) => review.nextGap()),
  gap('gap.fill', 'Enter', hasGaps, (it) => acts.fillGap(it)),
  ...([1, 2, 3, 4, 5, 6, 7, 8, 9] as const).map((n) => gap(`gap.${n}`, `${n}`, always, (it) => acts.fillGap(it, n - 1))),
  after('scores', 'Shift+S', hasScores, (it) => acts.turnScores(it)),
  after('submit', 'Ctrl+Enter', whole, ({ review }) => review.submit(), { inField: true }),

  ...(
    [
      ['left', 'ArrowLeft', -1, 0, 'move'], ['right', 'ArrowRight', 1, 0, 'move'],
      ['up', 'ArrowUp', 0, -1, 'move'], ['down', 'ArrowDown', 0, 1, 'move'],
      ['less_wide', 'Shift+ArrowLeft', -1, 0, 'extend'], ['wider', 'Shift+ArrowRight', 1, 0, 'extend'],
      ['less_high', 'Shift+ArrowUp', 0, -1, 'extend'], ['higher', 'Shift+ArrowDown', 0, 1, 'extend'],
      ['fine.left', 'Ctrl+ArrowLeft', -1, 0, 'nudge'], ['fine.right', 'Ctrl+ArrowRight', 1, 0, 'nudge'],
      ['fine.up', 'Ctrl+ArrowUp', 0, -1, 'nudge'], ['fine.down', 'Ctrl+ArrowDown', 0, 1, 'nudge'],
    ] as const
  ).map(([it, key, dx, dy, how]) => picking(`pick.${it}`, key, always, (room) => acts.pick(room, dx, dy, how), { repeats: true })),
  ...([['in', 'Plus =', 1], ['out', 'Minus', -1], ['fit', '0', 0]] as const).map(([it, key, steps]) =>
    picking(`pick.zoom.${it}`, key, always, (room) => acts.pickZoom(room, steps), { repeats: true })),
  picking('pick.more', 'Space', always, acts.attachMore),
  picking('pick.next', 'Tab', always, (it) => acts.pickNext(it, 1)),
  picking('pick.back', 'Shift+Tab', always, (it) => acts.pickNext(it, -1)),
  picking('pick.attach', 'Enter E', always, acts.attachChosen),
  picking('pick.cancel', 'Escape', always, ({ review }) => review.chain.stopPicking()),
];
