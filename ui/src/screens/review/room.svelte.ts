// The screen Review: which queue is worked on, and what the frame is told of it. The item itself is in `ReviewState`.
import type { DeskEvent, Job, Queue } from '../../desk/types';
import type { Frame, Room, Work } from '../frame';
import type { ReviewEvent } from './around';
import { DayState } from './day/day.svelte';
import { missingName, toName } from './names';
import { lessonOf, type Lesson } from './practice/lessons';
import { Practice } from './practice/practice.svelte';
import { ReviewState } from './review.svelte';
import { Turn } from './turn.svelte';
import { words } from './words';

export class ReviewRoom implements Room, Work {
  readonly review: ReviewState;
  readonly turn: Turn;
  /** Whether scores are open; `null` until the reviewer says so: then they are where one reaches its threshold. */
  unfolded = $state<boolean | null>(null);
  readonly practice: Practice;
  readonly day: DayState;

  constructor(readonly frame: Frame) {
    this.practice = new Practice(frame.now);
    this.day = new DayState(frame.backend, frame.now, () => frame.preferences.chosen.break_minutes);
    this.turn = new Turn(frame.backend, (problem) => frame.report(problem));
    this.review = new ReviewState({
      backend: frame.backend,
      policy: () => frame.case.policy,
      readOnly: () => frame.readOnly,
      now: frame.now,
      // What is said stands at the edge of the window, and a picture that fills it would hide that.
      report: (problem) => (this.#leaveFull(), frame.report(problem)),
      say: (event) => (this.#leaveFull(), this.#said(event)),
    });
  }

  // ---- Which queue ----------------------------------------------------------------------------

  get queue(): Queue | undefined {
    const name = this.review.queue || this.#first;
    return this.frame.case.queues.find((it) => it.queue.name === name)?.queue;
  }

  /** The queue is of the restricted lane. */
  get inLane(): boolean {
    return this.queue?.restricted === true;
  }

  get idle(): boolean {
    return this.review.review === null;
  }

  get clause(): string | undefined {
    return this.review.openClause;
  }

  async reviewQueue(name: string): Promise<void> {
    this.frame.screen = 'review';
    if (name) await this.review.start(name);
  }

  async open(row: number): Promise<void> {
    this.frame.screen = 'review';
    if (!this.review.queue) this.review.queue = this.#first;
    await this.review.open(row);
  }

  /** Takes back an item that was handed on; what is on screen is shown as it is then. */
  async callBack(row: number, item: string): Promise<void> {
    if (!(await this.turn.callBack(row))) return;
    this.frame.say(words.turn.notices.takenBack(item));
    await this.frame.case.refreshQueues();
    if (this.review.review?.item.row === row) await this.review.open(row);
  }

  forget(queue: string): void {
    if (this.review.queue === queue) this.review.leave();
  }

  /** The queue to begin with: the first with something open. The restricted lane is gone to on purpose. */
  get #first(): string {
    const { queues } = this.frame.case;
    const found = queues.find((it) => (it.open ?? 0) > 0) ?? queues.find((it) => !it.queue.restricted);
    return found?.queue.name ?? '';
  }

  // ---- What the frame tells -------------------------------------------------------------------

  async enter(): Promise<void> {
    if (this.idle) await this.reviewQueue(this.review.queue || this.#first);
    await Promise.all([this.frame.case.refreshQueues(), this.day.load(), this.turn.refresh()]);
  }

  leave(): void {
    this.turn.forget();
    this.review.leave();
    this.practice.forget();
  }

  runs(id: string): void {
    this.day.touched();
    if (this.isPractice) this.practice.runs(id, this.review.review?.item.id);
  }

  /** The open file was made to practise in. */
  get isPractice(): boolean {
    return this.frame.case.desktop?.case?.practice === true;
  }

  /** What is learnt on the item on screen. */
  get lesson(): Lesson | undefined {
    return this.isPractice ? lessonOf(this.review.review?.item.id) : undefined;
  }

  flush(): Promise<void> {
    return this.review.autosave.flush();
  }

  second(shown: boolean): Promise<void> {
    const paused = this.frame.dialog === 'pause';
    const item = shown && !paused ? this.review.review?.item : undefined;
    this.day.second({ row: item?.row ?? null, uncovered: item?.parts.some(this.review.covers.isShown) ?? false });
    return this.review.second(shown && !paused);
  }

  hear(event: DeskEvent): void {
    this.review.reveal.hear(event);
  }

  jobEnded(job: Job): void {
    if (job.kind === 'import' && this.idle && this.frame.screen === 'review') void this.frame.go('review');
  }

  get placesNow(): readonly string[] {
    if (this.review.chain.picker) return ['picking'];
    const { phase, ring, pictures } = this.review;
    // Nothing is decided unseen: a key that decides leaves the whole window first.
    if (pictures.full) return ['image', 'picture'];
    if (phase !== 'before' && phase !== 'waiting' && phase !== 'after') return ['anywhere', 'review'];
    if (ring.on === 'picture') return ['anywhere', 'review', 'image', 'picture'];
    if (phase !== 'after') return ['anywhere', 'review', 'image', phase];
    // With the ring on what is lacking, digits are its lines and decide nothing.
    return ring.on === 'gap' ? ['anywhere', 'after', 'gap'] : ['anywhere', 'review', 'image', 'after', ring.on];
  }

  /** A key that does not count with the ring on a picture or on what is lacking counts as ever, and the ring goes back to its step. */
  letGo(): boolean {
    const { ring, chain, pictures } = this.review;
    if (!pictures.full && ring.on !== 'gap' && ring.on !== 'picture') return false;
    this.#leaveFull();
    chain.focusStep(chain.focus);
    return true;
  }

  #leaveFull(): void {
    this.review.pictures.full = false;
  }

  // ---- What it tells the frame ----------------------------------------------------------------

  #said(event: ReviewEvent): void {
    const { frame } = this;
    const { notices } = words;
    const back = frame.commands.withKeys(notices.undoKey);
    if (event.kind === 'submitted') {
      const missing = event.outcome.missing.map(missingName);
      frame.say(missing.length === 0 ? notices.submitted(event.item) : notices.incomplete(event.item, missing.join('; ')), back);
    } else if (event.kind === 'aside') frame.say(notices.aside(event.item, event.how), back);
    else if (event.kind === 'handed_on') {
      const { waits: { to }, new_name } = event.handed;
      frame.say(words.turn.notices.handedOn(event.item, toName(to)), new_name ? words.turn.unknown(toName(to)) : back);
    } else if (event.kind === 'taken_out') frame.say(words.turn.notices.takenOut(event.item));
    else if (event.kind === 'unread') frame.say(notices.unread(event.item, event.what));
    else if (event.kind === 'reopened') frame.say(notices.reopened(event.item, event.what));
    else if (event.kind === 'nothing_to_undo') frame.say(notices.nothingToUndo(event.queue));
    else frame.say(frame.commands.withKeys(event.kind === 'left' ? notices.left(event.item) : notices.takenBack(event.item)));
    const moved = event.kind === 'handed_on' || event.kind === 'taken_out';
    if (event.kind === 'submitted' || event.kind === 'aside' || moved) void frame.case.refreshQueues();
    if (event.kind === 'submitted' || event.kind === 'reopened') void this.day.tell();
    // A record ends a wait, and where nothing waits there is nothing to end.
    if (moved || (event.kind === 'submitted' && this.turn.waiting.n_for_me > 0)) void this.turn.refresh();
  }
}
