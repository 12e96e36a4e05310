// Whose turn items are: what waits for this reviewer, whom one can hand to, and what was said of the item on screen.
// What others said comes without its words until the reviewer has decided; the desk keeps them, not the page.
import { problemOf, type Backend } from '../../desk/backend';
import type { HandOn, NewNote, Problem, TurnEntry, Waiting } from '../../desk/types';

const NONE: Waiting = { n_for_me: 0, for_me: [], n_by_me: 0, by_me: [] };

export class Turn {
  waiting = $state.raw<Waiting>(NONE);
  people = $state.raw<string[]>([]);
  /** Of the item on screen, the oldest first. */
  said = $state.raw<TurnEntry[]>([]);
  #row: number | null = null;

  constructor(private readonly backend: Backend, private readonly report: (problem: Problem) => void) {}

  /** Another item is on screen, or the reviewer has decided the one that is: what was said of it is asked for. */
  async follow(row: number | null): Promise<void> {
    if (this.#row !== row) this.said = [];
    this.#row = row;
    if (row === null) return;
    const said = await this.#asked(() => this.backend.turn.history(row));
    if (said && this.#row === row) this.said = said;
  }

  async refresh(): Promise<void> {
    this.waiting = (await this.#asked(() => this.backend.turn.waiting())) ?? this.waiting;
  }

  async meet(): Promise<void> {
    this.people = (await this.#asked(() => this.backend.turn.people())) ?? this.people;
  }

  /** Gives what was refused. */
  async addNote(row: number, note: NewNote): Promise<Problem | null> {
    try {
      const said = await this.backend.turn.addNote(row, note);
      if (this.#row === row) this.said = said;
      return null;
    } catch (error) {
      return problemOf(error);
    }
  }

  /** True where it was taken back. */
  async callBack(row: number): Promise<boolean> {
    try {
      await this.backend.turn.callBack(row);
      return true;
    } catch (error) {
      this.report(problemOf(error));
      return false;
    } finally {
      await this.refresh();
    }
  }

  /** Lets everything go: another case file is open. */
  forget(): void {
    this.waiting = NONE;
    this.people = [];
    this.said = [];
    this.#row = null;
  }

  async #asked<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch (error) {
      this.report(problemOf(error));
      return null;
    }
  }
}

/** What is filled in to hand an item on. */
export interface HandOver {
  kind: HandOn['to']['kind'];
  person: string;
  queue: string;
  reason: HandOn['reason'];
  note: string;
}

/** As it is sent. */
export function handOnOf(it: HandOver, metIn: string): HandOn {
  const name = it.kind === 'person' ? it.person.trim() : it.queue;
  return { to: { kind: it.kind, name }, reason: it.reason, note: it.note.trim() || null, met_in: metIn };
}
