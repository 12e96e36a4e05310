// One item under review, from the first look to the submission.
//
// Before the reveal the reviewer's picks live in `picked`; after it they live in the draft. Both are
// saved as they change. Between the two the model is waited for, in `reveal`. The screen only shows this; a test
// drives it without one.
import { problemOf } from '../../desk/backend';
import type { Aside, Choice, Confidence, Draft, Falsehood, HandedOn, HandOn, Missing, PartView, Problem, ReleaseReason, Review, Submitted } from '../../desk/types';
import { History } from '../../kit/history';
import { clauseOf, nextSeverity } from '../../parts/clauses';
import { gone, type Around, type Phase, type ReviewEvent } from './around';
import { Autosave } from './autosave.svelte';
import { ChainState, type Ring } from './chain.svelte';
import { Covers } from './covers.svelte';
import { gapsOf, type Gap } from './gaps';
import { Habits } from './habits.svelte';
import { blank, lacking, meaning, severityOf, whole, type Lack, type Picked } from './judgement';
import { Pictures } from './pictures.svelte';
import { proposalOf, take, type Proposal } from './proposal';
import { Reveal } from './reveal.svelte';
import * as steps from './steps';

/** From here on the page shows that something is being done; showing it sooner would draw the page twice more. */
const SLOW_MS = 150;
/** See `#guarded`. */
const HERE = true;

type Snapshot = { picked: Picked; note: string; draft: Draft | null };

export class ReviewState {
  queue = $state('');
  review = $state.raw<Review | null>(null);
  phase = $state<Phase>('idle');
  /** Something has been going on for a while. */
  busy = $state(false);

  picked = $state<Picked>(blank());
  note = $state('');
  draft = $state<Draft | null>(null);

  refusals = $state<Falsehood[]>([]);
  /** What the record would lack as the draft stands: hints, which stop nothing. */
  missing = $state<Missing[]>([]);
  /** What is picked of how sure one is was offered, not said. */
  sureAsBefore = $state(false);
  /** What was refused at the button that sent it; stays until it is sent again or dismissed. */
  failure = $state.raw<Problem | null>(null);
  /** Clause the policy pane shows while a list is browsed. */
  browsed = $state<string | null>(null);
  activeMs = $state(0);

  readonly autosave: Autosave;
  readonly covers = new Covers((part) => this.#uncover(part));
  readonly pictures = new Pictures(() => this.review?.item);
  readonly chain: ChainState;
  readonly habits = new Habits();
  readonly reveal: Reveal;
  readonly #history: History<Snapshot>;
  #acting = false;
  #beats = 0;

  constructor(private readonly around: Around) {
    this.autosave = new Autosave(async () => {
      const row = this.review?.item.row;
      if (row === undefined) return null;
      if (!this.draft) return around.backend.review.savePicks(row, { ...($state.snapshot(this.picked) as Picked), note: this.note });
      const draft = $state.snapshot(this.draft) as Draft;
      const at = await around.backend.review.saveDraft(row, draft);
      void this.#hint(draft);
      return at;
    }, around.now, (problem) => this.#lost(problem));
    this.reveal = new Reveal(
      around.backend, (revealed) => this.review && this.#compare({ ...this.review, revealed }), (problem) => this.#coverLost(problem),
    );
    this.chain = new ChainState({
      backend: around.backend,
      covers: this.covers,
      item: () => this.review?.item,
      draft: () => this.draft,
      given: () => this.review?.revealed?.start?.evidence ?? [],
      change: (name, act) => this.#change(name, act),
      mark: () => this.#history.mark(),
    });
    this.#history = new History(() => this.#snapshot(), (it) => this.#restore(it), around.now);
  }

  /** What is picked, at either stage. */
  get judgement(): Picked {
    return this.draft ? this.draft.judgement : this.picked;
  }

  get lacks(): Lack[] {
    return lacking(this.judgement, this.around.policy());
  }

  get severity(): number {
    return severityOf(this.judgement, this.around.policy());
  }

  /** The clause that is offered after the reveal. */
  get proposal(): Proposal | null {
    const { review, draft } = this;
    if (!review || !draft || this.phase !== 'after') return null;
    return proposalOf(review.revealed?.assessment ?? null, review.item, draft.judgement, this.around.policy());
  }

  /** What the record would lack as the draft stands. */
  get gaps(): Gap[] {
    return gapsOf(this.draft, this.lacks, this.missing);
  }

  /** Where the ring is; on the step where what it was on is no more. */
  get ring(): Ring {
    const { ring } = this.chain;
    const there = { step: true, proposal: this.proposal !== null, gap: ring.on === 'gap' && ring.n < this.gaps.length, picture: this.pictures.all.length > 0 };
    return there[ring.on] ? ring : { on: 'step' };
  }

  /** The clause the policy pane shows. */
  get openClause(): string | undefined {
    return this.browsed ?? this.judgement.clauses[0];
  }

  // ---- Which item ---------------------------------------------------------------------------

  async start(queue: string): Promise<void> {
    await this.autosave.flush();
    this.queue = queue;
    this.#show(null);
    await this.next();
  }

  /** Lets the item go: another case file is open. */
  leave(): void {
    this.#show(null);
    this.queue = '';
    this.phase = 'idle';
    this.habits.forget();
  }

  async next(): Promise<void> {
    await this.autosave.flush();
    if (!this.review) this.phase = 'loading';
    await this.#guarded(() => this.#advance());
  }

  async open(row: number): Promise<void> {
    await this.autosave.flush();
    await this.#guarded(async () => this.#show(await this.around.backend.review.openItem(this.queue, row)));
  }

  async setAside(how: Aside): Promise<void> {
    const review = this.review;
    if (!review) return;
    await this.autosave.flush();
    await this.#guarded(async () => {
      await this.around.backend.review.setAside(this.queue, review.item.row, how);
      await this.#advance({ kind: 'aside', item: review.item.id, how });
    });
  }

