// Words of practising.

export const en = {
  title: 'Practice',
  place: (n: number, total: number) => `Practice ${n} of ${total}`,
  tried: 'tried:',
  about: {
    plain: 'Nothing is wrong here. Decide, say how sure you are, then compare.',
    removal: 'A scam. Name the clause and decide, then say of each step whether it is right.',
    wrong: 'A warning of a scam: here the reasons are wrong. Say where, and why.',
    picture: 'Pictures start covered. Uncover it, then tie a step to a place in it.',
    lacking: 'Something is lacking: a list says what, and each line has a key.',
    evidence: 'The first step points at nothing. Choose its words, and cite the clause.',
    severity: 'How severe is it, and why? What you write stays with your decision.',
    unreadable: 'You need not read every language. Press it again for the reason.',
    later: 'Not now: it can be set aside, and taken back.',
    escalation: 'Somebody has to act on it. Look the rule up first.',
  },
  through: 'You have been through the deck',
  tally: (n: number, total: number) => `${n} of ${total} keys tried.`,
  took: (time: string) => `It took ${time}.`,
  untried: 'Not tried yet',
  again: 'Practise once more',
};

export const de: typeof en = {
  title: 'Übung',
  place: (n, total) => `Übung ${n} von ${total}`,
  tried: 'ausprobiert:',
  about: {
    plain: 'Hier ist nichts falsch. Entscheiden, sagen, wie sicher Sie sind, dann vergleichen.',
    removal: 'Ein Betrug. Die Klausel nennen und entscheiden, dann von jedem Schritt sagen, ob er stimmt.',
    wrong: 'Eine Warnung vor Betrug: hier ist die Begründung falsch. Sagen, wo und warum.',
    picture: 'Bilder beginnen verdeckt. Aufdecken, dann einen Schritt an eine Stelle darin binden.',
    lacking: 'Etwas fehlt: eine Liste sagt, was, und jede Zeile hat eine Taste.',
    evidence: 'Der erste Schritt zeigt auf nichts. Seine Wörter wählen und die Klausel anführen.',
    severity: 'Wie schwer wiegt es, und warum? Was Sie schreiben, bleibt bei Ihrer Entscheidung.',
    unreadable: 'Niemand liest jede Sprache. Noch einmal drücken für den Grund.',
    later: 'Nicht jetzt: es lässt sich zurückstellen, und das lässt sich zurücknehmen.',
    escalation: 'Jemand muss handeln. Erst die Regel nachschlagen.',
  },
  through: 'Sie sind durch',
  tally: (n, total) => `${n} von ${total} Tasten ausprobiert.`,
  took: (time) => `Es dauerte ${time}.`,
  untried: 'Noch nicht ausprobiert',
  again: 'Noch einmal üben',
};
