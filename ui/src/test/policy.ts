// A short made-up policy for tests of the page.
import type { Choice, ChoiceView, ClauseView, PolicyLine, PolicyView } from '../desk/types';

const ALL: Choice[] = ['allow', 'age_limit', 'not_for_feed', 'remove', 'escalate', 'cannot_judge'];

/** As `view.rs` tells it: under a clause with these severities, or without any. */
function meaning(choice: Choice, range: { min: number; max: number; default: number }): ChoiceView {
  const { min, max, default: usual } = choice === 'allow' ? { min: 0, max: 0, default: 0 } : range;
  const needs_clause = ['age_limit', 'not_for_feed', 'remove'].includes(choice);
  return {
    choice, needs_clause, takes_severity: needs_clause || choice === 'escalate',
    severity_min: min, severity_max: max, severity_default: usual,
  };
}

type More = Partial<Omit<ClauseView, 'choices'>> & { choices?: Choice[] };

function clause(id: string, title: string, summary: string, { choices = ALL, ...more }: More = {}): ClauseView {
  const { severity_min: min = 1, severity_max: max = 3, severity_default: usual = 2 } = more;
  return {
    id,
    title,
    summary,
    definition: `What “${title.toLowerCase()}” means here: ${summary.toLowerCase()}.`,
    criteria: [
      { id: 'a', text: `${summary}, said as advice to others.` },
      { id: 'b', text: 'Presents it as certain although nothing supports it.' },
    ],
    allowed: [{ id: 'a', text: 'Reporting on it, or warning of it.' }],
    exceptions: [
      { id: 'x1', text: 'Personal experience without instruction.' },
      { id: 'x2', text: 'Correction or debate of such claims.' },
    ],
    severity_min: 1,
    severity_max: 3,
    severity_default: 2,
    choices: choices.map((it) => meaning(it, { min, max, default: usual })),
    escalation: 'legal',
    remediation: 'Take out the instruction; the story may stay.',
    violating_examples: ['Do as I did and you will not need anything else.', 'Trust me, it always works.'],
    allowed_examples: ['This is what my week looked like.', 'Ask somebody who knows before you try.'],
    related: [],
    ...more,
  };
}

export const policy: PolicyView = {
  name: 'short-video@2026.11',
  title: 'Short video: community rules',
  families: [
    { id: 'CS', title: 'Child safety' },
    { id: 'MI', title: 'Misinformation' },
    { id: 'AD', title: 'Misleading selling' },
    { id: 'FR', title: 'Fraud and unsafe trade' },
    { id: 'HR', title: 'Harassment' },
    { id: 'SP', title: 'Spam' },
  ],
  clauses: [
    clause('CS-1', 'Restricted lane', 'Handed over without a closer look', {
      choices: ['escalate'], severity_min: 4, severity_max: 4, severity_default: 4, escalation: 'child_safety', exceptions: [],
    }),
    clause('MI-1', 'Unproven health claim', 'Remedy praised, nobody told to act', {
      choices: ['allow', 'not_for_feed', 'escalate', 'cannot_judge'], severity_max: 2, severity_default: 1, related: ['MI-2', 'AD-1'],
    }),
    clause('MI-2', 'Harmful medical advice', 'Discouraging treatment, false cures likely to injure', {
      severity_min: 2, severity_max: 4, severity_default: 3, choices: ['allow', 'not_for_feed', 'remove', 'escalate', 'cannot_judge'],
      related: ['MI-1', 'AD-1'],
    }),
    clause('AD-1', 'Exaggerated product claim', 'Promotion with an effect nothing supports', { related: ['MI-1'] }),
    clause('AD-2', 'Hidden advertising', 'Paid promotion that does not say so'),
    clause('FR-1', 'Impossible returns', 'Promise of money that nobody can keep', { severity_default: 3 }),
    clause('FR-2', 'Phishing', 'Asks for passwords or codes under a pretext', { severity_default: 3 }),
    clause('HR-1', 'Insults', 'Belittles a private person'),
    clause('SP-1', 'Repetitive promotion', 'The same call to follow, over and over', { severity_min: 0, severity_default: 1 }),
    clause('SP-2', 'Misleading engagement', 'Tricks people into liking or sharing', { severity_min: 0, severity_default: 1 }),
  ],
  choices: ALL.map((it) => meaning(it, { min: 0, max: 4, default: 0 })),
};

/** What a case file holds: the one above, which it was made with, and the next one, never in force. */
export function policies(): PolicyLine[] {
  return [
    { name: policy.name, title: policy.title, sha256: 'ab'.repeat(32), clauses: policy.clauses.length, in_force: true, since_ms: 1_763_632_800_000, by: null },
    { name: 'short-video@2027.01', title: policy.title, sha256: 'cd'.repeat(32), clauses: 11, in_force: false, since_ms: null, by: null },
  ];
}
