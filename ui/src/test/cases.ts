// Made-up, mild items and what a made-up model says of them.
import type { Assessment, Draft, DraftStep, Evidence, ItemView, Judgement, PartView, Scoring } from '../desk/types';

export const TEA =
  "Doctors don't want you to know this! Drink it for three days and throw your drops away, my aunt was cured of hay fever in one week. Link in bio 👇";

export function text(id: string, role: string, words: string, readAs: string | null = null): PartView {
  return { id, kind: 'text', role, text: words, read_as: readAs, width: null, height: null, remarks: [], covered: null, uncovered: null };
}

export function image(id: string): PartView {
  return { id, kind: 'image', role: 'image', text: null, read_as: null, width: 640, height: 400, remarks: [], covered: 'bird-covered.svg', uncovered: null };
}

export function item(row: number, id: string, parts: PartView[], more: Partial<ItemView> = {}): ItemView {
  return {
    row, id, parts, kind: parts.length > 1 ? 'bundle' : (parts[0]?.kind ?? 'text'),
    language: 'en', language_confidence: 0.98, market: 'GB', author: 'u-4471',
    reports: [{ reason: 'health misinformation', n: 3 }], reach_per_hour: 18400, flagged_at: '2026-11-19T09:30:00Z', ...more,
  };
}

export const items: ItemView[] = [
  item(1, 'vid-20261119-0481', [image('p1'), text('p2', 'caption', TEA), text('p3', 'on_screen', 'MIRACLE SEED TEA')]),
  item(2, 'vid-20261119-0502', [
    text('p1', 'comment', 'Fr\u200bee co\u200bins, s\u0435nd your c\u043ede to \u202Egro.elpmaxe\u202C now 👍🏽', 'Free coins, send your code to example.org now'),
  ], { language: 'en', language_confidence: 0.71, reports: [{ reason: 'scam', n: 11 }], reach_per_hour: 940 }),
  item(3, 'vid-20261118-0077', [text('p1', 'caption', 'هذا الشاي يشفي كل شيء في ثلاثة أيام، see https://example.org/tea')], {
    language: 'ar', language_confidence: 0.99, market: 'EG', reports: [{ reason: 'spam', n: 2 }], reach_per_hour: 120,
  }),
  item(4, 'vid-20261118-0031', [text('p1', 'caption', 'Bu çayı üç gün için, sonra bana teşekkür edersiniz')], {
    language: 'tr', language_confidence: null, market: 'TR', reports: [], reach_per_hour: null,
  }),
  item(5, 'vid-20261117-0009', [text('p1', 'title', 'My week with the new stove'), text('p2', 'caption', 'Nobody asked, but here is how the soup went. Part 4 of 9.')], {
    reports: [{ reason: 'spam', n: 1 }], reach_per_hour: 12,
  }),
];

function step(id: string, n: number, stage: DraftStep['stage'], words: string, more: Partial<DraftStep> = {}): DraftStep {
  return {
    id, stage, text: words, draft_text: null, author: 'model', source: 'pipeline', evidence: [], clauses: [], exceptions: [],
    rating: null, rating_reason: null, critique: '', alternatives: [], deleted: false, drafted_as: n, ...more,
  };
}

export function evidenceOf(words: string, quote: string, id: string, part: string): Evidence {
  const start = [...words.slice(0, words.indexOf(quote))].length;
  return { id, verified: true, note: null, kind: 'text_span', part, start, end: start + [...quote].length, quote };
}

function evidence(): Evidence[] {
  return [
    evidenceOf(TEA, 'Drink it for three days and throw your drops away', 'e1', 'p2'),
    evidenceOf(TEA, 'cured of hay fever in one week', 'e2', 'p2'),
    { id: 'e3', verified: true, note: null, kind: 'clause', ref: 'MI-2/a' },
    { id: 'e4', verified: true, note: null, kind: 'precedent', ref: 'vid-20261102-0119' },
    { id: 'e5', verified: false, note: null, kind: 'text_span', part: 'p2', start: 3, end: 9, quote: 'never said' },
  ];
}

