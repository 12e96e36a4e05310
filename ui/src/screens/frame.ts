// What a screen may ask of the frame around it, what the frame tells a screen, and what screens do for each other.
import type { Backend, PathQuestion } from '../desk/backend';
import type { CaseState } from '../desk/case.svelte';
import type { JobsState } from '../desk/jobs.svelte';
import type { PreferencesState } from '../desk/preferences.svelte';
import type { DeskEvent, Filter, Job, Problem, Queue } from '../desk/types';
import type { Commands } from '../kit/commands';

export interface Frame {
  readonly backend: Backend;
  readonly now: () => number;
  readonly preferences: PreferencesState;
  readonly case: CaseState;
  readonly jobs: JobsState;
  readonly commands: Commands;
  readonly doors: Doors;

  /** The screen in front. Setting it shows another one as it is; `go` enters it. */
  screen: string;
  /** The window over the screen, if one is open. */
  dialog: string | null;

  /** A case file is open and somebody reviews. */
  readonly ready: boolean;
  /** The case file cannot be written. */
  readonly readOnly: boolean;
  /** Ready, and may be written. */
  readonly writable: boolean;

  go(screen: string): Promise<void>;
  /** Another case file was opened, or the one that was open was closed. */
  caseChanged(): Promise<void>;
  /** Has every screen write what is not written yet. */
  flush(): Promise<void>;
  /** Asks for a path; `null` where the person changed their mind or it could not be asked for. */
  pick(question: PathQuestion): Promise<string | null>;
  report(problem: Problem): void;
  say(text: string, more?: string | null): void;
}

/** The state of a screen, alive as long as the window is. */
export interface Room {
  readonly frame: Frame;
  /** The screen was gone to, with a case file open. */
  enter?(): Promise<void> | void;
  /** Another case file is open, or none. */
  leave?(): void;
  flush?(): Promise<void>;
  /** A command is about to run, by whatever it was asked for. */
  runs?(id: string): void;
  /** One second passed in this window; `shown`: with this screen in front. */
  second?(shown: boolean): Promise<void> | void;
  jobEnded?(job: Job): void;
  /** What letting go of files over this screen does, in words; nothing where it can do nothing now. */
  dropHint?(): string | null;
  /** Files were let go over this screen. Only after a hint. */
  drop?(paths: string[]): Promise<void> | void;
  /** The desk told of something, and the file is the one that it was. */
  hear?(event: DeskEvent): void;
  /** A key that means nothing here: lets go of what holds the keys, so that it is tried once more. False where nothing does. */
  letGo?(): boolean;
  /** Escape: lets one thing go, beyond the field that had the focus where a person was `writing`. */
  escape?(writing: boolean): void;
}

/** What one screen does for the others, without their knowing it. */
export interface Doors {
  work: Work;
  policy: Reading;
  queues: Queues;
}

/** What Review does. */
export interface Work {
  /** The queue that is reviewed, or the one to begin with. */
  readonly queue: Queue | undefined;
  /** No item is on screen. */
  readonly idle: boolean;
  /** The clause that is decided by, or looked at. */
  readonly clause: string | undefined;
  /** Reviews another queue. */
  reviewQueue(queue: string): Promise<void>;
  /** Opens an item, whichever place it has in the queue. */
  open(row: number): Promise<void>;
  /** Lets a queue go that is no more. */
  forget(queue: string): void;
}

/** What Policy does. */
export interface Reading {
  /** Opens the whole text over the screen, at a clause where one is given. */
  show(clause: string | null): void;
}

/** What Queues does. */
export interface Queues {
  /** Opens the form of a queue; `null` for a new one, which begins with a filter. */
  edit(name: string | null, filter?: Filter | null): void;
}
