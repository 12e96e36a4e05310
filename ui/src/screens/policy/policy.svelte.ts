// Which clause of the policy is read: the same one on the screen and in the window over another. And the policies that
// the case file holds, one of which is in force.
import { problemOf } from '../../desk/backend';
import type { PolicyLine, Problem } from '../../desk/types';
import { clauseOf } from '../../parts/clauses';
import type { Frame, Reading, Room } from '../frame';
import { words } from './words';

export class PolicyRoom implements Room, Reading {
  clause = $state<string | null>(null);
  held = $state.raw<PolicyLine[]>([]);
  /** Why they could not be listed, or none could be added. */
  problem = $state.raw<Problem | null>(null);

  constructor(readonly frame: Frame) {}

  show(id: string | null): void {
    if (id && clauseOf(this.frame.case.policy, id)) this.clause = id;
    this.frame.dialog = 'policy';
  }

  async enter(): Promise<void> {
    this.problem = await this.#hold(() => this.frame.backend.policy.policies());
  }

  leave(): void {
    this.clause = null;
    this.held = [];
    this.problem = null;
  }

  // ---- Which one is in force --------------------------------------------------------------------

  /** Those that could be put in force. */
  get others(): PolicyLine[] {
    return this.held.filter((it) => !it.in_force);
  }

  async add(): Promise<void> {
    const { frame } = this;
    const path = await frame.pick({ kind: 'file', title: words.policies.pick, extensions: ['toml'] });
    if (!path) return;
    const before = this.held.map((it) => it.name);
    this.problem = await this.#hold(() => frame.backend.policy.addPolicy(path));
    if (this.problem) return;
    const added = this.held.find((it) => !before.includes(it.name));
    frame.say(added ? words.policies.added(added.name) : words.policies.known);
  }

  /** Answers why not, or `null`. The desk then tells that the file changed, and the window takes everything anew. */
  async putInForce(name: string): Promise<Problem | null> {
    await this.frame.flush();
    const refused = await this.#hold(() => this.frame.backend.policy.putInForce(name));
    if (!refused) this.frame.say(words.policies.forced(name));
    return refused;
  }

  async #hold(act: () => Promise<PolicyLine[]>): Promise<Problem | null> {
    try {
      this.held = await act();
      return null;
    } catch (error) {
      return problemOf(error);
    }
  }
}