export function modelSteps(): DraftStep[] {
  return [
    step('m1', 1, 'observe', 'The caption recommends a home drink and tells people to throw their drops away.', { evidence: ['e1', 'e2'] }),
    step('m2', 2, 'clause_match', 'Telling people to stop a treatment matches criterion (a) of harmful medical advice.', { evidence: ['e3'], clauses: ['MI-2'] }),
    step('m3', 3, 'exception_check', 'It is a personal story, so the exception for personal experience applies.', {
      evidence: ['e2'], exceptions: [{ id: 'MI-2/x1', applies: true, why: null }],
    }),
    step('m4', 4, 'context', 'Five of six nearest decided items were removed under MI-2; one was kept because nobody was told to act.', { evidence: ['e4'] }),
    step('m5', 5, 'counterargument', 'It could be a joke; nothing in the words says so.', { evidence: ['e5'] }),
    step('m6', 6, 'decision', 'Remove under MI-2, severity 3. Without the instruction it could stay.'),
  ];
}

export function scoringOf(it: ItemView): Scoring {
  if (it.language === 'tr') return { outcome: 'not_scored', reason: 'language' };
  const head = (target: string, title: string, clauses: string[], value: number, threshold: number) =>
    ({ target, title, clauses, method: 'head' as const, value, threshold });
  const like = (id: string, title: string, value: number) =>
    ({ target: id, title, clauses: [id], method: 'zero_shot' as const, value, threshold: null });
  return {
    outcome: 'scored',
    scores: [
      head('starter/health', 'Harmful health advice', ['MI-2'], 0.934, 0.62),
      head('starter/selling', 'Misleading selling', ['AD-1', 'AD-2', 'FR-1'], 0.58, 0.66),
      head('starter/harassment', 'Harassment', ['HR-1'], 0.21, 0.55),
      head('starter/spam', 'Spam', ['SP-1', 'SP-2'], 0.002, 0.48),
      like('MI-2', 'Harmful medical advice', 0.4137),
      like('MI-1', 'Unproven health claim', 0.3821),
      like('AD-1', 'Exaggerated product claim', 0.2264),
      like('SP-1', 'Repetitive promotion', 0.0512),
    ],
    drivers: [{ part: 1, start: 37, end: 86, target: 'starter/health', drop: 0.31 }],
    read_as: null,
  };
}

export function assessmentOf(it: ItemView): Assessment {
  const full = it.row === 1;
  return {
    id: `a-${it.row}`, policy: 'short-video@2026.11', policy_sha256: 'ab'.repeat(32),
    model: {
      id: 'minilm-l6-v2+starter-heads@3', weights_sha256: 'cd'.repeat(32), device: 'cpu',
      calibration: 'isotonic on starter cross-validation', languages: ['en', 'ar'],
    },
    made_at: '2026-11-20T10:00:00Z', duration_ms: 210, scoring: scoringOf(it),
    evidence: full ? evidence() : [], steps: full ? modelSteps() : [],
    recommendation: full ? { choice: 'remove', clauses: ['MI-2'], severity: 3, remediation: 'Take out the instruction.' } : null,
    precedents: full
      ? [
          { item: 'vid-20261102-0119', similarity: 0.91, verdict: 'violating', clauses: ['MI-2'], gold: true, excerpt: 'tea instead of tablets, try it' },
          { item: 'vid-20261017-0044', similarity: 0.84, verdict: 'not_violating', clauses: ['MI-1'], gold: false, excerpt: 'my grandmother drinks this tea' },
        ]
      : [],
  };
}

export function startOf(it: ItemView, judgement: Judgement): Draft {
  return {
    steps: it.row === 1 ? modelSteps() : [],
    evidence: it.row === 1 ? evidence() : [],
    judgement: { ...judgement, clauses: [...judgement.clauses] },
    remediation_text: it.row === 1 ? 'Take out the claim that the drops can be thrown away, and the product link; personal experience may stay.' : '',
    creator_message: '',
    finish: null,
  };
}
