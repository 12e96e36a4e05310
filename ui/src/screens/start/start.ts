// Opening, making and closing case files, and saying who reviews.
import { visible } from '../../kit/text';
import type { Frame, Room } from '../frame';
import { words } from './words';

export class StartRoom implements Room {
  constructor(readonly frame: Frame) {}

  get hasReviewer(): boolean {
    return Boolean(this.frame.case.desktop?.reviewer);
  }

  async create(): Promise<void> {
    const { frame } = this;
    const path = await frame.pick({ kind: 'save', title: words.start.newCase, extensions: ['casebook'], name: words.start.newName });
    if (path && (await frame.case.create(path))) await frame.caseChanged();
  }

  async open(path?: string): Promise<void> {
    const { frame } = this;
    const chosen = path ?? (await frame.pick({ kind: 'file', title: words.start.openCase, extensions: ['casebook'] }));
    if (!chosen || !(await frame.case.open(chosen))) return;
    await frame.caseChanged();
    const former = frame.case.desktop?.case?.former;
    if (former) frame.say(words.start.former(former));
  }

  dropHint(): string | null {
    return this.hasReviewer ? words.start.dropHint : null;
  }

  /** One file; of several, the first that is a case file. */
  async drop(paths: string[]): Promise<void> {
    const path = paths.find((it) => /\.casebook$/i.test(it));
    if (path === undefined) this.frame.say(words.start.noCaseFile(visible(paths[0] ?? '')));
    else await this.open(path);
  }

  /** What is open, also where its file was deleted or replaced: then this is the way out. */
  async saveCopy(): Promise<void> {
    const { frame } = this;
    const path = await frame.pick({ kind: 'save', title: words.start.saveCopy, extensions: ['casebook'], name: words.start.newName });
    if (path && (await frame.case.saveCopy(path))) frame.say(words.start.saved(path));
  }

  /** Opens ten items of our own, on which the keys are learnt. */
  async practise(): Promise<void> {
    await this.frame.flush();
    if (await this.frame.case.practise()) await this.frame.caseChanged();
  }

  async close(): Promise<void> {
    await this.frame.flush();
    if (await this.frame.case.close()) await this.frame.caseChanged();
  }

  /** False where the desk refused the name. */
  async rename(name: string): Promise<boolean> {
    const { frame } = this;
    const isFirst = !this.hasReviewer;
    if (!(await frame.case.setReviewer(name))) return false;
    // Whoever comes for the first time, and with no file, begins with something to do.
    if (isFirst && !frame.case.isOpen && frame.case.desktop?.recent.length === 0) await this.practise();
    if (frame.ready && frame.doors.work.idle) await frame.go('review');
    return true;
  }
}
