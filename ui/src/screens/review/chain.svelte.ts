// The reasoning of a draft while it is worked on: which step is in focus, what is edited, what is
// being attached. The steps themselves live in the draft.
import type { Backend } from '../../desk/backend';
import { problemOf } from '../../desk/backend';
import type { Anchor, Draft, DraftStep, Evidence, Finish, ItemView, Rating, RatingReason, Stage } from '../../desk/types';
import { AnchorPicker } from '../../parts/anchor.svelte';
import { numbered, type Numbered } from '../../parts/boxes';
import type { Covers } from './covers.svelte';
import * as steps from './steps';

/** The review this reasoning belongs to. */
export interface Desk {
  backend: Backend;
  covers: Covers;
  item: () => ItemView | undefined;
  draft: () => Draft | null;
  /** The evidence that the draft began with: it is the model's. */
  given: () => readonly Evidence[];
  /** Makes a named change that can be taken back and is saved. */
  change: (name: string, act: () => void) => void;
  /** Remembers how everything stands; what it gives brings that back, as if nothing had been changed since. */
  mark: () => () => void;
}

/** Where the one ring is: on a step, on the clause that is offered, on the n-th line of what is lacking, or on the picture in hand. */
export type Ring = { on: 'step' } | { on: 'proposal' } | { on: 'gap'; n: number } | { on: 'picture' };

const ON_STEP: Ring = { on: 'step' };

export class ChainState {
  /** The step whose turn it is, wherever the ring is. */
  focus = $state(0);
  ring = $state.raw<Ring>(ON_STEP);
  editing = $state<string | null>(null);
  /** The step another text is being written for, or a critique. */
  offering = $state<string | null>(null);
  criticising = $state<string | null>(null);
  /** A wrong step ends the chain; holds until the window is closed. */
  stops = $state(false);
  /** The step rated wrong last, while nothing was said of why. */
  #blamed: string | null = null;
  /** What the window for citing begins with. */
  citing = '';
  picker = $state.raw<AnchorPicker | null>(null);
  /** Why an anchor was refused, on the step it was meant for. */
  anchorRefusal = $state<{ step: string; text: string } | null>(null);
  /** Evidence under the pointer or the focus. */
  pointed = $state<string | null>(null);
  /** Another text that was begun and left, by step: it is there when one goes on. */
  begun = new Map<string, string>();
  #beforeEdit = '';
  /** Takes a step away that was just added, while its first words are written. */
  #unadd: (() => void) | null = null;

  constructor(private readonly desk: Desk) {}

  get step(): DraftStep | undefined {
    return this.desk.draft()?.steps[this.focus];
  }

  /** Nothing is being worked on: another item, or the reveal. */
  reset(): void {
    this.focus = 0;
    this.ring = ON_STEP;
    this.begun.clear();
    this.#blamed = null;
    this.citing = '';
    this.#unadd = null;
    this.editing = null;
    this.offering = null;
    this.criticising = null;
    this.picker = null;
    this.anchorRefusal = null;
    this.pointed = null;
  }

  /** The first wrong step, where the chain was stopped at it. */
  get stoppedAt(): number | null {
    const draft = this.desk.draft();
    return draft?.finish === 'first_error' ? steps.firstError(draft) : null;
  }

  focusStep(at: number): void {
    const last = (this.desk.draft()?.steps.length ?? 1) - 1;
    this.focus = Math.max(0, Math.min(last, at));
    this.ring = ON_STEP;
  }

  /** One step on or back; from elsewhere the ring comes to the step whose turn it is. */
  walk(by: 1 | -1): void {
    this.focusStep(this.ring.on === 'step' ? this.focus + by : this.focus);
  }

  /** The next step nobody rated, in a direction. */
  focusUnrated(by: 1 | -1): void {
    const draft = this.desk.draft();
    if (draft) this.focusStep(steps.unrated(draft, this.focus, by));
  }

