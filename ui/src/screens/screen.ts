// What a screen is: its mark and key, its state, its views, its commands and its words. Each screen says it in its own
// `screen.ts`; the list of them is `index.ts`.
import type { Component, Snippet } from 'svelte';

import { keyed, type Command } from '../kit/commands';
import type { Language } from '../kit/language.svelte';
import type { Doors, Frame, Room } from './frame';

export interface Screen<R extends Room> {
  readonly id: string;
  /** Its mark in the rail: a path, drawn in a square of 20. */
  readonly mark: string;
  /** The key that goes there. */
  readonly key: string;
  /** At the foot of the rail. */
  readonly foot?: boolean;
  /** Also shown while no case file is open. */
  readonly always?: boolean;
  readonly words: Record<Language, ScreenWords>;
  readonly commands?: readonly Entry<R>[];
  /** Places of its own where keys count, those that count at once together. */
  readonly places?: readonly (readonly string[])[];

  readonly room: (frame: Frame) => R;
  readonly view: Component<{ room: R }>;
  /** Instead of the screen's name in the top bar, around which it is given as `children`. */
  readonly top?: Component<{ room: R; children: Snippet }>;
  /** At the end of the bottom bar. */
  readonly status?: Component<{ room: R }>;
  /** Windows over the screen, by name. */
  readonly dialogs?: Readonly<Record<string, Component<DialogProps<R>>>>;
  /** Where keys count right now; everywhere where left out. */
  readonly placesNow?: (room: R) => readonly string[];
  /** Keys that the bottom bar names. */
  readonly hints?: (room: R) => readonly Hint[];
  /** What it does for other screens. */
  readonly doors?: (room: R) => Partial<Doors>;
}

/** A screen whose state nobody looks into. Its room is handed back to the screen it came from, and to no other. */
export type AnyScreen = Screen<any>;

export interface DialogProps<R> {
  room: R;
  /** Which of the screen's windows. */
  name: string;
  onclose: () => void;
}

export interface ScreenWords {
  /** What the screen is called. */
  screen: string;
  commands?: Record<string, string>;
  places?: Record<string, string>;
  groups?: Record<string, string>;
  /** What keys in the bottom bar do. */
  hints?: Record<string, string>;
  /** Anything else it says, by section. */
  [section: string]: unknown;
}

/** Keys and what they do, for the bottom bar. */
export interface Hint {
  ids: readonly string[];
  text: string;
  /** From the first to the last. */
  range?: boolean;
}

/** A command of a screen. */
export interface Entry<R> extends Command {
  readonly when: (room: R) => boolean;
  readonly run: (room: R) => unknown;
  /** Of a command that lasts as long as its key is held: what ends it. */
  readonly end?: (room: R) => unknown;
}

/** Makes the entries of one place and one group of the menu. `Id` are the commands that the screen has words for. */
export function entries<R, Id extends string>(where: string, group: string) {
  return (
    id: Id, keys: string, when: Entry<R>['when'], run: Entry<R>['run'], more: Pick<Entry<R>, 'inField' | 'repeats' | 'end'> = {},
  ): Entry<R> => keyed(id, keys, where, group, { when, run, ...more, held: more.end !== undefined });
}
