// The verbs and types of `desk`, as tauri-specta writes them. Written by hand until its test does;
// nothing but `types.ts` and `backend.ts` imports this file.
/* eslint-disable */

import { invoke } from '@tauri-apps/api/core';

export const commands = {
  desktop: () => call<Desktop>('desktop'),
  setReviewer: (name: string) => call<Desktop>('set_reviewer', { name }),
  newCase: (path: string) => call<Desktop>('new_case', { path }),
  openCase: (path: string) => call<Desktop>('open_case', { path }),
  closeCase: () => call<Desktop>('close_case'),
  queues: () => call<QueueSummary[]>('queues'),
  saveQueue: (queue: Queue) => call<QueueSummary[]>('save_queue', { queue }),
  removeQueue: (name: string) => call<QueueSummary[]>('remove_queue', { name }),
  policy: () => call<PolicyView>('policy'),
  next: (queue: string) => call<Review | null>('next', { queue }),
  openItem: (queue: string, row: number) => call<Review>('open_item', { queue, row }),
  heartbeat: (row: number) => call<number | null>('heartbeat', { row }),
  uncover: (row: number, part: string) => call<PartView>('uncover', { row, part }),
  storeImpression: (queue: string, row: number, impression: Impression) =>
    call<Revealed>('store_impression', { queue, row, impression }),
  saveDraft: (row: number, draft: Draft) => call<number | null>('save_draft', { row, draft }),
  submit: (queue: string, row: number, draft: Draft, active: number | null) =>
    call<Submitted>('submit', { queue, row, draft, active }),
  setAside: (queue: string, row: number, how: Aside) => call<null>('set_aside', { queue, row, how }),
  undo: (queue: string) => call<Review | null>('undo', { queue }),
  search: (words: string) => call<Found[]>('search', { words }),
  jobs: () => call<Job[]>('jobs'),
  startImport: (request: ImportRequest) => call<number>('start_import', { request }),
  startScoring: () => call<number>('start_scoring'),
  startExport: (request: ExportRequest) => call<number>('start_export', { request }),
  startInstall: () => call<number>('start_install'),
  pauseJob: (id: number) => call<null>('pause_job', { id }),
  resumeJob: (id: number) => call<null>('resume_job', { id }),
  cancelJob: (id: number) => call<null>('cancel_job', { id }),
  checkAnchor: (row: number, evidence: Evidence) => call<Evidence>('check_anchor', { row, evidence }),
};

export type Outcome<T> = { status: 'ok'; data: T } | { status: 'error'; error: Problem };

async function call<T>(verb: string, args: Record<string, unknown> = {}): Promise<Outcome<T>> {
  try {
    return { status: 'ok', data: await invoke<T>(verb, args) };
  } catch (error) {
    if (error instanceof Error) throw error;
    return { status: 'error', error: error as Problem };
  }
}

export type Code =
  | 'no_case' | 'no_reviewer' | 'not_a_case' | 'case_newer' | 'read_only' | 'busy' | 'disk_full'
  | 'file' | 'request' | 'not_yours' | 'false_record' | 'model' | 'defect';
export type Problem = { code: Code; message: string; falsehoods: Falsehood[] };
export type Falsehood = { place: string; value: string; rule: string };

export type Desktop = {
  version: string;
  reviewer: string | null;
  case: CaseFile | null;
  recent: Recent[];
  model: ModelState;
  media_base: string;
};
export type CaseFile = { name: string; path: string; read_only: boolean; items: number; policy: string };
export type Recent = { name: string; path: string; exists: boolean };
export type ModelState = { id: string; installed: boolean; languages: string[]; problem: string | null };

export type Queue = { name: string; filter: Filter; order: Order; mode: QueueMode; reviews_wanted: number };
export type Filter = { languages: string[]; markets: string[]; reasons: string[]; words: string | null };
export type Order = 'urgency' | 'age' | 'chance' | 'risk';
export type QueueMode = { kind: 'blind' } | { kind: 'assisted' } | { kind: 'drawn'; blind_probability: number | null };
export type QueueSummary = { queue: Queue; open: number; done: number };

export type Review = {
  queue: string;
  item: ItemView;
  mode: Mode;
  started_at_ms: number | null;
  leased_until_ms: number | null;
  impression: Impression | null;
  revealed: Revealed | null;
  draft: Draft | null;
  done: number;
  open: number;
};
export type Mode = 'blind' | 'assisted';
export type ItemView = {
  row: number;
  id: string;
  kind: ItemKind;
  parts: PartView[];
  language: string | null;
  language_confidence: number | null;
  market: string | null;
  author: string | null;
  reports: Report[];
  reach_per_hour: number | null;
  flagged_at: string | null;
};
export type ItemKind = 'text' | 'image' | 'bundle';
export type PartKind = 'text' | 'image';
export type PartView = {
  id: string;
  kind: PartKind;
  role: string;
  text: string | null;
  read_as: string | null;
  width: number | null;
  height: number | null;
  covered: string | null;
  uncovered: string | null;
};
export type Report = { reason: string; n: number };
export type Impression = { judgement: Judgement; note: string };
export type Revealed = {
  assessment: Assessment | null;
  problem: string | null;
  revealed_at_ms: number | null;
  start: Draft;
};
export type Submitted = { record: string; complete: boolean; incomplete_reasons: string[] };
export type Aside = 'skip' | 'defer';
export type Found = { row: number; id: string; excerpt: string };

