//! What a reviewer decides, in one vocabulary for keys, page, record and export.

use serde::{Deserialize, Serialize};

use crate::policy::{Clause, Escalation, SeverityRange};

/// The verdict of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Some clause is violated.
    Violating,
    /// None is.
    NotViolating,
    /// Policy staff settled that it lies on the line.
    Borderline,
    /// Somebody else must look.
    Escalate,
    /// The reviewer could not judge it and said why.
    CannotJudge,
}

impl Verdict {
    /// The severities it may be given under `primary`, and the one that counts unless a reviewer says otherwise.
    #[must_use]
    pub fn severity(self, primary: Option<&Clause>) -> SeverityRange {
        match (self, primary) {
            (Self::NotViolating, _) => SeverityRange { min: 0, max: 0, default: 0 },
            (_, Some(primary)) => primary.severity,
            (_, None) => SeverityRange { min: 0, max: 4, default: 0 },
        }
    }

    /// True where a reviewer may say how severe it is.
    #[must_use]
    pub fn takes_severity(self) -> bool {
        matches!(self, Self::Violating | Self::Escalate)
    }
}

/// What is done about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the schema's own words")]
pub enum Action {
    None,
    Label,
    AiLabel,
    WarnEdit,
    AgeGate,
    Demote,
    MuteAudio,
    TrimSegment,
    Remove,
    RestrictAccount,
    ResourcePanel,
    EscalateLegal,
    EscalateChildSafety,
}

/// The keys 1–6: what a reviewer picks. [`Choice::verdict`] and [`Choice::action`] say what each means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// not_violating · none · severity 0.
    Allow,
    /// violating · age_gate.
    AgeLimit,
    /// violating · demote.
    NotForFeed,
    /// violating · remove.
    Remove,
    /// escalate · legal or child safety by clause.
    Escalate,
    /// cannot_judge, with a reason.
    CannotJudge,
}

impl Choice {
    /// All, in key order.
    pub const ALL: [Self; 6] =
        [Self::Allow, Self::AgeLimit, Self::NotForFeed, Self::Remove, Self::Escalate, Self::CannotJudge];

    /// The verdict it records.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Allow => Verdict::NotViolating,
            Self::AgeLimit | Self::NotForFeed | Self::Remove => Verdict::Violating,
            Self::Escalate => Verdict::Escalate,
            Self::CannotJudge => Verdict::CannotJudge,
        }
    }

    /// The action it records under `primary`; `None` where there is nothing to do.
    #[must_use]
    pub fn action(self, primary: Option<&Clause>) -> Option<Action> {
        match self {
            Self::Allow => Some(Action::None),
            Self::AgeLimit => Some(Action::AgeGate),
            Self::NotForFeed => Some(Action::Demote),
            Self::Remove => Some(Action::Remove),
            Self::Escalate if primary.is_some_and(|it| it.escalation == Escalation::ChildSafety) => {
                Some(Action::EscalateChildSafety)
            }
            Self::Escalate => Some(Action::EscalateLegal),
            Self::CannotJudge => None,
        }
    }

    /// The key that records `action` against an item, where one does.
    #[must_use]
    pub fn taking(action: Action) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.needs_clause() && it.action(None) == Some(action))
    }

    /// What it is called: on keys, in steps and in what is printed.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::AgeLimit => "age-limit",
            Self::NotForFeed => "not for feed",
            Self::Remove => "remove",
            Self::Escalate => "escalate",
            Self::CannotJudge => "cannot judge",
        }
    }

    /// True where a clause must be named.
    #[must_use]
    pub fn needs_clause(self) -> bool {
        self.verdict() == Verdict::Violating
    }
}

/// How sure: asked before and after the reveal, in the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words on the keys")]
pub enum Confidence {
    Guess,
    Leaning,
    FairlySure,
    Certain,
}

impl Confidence {
    /// As a probability: .25, .5, .75, .95.
    #[must_use]
    pub fn probability(self) -> f64 {
        match self {
            Self::Guess => 0.25,
            Self::Leaning => 0.5,
            Self::FairlySure => 0.75,
            Self::Certain => 0.95,
        }
    }
}

/// Why an item could not be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum CannotJudgeReason {
    /// Needs a speaker of the language.
    Language,
    /// Needs context.
    Context,
    /// Broken or missing media.
    Media,
    /// Something else.
    Other,
}

/// A clause in a decision.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CitedClause {
    /// `HH-1`.
    pub id: String,
    /// One clause is primary.
    pub role: ClauseRole,
}

/// Whether a clause is the main one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the schema's own words")]
pub enum ClauseRole {
    Primary,
    Secondary,
}

/// What a reviewer picked, before or after the reveal: the part of a draft that both share.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Judgement {
    /// The key pressed.
    pub choice: Choice,
    /// Clauses, the primary one first.
    pub clauses: Vec<String>,
    /// 0–4; `None` takes the primary clause's default, or 0 where there is none.
    pub severity: Option<u8>,
    /// How sure.
    pub confidence: Confidence,
    /// Only with [`Choice::CannotJudge`].
    pub cannot_judge_reason: Option<CannotJudgeReason>,
}

/// A [`Judgement`] in the making: what is picked so far, and the line that says why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Picks {
    /// The key pressed.
    pub choice: Option<Choice>,
    /// Clauses, the primary one first.
    pub clauses: Vec<String>,
    /// 0–4, where it was changed.
    pub severity: Option<u8>,
    /// How sure.
    pub confidence: Option<Confidence>,
    /// Only with [`Choice::CannotJudge`].
    pub cannot_judge_reason: Option<CannotJudgeReason>,
    /// "Because", one line; may be empty.
    pub note: String,
}

impl Judgement {
    /// The clauses with their roles.
    #[must_use]
    pub fn cited(&self) -> Vec<CitedClause> {
        let role = |n| if n == 0 { ClauseRole::Primary } else { ClauseRole::Secondary };
        self.clauses.iter().enumerate().map(|(n, id)| CitedClause { id: id.clone(), role: role(n) }).collect()
    }
}
