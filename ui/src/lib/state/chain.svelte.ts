// The reasoning of a draft while it is worked on: which step is in focus, what is edited, what is
// being attached. The steps themselves live in the draft.
import type { Backend } from '../backend';
import { problemOf } from '../backend';
import type { Anchor, Draft, DraftStep, ItemView, Rating, Stage } from '../types';
import { AnchorPicker } from './anchor.svelte';
import type { Covers } from './covers.svelte';
import * as steps from './steps';

/** The review this reasoning belongs to. */
export interface Desk {
  backend: Backend;
  covers: Covers;
  item: () => ItemView | undefined;
  draft: () => Draft | null;
  /** Makes a named change that can be taken back and is saved. */
  change: (name: string, act: () => void) => void;
}

export class ChainState {
  focus = $state(0);
  editing = $state<string | null>(null);
  picker = $state.raw<AnchorPicker | null>(null);
  /** Why an anchor was refused, on the step it was meant for. */
  anchorRefusal = $state<{ step: string; text: string } | null>(null);
  /** Evidence under the pointer or the focus. */
  pointed = $state<string | null>(null);
  #beforeEdit = '';

  constructor(private readonly desk: Desk) {}

  get step(): DraftStep | undefined {
    return this.desk.draft()?.steps[this.focus];
  }

  /** Nothing is being worked on: another item, or the reveal. */
  reset(): void {
    this.focus = 0;
    this.editing = null;
    this.picker = null;
    this.anchorRefusal = null;
    this.pointed = null;
  }

  focusStep(at: number): void {
    const last = (this.desk.draft()?.steps.length ?? 1) - 1;
    this.focus = Math.max(0, Math.min(last, at));
  }

  rate(rating: Rating, at = this.focus): void {
    this.#onStep('rate', at, (step) => steps.rate(step, rating));
  }

  edit(at = this.focus): void {
    const step = this.desk.draft()?.steps[at];
    if (!step || step.deleted) return;
    this.focus = at;
    this.#beforeEdit = step.text;
    this.editing = step.id;
  }

  write(text: string): void {
    this.#onStep(`write ${this.editing ?? ''}`, this.focus, (step) => steps.rewrite(step, text));
  }

  /** Ends editing; `keep` false brings the words back as they were. A step without words goes. */
  endEdit(keep: boolean): void {
    const step = this.step;
    this.editing = null;
    if (!step) return;
    if (!keep) this.#onStep('write back', this.focus, (it) => steps.rewrite(it, this.#beforeEdit));
    if (step.text.trim() !== '') return;
    if (step.source === 'human') this.remove();
    else this.#onStep('write back', this.focus, (it) => steps.rewrite(it, it.draft_text ?? this.#beforeEdit));
  }

  insert(stage: Stage): void {
    this.#onDraft('insert', (draft) => {
      this.focus = steps.insert(draft, draft.steps.length === 0 ? -1 : this.focus, stage);
    });
    this.edit();
  }

  remove(at = this.focus): void {
    this.#onDraft('remove', (draft) => steps.remove(draft, at));
    this.focusStep(this.focus);
  }

  move(by: 1 | -1): void {
    this.#onDraft('move', (draft) => (this.focus = steps.move(draft, this.focus, by)));
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

  /** Lets a place be chosen by keys; false where the item shows none. */
  startPicking(): boolean {
    const picker = new AnchorPicker(this.desk.item()?.parts ?? [], this.desk.covers.isShown);
    if (!this.step || picker.parts.length === 0) return false;
    this.anchorRefusal = null;
    this.picker = picker;
    return true;
  }

  stopPicking(): void {
    this.picker = null;
  }

  /** Attaches a place to the step in focus once the desk found it true. */
  async attach(anchor: Anchor): Promise<boolean> {
    const { step } = this;
    const [item, draft] = [this.desk.item(), this.desk.draft()];
    if (!item || !draft || !step) return false;
    this.anchorRefusal = null;
    try {
      const evidence = await this.desk.backend.checkAnchor(item.row, steps.asEvidence(draft, anchor));
      const at = draft.steps.findIndex((it) => it.id === step.id);
      if (this.desk.draft() !== draft || at < 0) return false;
      this.#onDraft('attach', (it) => steps.attach(it, at, evidence));
      this.picker = null;
      return true;
    } catch (error) {
      const problem = problemOf(error);
      const false_ = problem.falsehoods[0];
      this.refuseAnchor(false_ ? `“${false_.value}”: ${false_.rule}` : problem.message);
      return false;
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
