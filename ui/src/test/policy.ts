// A short made-up policy for tests of the page.
import type { Choice, ClauseView, PolicyView } from '../desk/types';

const ALL: Choice[] = ['allow', 'age_limit', 'not_for_feed', 'remove', 'escalate', 'cannot_judge'];

function clause(id: string, title: string, summary: string, more: Partial<ClauseView> = {}): ClauseView {
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
    choices: ALL,
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
};
