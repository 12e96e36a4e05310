// What a person chose for the window, on every case file: shown at once, kept by the desk.
import type { Backend } from '../backend';
import { problemOf } from '../backend';
import type { CommandId } from '../commands';
import { keymap } from '../keymap.svelte';
import { sound } from '../remap';
import type { Preferences, Problem } from '../types';
import { language } from '../words/language.svelte';
import { ThemeState } from './theme.svelte';

export const USUAL: Preferences = {
  theme: 'system', text_percent: 100, language: 'system', blur: false, grey: false, marks: true, keys: {},
};

/** Offered sizes in percent; the command line takes any between. */
export const SIZES: readonly number[] = [80, 90, 100, 110, 125, 150, 175, 200];

export class PreferencesState {
  chosen = $state.raw<Preferences>(USUAL);
  /** Actions whose stored keys are not used: another action has one of them. */
  dropped = $state.raw<CommandId[]>([]);
  readonly theme = new ThemeState();
  #saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly backend: Backend,
    private readonly report: (problem: Problem) => void,
  ) {
    this.#show();
  }

  async load(): Promise<void> {
    try {
      const stored = await this.backend.file.preferences();
      const { keys, dropped } = sound(stored.keys);
      this.chosen = { ...stored, keys };
      this.dropped = dropped;
    } catch (error) {
      // The window works as on the first day; the frame says where the desk does not answer at all.
      this.report(problemOf(error));
    }
    this.#show();
  }

  /** One after the other, so that the last choice is the one that stays. */
  change(part: Partial<Preferences>): Promise<void> {
    this.chosen = { ...this.chosen, ...part };
    this.#show();
    const wanted = this.chosen;
    this.#saving = this.#saving.then(async () => {
      try {
        await this.backend.file.savePreferences(wanted);
      } catch (error) {
        this.report(problemOf(error));
      }
    });
    return this.#saving;
  }

  /** Other keys for an action; `null` for the usual ones. */
  setKeys(id: CommandId, keys: string[] | null): Promise<void> {
    const { [id]: _, ...others } = this.chosen.keys;
    return this.change({ keys: keys === null ? others : { ...others, [id]: keys } });
  }

  /** The only place that hands the choices to what shows them. */
  #show(): void {
    this.theme.choose(this.chosen.theme);
    // Everything grows with the text, as it does where a browser is zoomed.
    document.documentElement.style.setProperty('--size', String(this.chosen.text_percent / 100));
    language.chosen = this.chosen.language;
    keymap.changed = this.chosen.keys;
  }
}
