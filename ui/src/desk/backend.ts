// What the page can ask of the desk. Only this file knows whether a Tauri window or a loopback
// server answers; everything else takes a `Backend`.
import { verbs, type Send, type Verbs } from './bindings';
import type { DeskEvent, Problem } from './types';

/** Every verb of the desk, `backend.review.next(queue)`, what it tells by itself, and the window's question for a path. */
export interface Backend extends Verbs {
  /** Tells what changes from when it answers, until what it answered is called. */
  events(hear: (event: DeskEvent) => void): Promise<() => void>;
  /** Tells of files that are dragged over the window, until what it answered is called. A browser names no paths, so there it tells nothing. */
  drops(hear: (drop: Drop) => void): Promise<() => void>;
  /** Asks for a path; `null` where the person changed their mind. */
  pick(question: PathQuestion): Promise<string | null>;
}

/** Files over the window: held there, gone again, or let go. */
export type Drop = { kind: 'over' } | { kind: 'left' } | { kind: 'dropped'; paths: string[] };

/** What kind of path, and how the asking window is titled. */
export interface PathQuestion {
  kind: 'file' | 'folder' | 'save';
  title: string;
  extensions?: string[];
  /** Offered as the name of a new file. */
  name?: string;
}

/** How our own path window answers, where no file window of the system can be opened. */
export type AskPath = (question: PathQuestion) => Promise<string | null>;

/** A verb that was refused, with words for people in `problem`. */
export class Failure extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = 'Failure';
  }
}

/** Whatever was thrown, as a problem a person can read. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Failure) return error.problem;
  return { code: 'defect', message: error instanceof Error ? error.message : String(error), falsehoods: [] };
}

/** The backend of this window. */
export async function chooseBackend(ask: AskPath): Promise<Backend> {
  if ('__TAURI_INTERNALS__' in window) return tauriBackend();
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) {
    const { FakeBackend } = await import('../test/fake');
    return new FakeBackend();
  }
  // The server's secret is the folder that the page lies in.
  return httpBackend(new URL('.', location.href).href.replace(/\/$/, ''), ask);
}

async function tauriBackend(): Promise<Backend> {
  const [{ invoke }, { listen }, { getCurrentWebview }, dialog] = await Promise.all([
    import('@tauri-apps/api/core'), import('@tauri-apps/api/event'), import('@tauri-apps/api/webview'), import('@tauri-apps/plugin-dialog'),
  ]);
  // A command is a verb whose point is a line.
  const send: Send = <T>(verb: string, args: Record<string, unknown>) =>
    invoke<T>(verb.replace('.', '_'), args).catch((refused: unknown) => {
      throw isProblem(refused) ? new Failure(refused) : refused;
    });
  return {
    ...verbs(send),
    events: (hear) => listen<DeskEvent>('desk', (it) => hear(it.payload)),
    drops: (hear) =>
      getCurrentWebview().onDragDropEvent(({ payload }) => {
        if (payload.type === 'drop') hear({ kind: 'dropped', paths: payload.paths });
        else hear({ kind: payload.type === 'leave' ? 'left' : 'over' });
      }),
    pick: async ({ kind, title, extensions, name }) => {
      const filters = extensions ? [{ name: title, extensions }] : [];
      if (kind === 'save') return dialog.save({ title, filters, ...(name ? { defaultPath: name } : {}) });
      const chosen = await dialog.open({ title, directory: kind === 'folder', multiple: false, filters });
      return typeof chosen === 'string' ? chosen : null;
    },
  };
}

/** What a verb refuses with; whatever else Tauri rejects a call with is a text or an error. */
function isProblem(refused: unknown): refused is Problem {
  return typeof refused === 'object' && refused !== null && 'code' in refused && 'message' in refused && !(refused instanceof Error);
}

/** Verbs over loopback HTTP: `POST {origin}/verbs/AREA.NAME`. For tests of the page. */
export function httpBackend(origin: string, ask: AskPath): Backend {
  const send: Send = async <T>(verb: string, args: Record<string, unknown>) => {
    const answer = await fetch(`${origin}/verbs/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    if (answer.status === 422) throw new Failure((await answer.json()) as Problem);
    if (!answer.ok) throw new Error(`${verb}: HTTP ${answer.status}`);
    // A verb that answers nothing may send nothing.
    return JSON.parse((await answer.text()) || 'null') as T;
  };
  const events: Backend['events'] = async (hear) => {
    const source = new EventSource(`${origin}/events`);
    source.onmessage = (it) => hear(JSON.parse(it.data as string) as DeskEvent);
    // After a break in the connection nobody knows what was missed.
    source.onopen = () => hear({ kind: 'case' });
    return () => source.close();
  };
  return { ...verbs(send), events, drops: async () => () => {}, pick: ask };
}
