// The window: which screen, which dialog, what is said at its edge, and the rooms of its screens.
import { problemOf, type Backend, type Drop, type PathQuestion } from '../desk/backend';
import { CaseState } from '../desk/case.svelte';
import { JobsState } from '../desk/jobs.svelte';
import { PreferencesState } from '../desk/preferences.svelte';
import type { DeskEvent, Job, Problem } from '../desk/types';
import type { Commands } from '../kit/commands';
import { wordsOf } from '../parts/jobs';
import { entrance, home, screens } from '../screens';
import type { Doors, Frame, Room } from '../screens/frame';
import type { AnyScreen, Screen } from '../screens/screen';
import { commandsOf, table, withKeys, type HeldKey } from './commands';
import { names, words } from './words';

export interface Notice {
  id: number;
  tone: 'note' | 'problem';
  text: string;
  /** A way out, or what else to know. */
  more: string | null;
  /** The problem's own words. */
  message: string | null;
}

const NOTE_MS = 7000;

export class App implements Frame {
  screen = $state(entrance.id);
  dialog = $state<string | null>(null);
  notices = $state<Notice[]>([]);
  /** Files are dragged over the window. */
  dragging = $state(false);

  /** What lasts as long as a key is held. */
  heldKey: HeldKey | null = null;

  readonly preferences: PreferencesState;
  readonly case: CaseState;
  readonly jobs: JobsState;
  readonly commands: Commands;
  readonly doors: Doors;
  readonly #rooms: ReadonlyMap<AnyScreen, Room>;
  /** Gives what ends it. */
  #listening: Promise<() => void> | undefined;
  #lastNotice = 0;

  constructor(readonly backend: Backend, readonly now: () => number = () => Date.now()) {
    const report = (problem: Problem) => this.report(problem);
    this.preferences = new PreferencesState(backend, report, (stored) => table.sound(stored));
    this.case = new CaseState(backend, report);
    this.jobs = new JobsState(backend, report, (job) => this.#jobEnded(job));
    this.commands = commandsOf(this);
    this.#rooms = new Map(screens.map((it) => [it, it.room(this)]));
    this.doors = Object.assign({}, ...screens.map((it) => it.doors?.(this.room(it)))) as Doors;
  }

  async begin(): Promise<void> {
    await this.#listen();
    await Promise.all([this.preferences.load(), this.case.load()]);
    const { dropped } = this.preferences;
    if (dropped.length > 0) this.say(words.messages.dropped(dropped.map(names.command).join(', ')));
    await this.jobs.watch();
    if (this.ready) await this.go(home.id);
  }

  /** Hears nothing any more. */
  stop(): void {
    void this.#listening?.then((deaf) => deaf());
    this.#listening = undefined;
  }

  // ---- Screens --------------------------------------------------------------------------------

  /** The state of a screen. */
  room<R extends Room>(screen: Screen<R>): R {
    const room = this.#rooms.get(screen);
    if (!room) throw new Error(`${screen.id}: not in the list of screens`);
    return room as R;
  }

  /** The screen that was gone to. */
  get current(): AnyScreen {
    return screens.find((it) => it.id === this.screen) ?? entrance;
  }

  /** The screen that is shown: while no case file is open, few can be. */
  get shown(): AnyScreen {
    return this.ready || this.current.always ? this.current : entrance;
  }

  get ready(): boolean {
    return this.case.isOpen && Boolean(this.case.desktop?.reviewer);
  }

  get readOnly(): boolean {
    return this.case.desktop?.case?.read_only === true;
  }

  get writable(): boolean {
    return this.ready && !this.readOnly;
  }

  async go(screen: string): Promise<void> {
    this.screen = screen;
    if (this.ready) await this.room(this.current).enter?.();
  }

  async caseChanged(next = home.id): Promise<void> {
    for (const room of this.#rooms.values()) room.leave?.();
    if (this.ready) await this.go(next);
    else this.screen = entrance.id;
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#rooms.values()].map((it) => it.flush?.()));
  }

  /** A command is about to run. */
  runs(id: string): void {
    for (const room of this.#rooms.values()) room.runs?.(id);
  }

  /** One second passed in this window. */
  second(): void {
    for (const [screen, room] of this.#rooms) void room.second?.(screen === this.current);
  }

  async pick(question: PathQuestion): Promise<string | null> {
    try {
      return await this.backend.pick(question);
    } catch (error) {
      this.report(problemOf(error));
      return null;
    }
  }

  // ---- What is said ---------------------------------------------------------------------------

  report(problem: Problem): void {
    const { what, way } = words.errors[problem.code] ?? words.errors.defect;
    this.#notice({ tone: 'problem', text: what, more: withKeys(way), message: problem.message });
  }

  say(text: string, more: string | null = null): void {
    this.#notice({ tone: 'note', text, more, message: null });
  }

  /** Dismisses what was said last; false where nothing is on show. */
  dismissLast(): boolean {
    const last = this.notices.findLast((it) => it.tone === 'problem') ?? this.notices.at(-1);
    if (last) this.dismiss(last.id);
    return last !== undefined;
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((it) => it.id !== id);
  }

  #notice(it: Omit<Notice, 'id'>): void {
    const id = ++this.#lastNotice;
    const others = this.notices.filter((other) => other.text !== it.text || other.message !== it.message);
    // A note gives way to the next one; problems stay until they are dismissed.
    const kept = it.tone === 'note' ? others.filter((other) => other.tone === 'problem') : others;
    this.notices = [...kept, { ...it, id }].slice(-3);
    if (it.tone === 'note') setTimeout(() => this.dismiss(id), NOTE_MS);
  }

  // ---- What the desk tells --------------------------------------------------------------------

  async #listen(): Promise<void> {
    try {
      await (this.#listening ??= this.#hearing());
    } catch (error) {
      this.#listening = undefined;
      this.report(problemOf(error));
    }
  }

  /** Hears the desk, and what is dragged over the window. */
  async #hearing(): Promise<() => void> {
    const ends = await Promise.all([this.backend.events((it) => void this.#hear(it)), this.backend.drops((it) => void this.#drop(it))]);
    return () => ends.forEach((end) => end());
  }

  /** What letting go of files does now. Behind a window of ours nothing is seen of it, so nothing is done. */
  get dropHint(): string | null {
    return this.dialog === null ? (this.room(this.shown).dropHint?.() ?? null) : null;
  }

  async #drop(drop: Drop): Promise<void> {
    this.dragging = drop.kind === 'over';
    if (drop.kind !== 'dropped' || drop.paths.length === 0) return;
    if (this.dropHint === null) this.say(words.drop.nowhere);
    else await this.room(this.shown).drop?.(drop.paths);
  }

  async #hear(event: DeskEvent): Promise<void> {
    this.jobs.hear(event);
    // Rows belong to a file: where it is another one, what the screens hold of the last one goes.
    if (event.kind === 'case' && (await this.case.recheck())) await this.caseChanged(this.screen);
    else for (const room of this.#rooms.values()) room.hear?.(event);
  }

  #jobEnded(job: Job): void {
    this.say(words.messages.jobEnded(words.jobs.kinds[job.kind], wordsOf(job) || words.jobs.states[job.state]));
    void this.case.refresh().then(() => {
      for (const room of this.#rooms.values()) room.jobEnded?.(job);
    });
  }
}
