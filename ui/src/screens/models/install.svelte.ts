// Installing a model: what is asked before anything is fetched, and what came of it.
import { problemOf } from '../../desk/backend';
import type { Job, KnownModel, Problem } from '../../desk/types';
import type { Frame } from '../frame';

export class InstallState {
  /** The model that a person is asked about. */
  asked = $state.raw<KnownModel | null>(null);
  /** Why the desk did not begin. */
  refused = $state.raw<{ model: string; problem: Problem } | null>(null);
  starting = $state(false);

  constructor(private readonly frame: Frame) {}

  get running(): Job | undefined {
    return this.frame.jobs.current('install_model');
  }

  /** The last installation of a model, where it did not come to its end. */
  failed(model: string): Job | undefined {
    const last = this.frame.jobs.of('install_model').find((it) => it.subject === model);
    return last?.state === 'failed' || last?.state === 'interrupted' ? last : undefined;
  }

  /** Says what installing it would fetch. */
  ask(model: KnownModel): void {
    Object.assign(this, { asked: model, refused: null });
    this.frame.dialog = 'install';
  }

  /** The same of the model that makes the scores, from any screen. */
  async askChosen(): Promise<void> {
    try {
      const chosen = (await this.frame.backend.models.models()).find((it) => it.chosen);
      if (chosen) this.ask(chosen);
    } catch (error) {
      this.frame.report(problemOf(error));
    }
  }

  /** Begins with what was asked about; true where the desk did. */
  async start(): Promise<boolean> {
    const { asked } = this;
    if (!asked || this.starting) return false;
    this.starting = true;
    try {
      await this.frame.backend.models.startInstall(asked.id);
      this.refused = null;
      return true;
    } catch (error) {
      this.refused = { model: asked.id, problem: problemOf(error) };
      return false;
    } finally {
      this.starting = false;
    }
  }
}
