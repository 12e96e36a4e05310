// What is known of models, the card in hand, the label that is looked at, and the thresholds that count in the open file.
import { problemOf } from '../../desk/backend';
import type { Job, KnownModel, MeasuredLabel, ModelStatus, OwnThreshold, ThresholdStep } from '../../desk/types';
import type { Frame, Room } from '../frame';
import { InstallState } from './install.svelte';

/** Thresholds are set where precision and recall were measured. */
export const STEP = 5;
const LOWEST = STEP;
const HIGHEST = 100 - STEP;

export class ModelsState implements Room {
  known = $state.raw<KnownModel[] | null>(null);
  own = $state.raw<OwnThreshold[]>([]);
  /** What came of hashing the files, by model. */
  checked = $state.raw<Record<string, ModelStatus>>({});
  checking = $state(false);
  /** The card in hand: what its keys are about. */
  hand = $state<string | null>(null);
  /** The label that is looked at. */
  target = $state<string | null>(null);
  /** The threshold that is tried, per cent. */
  tried = $state(50);

  readonly install: InstallState;

  constructor(readonly frame: Frame) {
    this.install = new InstallState(frame);
  }

  enter(): Promise<void> {
    return this.load();
  }

  /** Another case file is open. */
  leave(): void {
    Object.assign(this, { known: null, own: [], checked: {}, hand: null, target: null, tried: 50 });
  }

  jobEnded(job: Job): void {
    if (job.kind !== 'install_model') return;
    // Other files lie there than those that were hashed.
    const { [job.subject]: _, ...others } = this.checked;
    this.checked = others;
    if (this.frame.screen === 'models') void this.load();
  }

  /** Every label that was measured, in the order of the cards. */
  get labels(): MeasuredLabel[] {
    return (this.known ?? []).flatMap((it) => it.heads?.data ?? []).flatMap((it) => it.labels);
  }

  get label(): MeasuredLabel | undefined {
    return this.labels.find((it) => it.target === this.target);
  }

  ownOf(target: string): OwnThreshold | undefined {
    return this.own.find((it) => it.target === target);
  }

  /** From where on a label counts in this file, 0 to 1; `null` where it never does. */
  inForce(label: MeasuredLabel): number | null {
    const own = this.ownOf(label.target);
    return own ? own.percent / 100 : label.threshold;
  }

  /** Whether a threshold of the label means anything: one that was never seen to hold under false alarms is not scored. */
  get mayCount(): boolean {
    const { label } = this;
    return label !== undefined && (label.threshold !== null || label.precision > 0);
  }

  /** What the tried threshold means on the measured rows. */
  get step(): ThresholdStep | undefined {
    return this.label?.steps.find((it) => it.percent === this.tried);
  }

  /** Trying something else than what counts. */
  get isChanged(): boolean {
    const { label } = this;
    return label !== undefined && this.mayCount && this.ownOf(label.target)?.percent !== this.tried;
  }

  status(model: KnownModel): ModelStatus {
    return this.checked[model.id] ?? model.status;
  }

  /** The card in hand: at first that of the model that makes the scores. */
  get card(): KnownModel | undefined {
    const { known, hand } = this;
    return known?.find((it) => it.id === hand) ?? known?.find((it) => it.chosen) ?? known?.[0];
  }

  /** Takes the card after or before in hand. */
  turnCard(by: 1 | -1): void {
    const { known, card } = this;
    const at = known?.findIndex((it) => it === card) ?? -1;
    this.hand = known?.[at + by]?.id ?? card?.id ?? null;
  }

  /** It is not here, or not whole, and nothing is being installed. */
  mayInstall(model: KnownModel): boolean {
    return this.status(model).is !== 'installed' && !this.install.running;
  }

  async load(): Promise<void> {
    try {
      const [known, own] = await Promise.all([this.frame.backend.models.models(), this.frame.backend.models.thresholds()]);
      Object.assign(this, { known, own });
      // Who tries a threshold goes on with it when a model was installed meanwhile.
      if (!this.label) this.look(this.labels[0]?.target ?? null);
    } catch (error) {
      this.frame.report(problemOf(error));
    }
  }

  look(target: string | null): void {
    this.target = target;
    const { label } = this;
    const now = label ? this.inForce(label) : null;
    this.tried = clamp(Math.ceil(((now ?? 0.5) * 100) / STEP - 1e-9) * STEP);
  }

  /** The label after or before. */
  turn(by: 1 | -1): void {
    const at = this.labels.findIndex((it) => it.target === this.target);
    const next = this.labels[Math.min(this.labels.length - 1, Math.max(0, at + by))];
    if (next) this.look(next.target);
  }

  try(percent: number): void {
    this.tried = clamp(percent);
  }

  async set(percent: number | null): Promise<void> {
    const { label } = this;
    if (!label) return;
    try {
      this.own = await this.frame.backend.models.setThreshold(label.target, percent);
      this.look(label.target);
    } catch (error) {
      this.frame.report(problemOf(error));
    }
  }

  /** Hashes the files of every model that is there. */
  async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    try {
      for (const model of this.known ?? []) {
        if (model.status.is === 'absent') continue;
        const status = await this.frame.backend.models.verifyModel(model.id);
        this.checked = { ...this.checked, [model.id]: status };
      }
    } catch (error) {
      this.frame.report(problemOf(error));
    } finally {
      this.checking = false;
    }
  }
}

const clamp = (percent: number) => Math.min(HIGHEST, Math.max(LOWEST, percent));