  /** Hands the item on and goes to the next; gives what was refused, for where it was asked. */
  async handOn(handover: HandOn): Promise<Problem | null> {
    const review = this.review;
    if (!review) return null;
    await this.autosave.flush();
    let refused: Problem | null = null;
    await this.#guarded(async () => {
      let handed: HandedOn;
      try {
        handed = await this.around.backend.turn.handOn(review.item.row, handover);
      } catch (error) {
        refused = problemOf(error);
        return;
      }
      await this.#advance({ kind: 'handed_on', item: review.item.id, handed });
    });
    return refused;
  }

  /** Takes the item out of the restricted lane and goes to the next one in it. */
  async takeOut(reason: ReleaseReason): Promise<void> {
    const review = this.review;
    if (!review) return;
    await this.autosave.flush();
    await this.#guarded(async () => {
      await this.around.backend.turn.takeOut(this.queue, review.item.row, { reason, note: null });
      await this.#advance({ kind: 'taken_out', item: review.item.id });
    }, HERE);
  }

  /** Takes back the last change; with none on this item, the last submission in the queue. */
  async undo(): Promise<void> {
    if (this.#acting || this.#history.undo()) return;
    await this.autosave.flush();
    await this.#guarded(async () => {
      const review = await this.around.backend.review.undo(this.queue);
      if (!review) {
        this.around.say({ kind: 'nothing_to_undo', queue: this.queue });
        return;
      }
      this.#show(review);
      this.around.say({ kind: 'reopened', item: review.item.id, what: review.taken_back });
    });
  }

  redo(): void {
    if (!this.#acting) this.#history.redo();
  }

  /** One second passed in this window; the lease is kept up once a minute. `active`: with the item on screen. */
  async second(active: boolean): Promise<void> {
    if (!this.review) return;
    if (active) this.activeMs += 1000;
    this.#beats += 1;
    if (this.#beats % 60 !== 0) return;
    const { row } = this.review.item;
    try {
      await this.around.backend.review.heartbeat(row);
      // An event may be missed; whoever waits asks again with the pulse.
      void this.reveal.ask();
    } catch (error) {
      if (this.review?.item.row !== row) return;
      const problem = problemOf(error);
      if (!this.#lost(problem)) this.around.report(problem);
    }
  }

  // ---- The decision ---------------------------------------------------------------------------

  judge(change: Partial<Picked>): void {
    this.#change('judge', () => Object.assign(this.draft?.judgement ?? this.picked, change));
  }

  choose(choice: Choice): void {
    const means = meaning({ choice, clauses: this.judgement.clauses }, this.around.policy());
    const offered = !this.draft && (this.sureAsBefore || this.picked.confidence === null);
    const sure = offered ? this.habits.sureOf(choice) : null;
    if (offered) this.sureAsBefore = sure !== null;
    this.judge({
      choice,
      ...(offered ? { confidence: sure } : {}),
      cannot_judge_reason: choice === 'cannot_judge' ? this.judgement.cannot_judge_reason : null,
      ...(means?.takes_severity ? {} : { severity: null }),
    });
  }

  beSure(confidence: Confidence): void {
    this.sureAsBefore = false;
    this.judge({ confidence });
  }

  addClause(id: string): void {
    const { clauses } = this.judgement;
    if (clauses.includes(id)) return;
    this.judge({ clauses: [...clauses, id], ...(clauses.length === 0 ? { severity: null } : {}) });
    this.browsed = null;
  }

  /** Puts a clause first. */
  makePrimary(id: string): void {
    const { clauses } = this.judgement;
    if (clauses[0] !== id) this.judge({ clauses: [id, ...clauses.filter((it) => it !== id)], severity: null });
  }

  removeClause(id: string): void {
    const { clauses } = this.judgement;
    this.judge({ clauses: clauses.filter((it) => it !== id), ...(clauses[0] === id ? { severity: null } : {}) });
  }

  turnSeverity(by: 1 | -1): void {
    if (this.judgement.choice === 'allow') return;
    const primary = clauseOf(this.around.policy(), this.judgement.clauses[0]);
    this.judge({ severity: nextSeverity(primary, this.severity, by) });
  }

  writeNote(note: string): void {
    this.#change('note', () => (this.note = note));
  }

  writeRemediation(text: string): void {
    this.#onDraft('remediation', (draft) => (draft.remediation_text = text));
  }

  writeMessage(text: string): void {
    this.#onDraft('message', (draft) => (draft.creator_message = text));
  }

  /** Takes the clause that is offered; where that is all that a plain Allow needs, it is submitted. */
  async takeProposal(): Promise<void> {
    const { proposal, draft, review } = this;
    if (!proposal || !draft || !review) return;
    this.#change('take', () => take(draft, proposal, this.around.policy(), review.impression?.note ?? ''));
    this.chain.focusStep(steps.nextToRate(draft, -1));
    if (!proposal.submits) return;
    await this.#hint($state.snapshot(draft) as Draft);
    if (this.draft === draft && this.missing.length === 0) await this.submit();
  }

  /** Puts the ring on the next line of what is lacking, round and round. */
  nextGap(): void {
    const { gaps, ring } = this;
    if (gaps.length > 0) this.chain.ring = { on: 'gap', n: ring.on === 'gap' ? (ring.n + 1) % gaps.length : 0 };
  }

  // ---- Storing --------------------------------------------------------------------------------

  /** Stores the first impression, and then asks for what the model says. */
  async storeImpression(): Promise<void> {
    const review = this.review;
    const judgement = whole($state.snapshot(this.picked) as Picked, this.around.policy());
    if (!review || !judgement || this.phase !== 'before') return;
    const impression = { judgement, note: this.note.trim() };
    const stored = await this.#guarded(() => this.around.backend.review.storeImpression(this.queue, review.item.row, impression), HERE);
    if (!stored || this.review !== review) return;
    this.habits.keep(judgement);
    // What is waiting to be saved is what was just stored.
    this.autosave.reset();
    await this.#wait({ ...review, impression, picks: null });
  }

  async submit(): Promise<void> {
    const { review, draft } = this;
    if (!review || !draft || this.phase !== 'after' || this.lacks.length > 0) return;
    if (this.chain.editing) this.chain.endEdit(true);
    this.refusals = [];
    await this.#guarded(async () => {
      await this.autosave.flush();
      const whole_ = $state.snapshot(draft) as Draft;
      let outcome: Submitted;
      try {
        outcome = await this.around.backend.review.submit(this.queue, review.item.row, whole_, this.activeMs);
      } catch (error) {
        const problem = problemOf(error);
        if (problem.code !== 'false_record' || problem.falsehoods.length === 0) throw error;
        this.refusals = problem.falsehoods;
        const at = problem.falsehoods.map((it) => steps.stepOf(draft, it.place)).find((it) => it !== null);
        if (at !== undefined && at !== null) this.chain.focusStep(at);
        return;
      }
      this.habits.keep(whole_.judgement);
      await this.#advance({ kind: 'submitted', item: review.item.id, outcome });
    }, HERE);
  }

  // ---- Inside ---------------------------------------------------------------------------------

  async #uncover(part: PartView): Promise<PartView | null> {
    const { review } = this;
    if (!review) return null;
    const open = await this.#guarded(() => this.around.backend.review.uncover(review.item.row, part.id));
    if (!open || this.review?.item.row !== review.item.row) return null;
    const parts = this.review.item.parts.map((it) => (it.id === part.id ? open : it));
    this.review = { ...this.review, item: { ...this.review.item, parts } };
    return open;
  }

  /**
   * The next item, and then what became of the one before: said earlier, the page would draw twice. Where
   * there is no next one to be had, the one on screen goes all the same: it is done.
   */
  async #advance(done?: ReviewEvent): Promise<void> {
    try {
      this.#show(await this.around.backend.review.next(this.queue));
    } catch (error) {
      this.#show(null);
      this.phase = 'idle';
      throw error;
    } finally {
      if (done) this.around.say(done);
    }
  }

  #show(review: Review | null): void {
    this.autosave.reset();
    this.#history.clear();
    this.#beats = 0;
    this.activeMs = 0;
    this.covers.coverAll();
    this.pictures.reset();
    const { note, ...picked } = review?.picks ?? { ...blank(), note: '' };
    this.picked = picked;
    this.note = note;
    this.draft = null;
    this.refusals = [];
    this.missing = [];
    this.failure = null;
    this.sureAsBefore = false;
    this.browsed = null;
    this.chain.reset();
    this.reveal.reset();
    this.review = review;
    const unread = review?.unread;
    // After what is said of the item before: the newest note is the one that is seen.
    if (review && unread) queueMicrotask(() => this.around.say({ kind: 'unread', item: review.item.id, what: unread.what }));
    if (!review) this.phase = 'empty';
    else if (review.revealed) this.#compare(review);
    else if (review.impression || review.mode === 'assisted') void this.#wait(review);
    else this.phase = 'before';
  }

  /** Until the model has read the item, or the reviewer goes on without it. */
  #wait(review: Review): Promise<void> {
    this.#history.clear();
    this.review = review;
    this.phase = 'waiting';
    return this.reveal.begin(review.queue, review.item.row);
  }

  #compare(review: Review): void {
    this.#history.clear();
    this.chain.reset();
    this.review = review;
    this.draft = review.draft ?? review.revealed?.start ?? null;
    this.phase = 'after';
    if (this.proposal) this.chain.ring = { on: 'proposal' };
    if (this.draft) void this.#hint($state.snapshot(this.draft) as Draft);
  }

  async #hint(draft: Draft): Promise<void> {
    const row = this.review?.item.row;
    // A hint that cannot be had is none: what is missing is said again on submission.
    const missing = await this.around.backend.review.missing(draft).catch(() => []);
    if (this.review?.item.row === row && this.phase === 'after') this.missing = missing;
  }

  /** Says that the item on screen is no longer this reviewer's, where that is what is wrong. */
  #lost(problem: Problem): boolean {
    const kind = gone(problem);
    if (!kind || !this.review) return false;
    this.#coverLost(problem);
    this.around.say({ kind, item: this.review.item.id });
    return true;
  }

  /** Nothing is looked at further of an item that is no longer this reviewer's. */
  #coverLost(problem: Problem): void {
    if (gone(problem)) this.covers.coverAll();
  }

  #onDraft(name: string, act: (draft: Draft) => void): void {
    const { draft } = this;
    if (draft) this.#change(name, () => act(draft));
  }

  /** Makes a change that can be taken back, and has a draft saved. */
  #change(name: string, act: () => void): void {
    this.#history.before(name, /^(?:write \S+|note|remediation|message|critique|drag)/.test(name));
    act();
    this.refusals = [];
    if (!this.around.readOnly()) this.autosave.touch();
  }

  #snapshot(): Snapshot {
    return $state.snapshot({ picked: this.picked, note: this.note, draft: this.draft }) as Snapshot;
  }

  #restore(it: Snapshot): void {
    this.picked = it.picked;
    this.note = it.note;
    this.draft = it.draft;
    this.chain.editing = null;
    this.chain.offering = null;
    this.chain.focusStep(this.chain.focus);
    if (!this.around.readOnly()) this.autosave.touch();
  }

  /** `here`: what is refused is said where it was asked, else at the edge of the window. */
  async #guarded<T>(act: () => Promise<T>, here = false): Promise<T | null> {
    if (this.#acting) return null;
    this.#acting = true;
    this.failure = null;
    const slow = setTimeout(() => (this.busy = true), SLOW_MS);
    try {
      return await act();
    } catch (error) {
      const problem = problemOf(error);
      this.#coverLost(problem);
      // An item that is gone has no button to say it at.
      if (here && this.review) this.failure = problem;
      else this.around.report(problem);
      return null;
    } finally {
      clearTimeout(slow);
      this.#acting = this.busy = false;
    }
  }
}