  rate(rating: Rating, at = this.focus): void {
    this.#onDraft('rate', (draft) => {
      const step = draft.steps[at];
      if (step && !steps.isOwn(step)) steps.rate(step, rating);
      if (this.stops) steps.stopAtError(draft);
    });
  }

  /** Rates the step whose turn it is and goes on to the next one that waits; a rating taken back stays where it is. */
  rateAndGoOn(rating: Rating): void {
    this.rate(rating);
    this.#blamed = this.step?.rating === 'wrong' ? this.step.id : null;
    const draft = this.desk.draft();
    if (draft) this.focusStep(this.step?.rating === rating ? steps.nextToRate(draft, this.focus) : this.focus);
  }

  /** Says that every step nobody rated is right. */
  restRight(): void {
    this.#onDraft('rest', steps.restRight);
  }

  /** Puts the ring on the step a reason is asked for: the one whose turn it is where it is wrong, else the one just called so. */
  askReason(): void {
    if (this.step?.rating === 'wrong') return;
    const at = this.desk.draft()?.steps.findIndex((it) => it.id === this.#blamed) ?? -1;
    if (at >= 0) this.focusStep(at);
  }

  giveReason(reason: RatingReason, at = this.focus): void {
    this.#onDraft('reason', (draft) => {
      const step = draft.steps[at];
      if (step && !steps.isOwn(step)) steps.giveReason(step, reason);
      if (this.stops) steps.stopAtError(draft);
    });
  }

  /** Whether a wrong step ends the chain; counts for the item on screen too. */
  turnStops(): void {
    this.stops = !this.stops;
    this.#onDraft('stops', (draft) => {
      if (this.stops) steps.stopAtError(draft);
      else if (draft.finish === 'first_error') draft.finish = null;
    });
  }

  /** Says how the chain ends; the same again takes it back. */
  end(finish: Finish): void {
    this.#onDraft('finish', (draft) => (draft.finish = draft.finish === finish ? null : finish));
  }

  /** Strikes out the model's chain and begins with a step of the reviewer's own after it; both are one change. */
  writeAnew(stage: Stage): void {
    const unadd = this.desk.mark();
    this.#onDraft('anew', (draft) => {
      steps.strikeAll(draft);
      this.focusStep(steps.insert(draft, draft.steps.length - 1, stage));
    });
    this.#beginAdded(unadd);
  }

  criticise(text: string, at = this.focus): void {
    this.#onStep('critique', at, (step) => (step.critique = text));
  }

  /** A change of its own, so that what was typed can be had again. */
  bringBackCritique(text: string, at: number): void {
    this.#onStep('critique back', at, (step) => (step.critique = text));
  }

  startCritique(): void {
    this.criticising = this.step?.id ?? null;
  }

  // ---- Other texts ----------------------------------------------------------------------------

  startOffer(): void {
    if (this.step && !this.step.deleted) this.offering = this.step.id;
  }

  /** Ends writing another text; `null` leaves it, with what was `begun` for the next time. */
  endOffer(text: string | null, begun = ''): void {
    const draft = this.desk.draft();
    const at = draft?.steps.findIndex((it) => it.id === this.offering) ?? -1;
    if (this.offering !== null) this.begun.set(this.offering, text === null ? begun : '');
    this.offering = null;
    if (text !== null && text.trim() !== '' && at >= 0) this.#onStep('offer', at, (step) => steps.offer(step, text));
  }

  chooseNext(): void {
    this.#onStep('choose', this.focus, steps.chooseNext);
  }

  choose(text: string, at = this.focus): void {
    this.#onStep('choose', at, (step) => steps.choose(step, text));
  }

  /** The text that stands in the step in focus, where it has several. */
  get chosen(): steps.Candidate | undefined {
    const { step } = this;
    return step && (step.alternatives ?? []).length > 0 ? steps.candidates(step).find((it) => it.chosen) : undefined;
  }

  rateCandidate(it: steps.Candidate, rating: Rating, at = this.focus): void {
    this.#onStep('rate text', at, (step) => steps.rateCandidate(step, it, rating));
  }

  takeOut(it: steps.Candidate, at = this.focus): void {
    this.#onStep('take out', at, (step) => steps.takeOut(step, it));
  }

  resetWords(): void {
    this.#onStep('reset', this.focus, steps.resetWords);
  }

  // ---- Words ----------------------------------------------------------------------------------

  edit(at = this.focus): void {
    const step = this.desk.draft()?.steps[at];
    if (!step || step.deleted) return;
    this.focusStep(at);
    this.#beforeEdit = step.text;
    this.editing = step.id;
  }

  write(text: string): void {
    this.#onStep(`write ${this.editing ?? ''}`, this.focus, (step) => steps.edit(step, text));
  }

  /**
   * Ends editing; `keep` false brings the words back as they were, which can be taken back. A step that was just added has
   * none to bring back: it stays with its words, and without any it is as if it had not been added.
   */
  endEdit(keep: boolean): void {
    const step = this.step;
    const unadd = this.#unadd;
    this.editing = null;
    this.#unadd = null;
    if (!step) return;
    if (unadd) {
      if (step.text.trim() === '') unadd();
      return;
    }
    if (!keep && step.text !== this.#beforeEdit) this.#onStep('write back', this.focus, (it) => steps.edit(it, this.#beforeEdit));
    if (step.text.trim() === '' && steps.isOwn(step)) {
      this.remove();
      return;
    }
    if (step.text.trim() === '') this.#onStep('write back', this.focus, (it) => steps.rewrite(it, it.draft_text ?? this.#beforeEdit));
    if ((step.alternatives ?? []).length > 0) this.#onStep('write back', this.focus, steps.tidy);
  }

  insert(stage: Stage): void {
    const unadd = this.desk.mark();
    this.#onDraft('insert', (draft) => {
      this.focusStep(steps.insert(draft, draft.steps.length === 0 ? -1 : this.focus, stage));
    });
    this.#beginAdded(unadd);
  }

  #beginAdded(unadd: () => void): void {
    this.edit();
    this.#unadd = unadd;
  }

  remove(at = this.focus): void {
    this.#onDraft('remove', (draft) => steps.remove(draft, at));
    this.focusStep(this.focus);
  }

  move(by: 1 | -1): void {
    this.#onDraft('move', (draft) => (this.focus = steps.move(draft, this.focus, by)));
  }

  /** Moves the step in focus to the top or the bottom. */
  moveTo(to: number): void {
    this.#onDraft('move', (draft) => (this.focus = steps.moveTo(draft, this.focus, to)));
  }

  /** Moves a step as it is dragged over others. */
  drag(at: number, to: number): void {
    this.#onDraft('drag', (draft) => (this.focus = steps.moveTo(draft, at, to)));
  }

  cite(clause: string): void {
    this.#onStep('cite', this.focus, (step) => steps.cite(step, clause));
  }

  turnException(id: string, at = this.focus): void {
    this.#onStep('exception', at, (step) => steps.turnException(step, id));
  }

  detach(at: number, id: string): void {
    this.#onDraft('detach', (draft) => steps.detach(draft, at, id));
  }

  /** Takes the evidence attached last off the step in focus. */
  dropEvidence(): void {
    const last = this.step?.evidence.at(-1);
    if (last) this.detach(this.focus, last);
  }

  /** Lets a place be chosen by keys; false where the item shows none. */
  startPicking(): boolean {
    const picker = new AnchorPicker(this.desk.item()?.parts ?? [], this.desk.covers.staysShown);
    if (!this.step || picker.parts.length === 0) return false;
    this.anchorRefusal = null;
    this.picker = picker;
    return true;
  }

  /** Lets a box be drawn by keys; false where no image is uncovered. */
  startBox(): boolean {
    const picker = new AnchorPicker(this.desk.item()?.parts ?? [], this.desk.covers.staysShown);
    if (!this.step || !picker.goToImage()) return false;
    this.anchorRefusal = null;
    this.picker = picker;
    return true;
  }

  stopPicking(): void {
    this.picker = null;
  }

  /** The reviewer's own boxes, in the order of their numbers: those of the model stay as it drew them. */
  get ownBoxes(): (Numbered & { part: string })[] {
    const given = this.desk.given();
    const evidence = this.desk.draft()?.evidence ?? [];
    const isGiven = (id: string) => evidence.some((it) => it.id === id && given.some((other) => other.id === id && steps.isSame(it, other)));
    return numbered(evidence).filter((it) => !isGiven(it.id));
  }

  /** Begins to move and resize a box of the reviewer's own; false where its picture is not on show. */
  async startAdjusting(id: string): Promise<boolean> {
    const own = this.ownBoxes.find((it) => it.id === id);
    if (!own || !(await this.storeAdjusted())) return false;
    const picker = new AnchorPicker(this.desk.item()?.parts ?? [], this.desk.covers.staysShown);
    const { x, y, w, h } = own;
    if (!picker.adjust(id, own.part, { x, y, w, h })) return false;
    this.anchorRefusal = null;
    this.picker = picker;
    return true;
  }

  /** Goes on to the next own box on show, round and round; what was changed of this one is stored. */
  async adjustNext(by: 1 | -1): Promise<void> {
    const parts = this.picker?.parts ?? [];
    const own = this.ownBoxes.filter((it) => parts.some((part) => part.id === it.part));
    const at = own.findIndex((it) => it.id === this.picker?.adjusts);
    const next = own[(at + by + own.length) % Math.max(1, own.length)];
    if (next) await this.startAdjusting(next.id);
  }

  /** Stores a box that was moved or resized once the desk found it true; false where it did not. */
  async storeAdjusted(): Promise<boolean> {
    const { picker } = this;
    const [item, draft, anchor, id] = [this.desk.item(), this.desk.draft(), picker?.anchor, picker?.adjusts];
    if (!picker || !item || !draft || !anchor || id === null || id === undefined || !picker.changed) return true;
    const { box } = picker;
    const checked = await this.#checked(item.row, { id, verified: null, note: null, ...anchor });
    if (!checked || this.desk.draft() !== draft || !draft.evidence.some((it) => it.id === id)) return false;
    this.#onDraft('adjust', (it) => steps.replace(it, checked));
    if (picker.box === box) picker.settle();
    return true;
  }

  /** Attaches a place to the step in focus, and the choosing is over. */
  async attach(anchor: Anchor): Promise<boolean> {
    const done = await this.attachMore(anchor);
    if (done) this.picker = null;
    return done;
  }

  /** Attaches a place to the step in focus once the desk found it true; another may be chosen. */
  async attachMore(anchor: Anchor): Promise<boolean> {
    const { step } = this;
    const [item, draft] = [this.desk.item(), this.desk.draft()];
    if (!item || !draft || !step) return false;
    const evidence = await this.#checked(item.row, steps.asEvidence(draft, anchor));
    const at = draft.steps.findIndex((it) => it.id === step.id);
    if (!evidence || this.desk.draft() !== draft || at < 0) return false;
    this.#onDraft('attach', (it) => steps.attach(it, at, evidence));
    return true;
  }

  /** Evidence as the desk found it; nothing where it is false, and then the step says why. */
  async #checked(row: number, evidence: Evidence): Promise<Evidence | null> {
    this.anchorRefusal = null;
    try {
      return await this.desk.backend.review.checkAnchor(row, evidence);
    } catch (error) {
      const problem = problemOf(error);
      const false_ = problem.falsehoods[0];
      this.refuseAnchor(false_ ? `“${false_.value}”: ${false_.rule}` : problem.message);
      return null;
    }
  }

  refuseAnchor(text: string): void {
    if (this.step) this.anchorRefusal = { step: this.step.id, text };
  }

  #onStep(name: string, at: number, act: (step: DraftStep) => void): void {
    this.#onDraft(`${name} ${at}`, (draft) => {
      const step = draft.steps[at];
      if (step) act(step);
    });
  }

  #onDraft(name: string, act: (draft: Draft) => void): void {
    const draft = this.desk.draft();
    if (draft) this.desk.change(name, () => act(draft));
  }
}
