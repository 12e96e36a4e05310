// What a person chose for the window, on every case file: shown at once, kept by the desk.
import { keymap } from '../kit/keymap.svelte';
import { language } from '../kit/language.svelte';
import { ThemeState } from '../kit/theme.svelte';
import type { Backend } from './backend';
import { problemOf } from './backend';
import type { Preferences, Problem } from './types';

export const USUAL: Preferences = {
  theme: 'system', text_percent: 100, language: 'system', blur: false, grey: false, marks: true, day_goal: 0, break_minutes: 50,
  item_columns: ['done', 'reports', 'reach', 'flagged'], item_preview: false, keys: {},
};

/** How uncovered images and texts look. */
export type Look = Pick<Preferences, 'blur' | 'grey' | 'marks'>;

const lookOf = ({ blur, grey, marks }: Look): Look => ({ blur, grey, marks });

/** Offered sizes in percent; the command line takes any between. */
export const SIZES: readonly number[] = [80, 90, 100, 110, 125, 150, 175, 200];

export class PreferencesState {
  chosen = $state.raw<Preferences>(USUAL);
  /** Actions whose stored keys are not used: another action has one of them. */
  dropped = $state.raw<string[]>([]);
  /** How images and texts look in this window now; what is chosen is how they start. */
  look = $state.raw<Look>(lookOf(USUAL));
  readonly theme = new ThemeState();
  #saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly backend: Backend,
    private readonly report: (problem: Problem) => void,
    /** Stored keys as far as they can be used together. */
    private readonly sound: (stored: Preferences['keys']) => { keys: Preferences['keys']; dropped: string[] },
  ) {
    this.#show();
  }

  async load(): Promise<void> {
    try {
      const stored = await this.backend.file.preferences();
      const { keys, dropped } = this.sound(stored.keys);
      this.chosen = { ...stored, keys };
      this.dropped = dropped;
      this.look = lookOf(this.chosen);
    } catch (error) {
      // The window works as on the first day; the frame says where the desk does not answer at all.
      this.report(problemOf(error));
    }
    this.#show();
  }

  /** One after the other, so that the last choice is the one that stays. */
  change(part: Partial<Preferences>): Promise<void> {
    this.chosen = { ...this.chosen, ...part };
    // How they start is also how they are now: whoever chooses it wants to see it.
    this.look = lookOf({ ...this.look, ...part });
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

  /** The next size that is offered, larger or smaller; 0 is the usual one. */
  turnSize(by: 1 | -1 | 0): Promise<void> {
    const now = this.chosen.text_percent;
    const next = by === 0 ? USUAL.text_percent : by > 0 ? SIZES.find((it) => it > now) : SIZES.findLast((it) => it < now);
    return next === undefined || next === now ? Promise.resolve() : this.change({ text_percent: next });
  }

  /** In this window. */
  turn(what: keyof Look): void {
    this.look = { ...this.look, [what]: !this.look[what] };
  }

  /** Other keys for an action; `null` for the usual ones. */
  setKeys(id: string, keys: string[] | null): Promise<void> {
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