export type Choice = 'allow' | 'age_limit' | 'not_for_feed' | 'remove' | 'escalate' | 'cannot_judge';
export type Confidence = 'guess' | 'leaning' | 'fairly_sure' | 'certain';
export type CannotJudgeReason = 'language' | 'context' | 'media' | 'other';
export type Verdict = 'violating' | 'not_violating' | 'borderline' | 'escalate' | 'cannot_judge';
export type Judgement = {
  choice: Choice;
  clauses: string[];
  severity: number | null;
  confidence: Confidence;
  cannot_judge_reason: CannotJudgeReason | null;
};

export type Draft = {
  steps: DraftStep[];
  evidence: Evidence[];
  judgement: Judgement;
  remediation_text: string;
  creator_message: string;
};
export type DraftStep = {
  id: string;
  stage: Stage;
  text: string;
  draft_text: string | null;
  author: Author;
  source: StepSource;
  evidence: string[];
  clauses: string[];
  exceptions: ExceptionCheck[];
  rating: Rating | null;
  deleted: boolean;
  drafted_as: number | null;
};
export type Stage =
  | 'observe' | 'context' | 'clause_match' | 'exception_check' | 'counterargument' | 'severity' | 'decision' | 'remediation';
export type Author = 'human' | 'model' | 'model_edited';
export type StepSource = 'human' | 'pipeline' | 'language_model';
export type Rating = 'wrong' | 'neutral' | 'right' | 'unsure';
export type ExceptionCheck = { id: string; applies: boolean; why?: string | null };

export type Evidence = { id: string; verified?: boolean | null; note?: string | null } & Anchor;
export type Anchor =
  | { kind: 'text_span'; part: string; start: number; end: number; quote: string }
  | { kind: 'image_box'; part: string; box: [number | null, number | null, number | null, number | null] }
  | { kind: 'clause'; ref: string }
  | { kind: 'precedent'; ref: string }
  | { kind: 'metadata'; ref: string }
  | { kind: 'tool_output'; tool: string; quote: string };

export type Assessment = {
  id: string;
  policy: string;
  policy_sha256: string;
  model: ModelId;
  made_at: string;
  duration_ms: number;
  scoring: Scoring;
  evidence: Evidence[];
  steps: DraftStep[];
  recommendation: Recommendation | null;
  precedents: Precedent[];
};
export type ModelId = {
  id: string;
  weights_sha256: string;
  device: string;
  calibration: string | null;
  languages: string[];
};
export type Recommendation = { choice: Choice; clauses: string[]; severity: number; remediation: string };
export type Precedent = {
  item: string;
  similarity: number | null;
  verdict: Verdict;
  clauses: string[];
  gold: boolean;
  excerpt: string;
};
export type Scoring =
  | { outcome: 'scored'; scores: Score[]; drivers: Driver[]; read_as: ReadAs | null }
  | { outcome: 'not_scored'; reason: NotScored }
  | { outcome: 'failed'; message: string };
export type Score = {
  target: string;
  title: string;
  clauses: string[];
  method: Method;
  value: number | null;
  threshold: number | null;
};
export type Method = 'zero_shot' | 'head';
export type NotScored = 'no_text' | 'language' | 'no_model';
export type Driver = { part: number; start: number; end: number; target: string; drop: number | null };
export type ReadAs = { part: number; text: string };

export type PolicyView = { name: string; title: string; families: FamilyView[]; clauses: ClauseView[] };
export type FamilyView = { id: string; title: string };
export type ClauseView = {
  id: string;
  title: string;
  summary: string;
  definition: string;
  criteria: PointView[];
  allowed: PointView[];
  exceptions: PointView[];
  severity_min: number;
  severity_max: number;
  severity_default: number;
  choices: Choice[];
  escalation: Escalation;
  remediation: string;
  violating_examples: string[];
  allowed_examples: string[];
  related: string[];
};
export type PointView = { id: string; text: string };
export type Escalation = 'none' | 'legal' | 'child_safety';

export type Job = {
  id: number;
  kind: JobKind;
  subject: string;
  state: JobState;
  done: number;
  total: number | null;
  unit: string;
  summary: string;
  notes: string[];
};
export type JobKind = 'import' | 'score' | 'export' | 'install_model';
export type JobState = 'running' | 'paused' | 'done' | 'cancelled' | 'failed';
export type ImportRequest = { path: string; columns: ColumnPair[] };
export type ColumnPair = { field: string; column: string };
export type ExportRequest = {
  folder: string;
  formats: ExportFormat[];
  redact: boolean;
  include_incomplete: boolean;
  seed: number;
};
export type ExportFormat = 'raw' | 'sft' | 'prm';
