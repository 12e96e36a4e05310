// Written by a test of src-tauri from the verbs in Rust; edits are overwritten.


/** Sends a verb and its arguments to whoever answers it. */
export type Send = <T>(verb: string, args: Record<string, unknown>) => Promise<T>;

/** Every verb by area, over `send`. */
export const verbs = (send: Send) => ({
	file: {
		desktop: () => send<Desktop>("file.desktop", {}),
		setReviewer: (name: string) => send<Desktop>("file.set_reviewer", { name }),
		preferences: () => send<Preferences>("file.preferences", {}),
		savePreferences: (preferences: Preferences) => send<Preferences>("file.save_preferences", { preferences }),
		newCase: (path: string) => send<Desktop>("file.new_case", { path }),
		openCase: (path: string) => send<Desktop>("file.open_case", { path }),
		closeCase: () => send<Desktop>("file.close_case", {}),
		practise: () => send<Desktop>("file.practise", {}),
		saveCopy: (path: string) => send<null>("file.save_copy", { path }),
	},
	review: {
		queues: () => send<QueueSummary[]>("review.queues", {}),
		saveQueue: (queue: Queue) => send<QueueSummary[]>("review.save_queue", { queue }),
		removeQueue: (name: string) => send<QueueSummary[]>("review.remove_queue", { name }),
		next: (queue: string) => send<Review | null>("review.next", { queue }),
		openItem: (queue: string, row: number) => send<Review>("review.open_item", { queue, row }),
		heartbeat: (row: number) => send<number>("review.heartbeat", { row }),
		uncover: (row: number, part: string) => send<PartView>("review.uncover", { row, part }),
		savePicks: (row: number, picks: Picks) => send<number>("review.save_picks", { row, picks }),
		storeImpression: (queue: string, row: number, impression: Impression) => send<Stored>("review.store_impression", { queue, row, impression }),
		reveal: (queue: string, row: number) => send<Revealed | null>("review.reveal", { queue, row }),
		decline: (queue: string, row: number) => send<Revealed>("review.decline", { queue, row }),
		saveDraft: (row: number, draft: Draft) => send<number>("review.save_draft", { row, draft }),
		checkAnchor: (row: number, evidence: Evidence) => send<Evidence>("review.check_anchor", { row, evidence }),
		missing: (draft: Draft) => send<Missing[]>("review.missing", { draft }),
		submit: (queue: string, row: number, draft: Draft, active: number) => send<Submitted>("review.submit", { queue, row, draft, active }),
		setAside: (queue: string, row: number, how: Aside) => send<null>("review.set_aside", { queue, row, how }),
		undo: (queue: string) => send<Review | null>("review.undo", { queue }),
		day: (since: number) => send<Day>("review.day", { since }),
		looked: (row: number, ms: number) => send<null>("review.looked", { row, ms }),
	},
	turn: {
		handOn: (row: number, handover: HandOn) => send<HandedOn>("turn.hand_on", { row, handover }),
		callBack: (row: number) => send<null>("turn.call_back", { row }),
		addNote: (row: number, note: NewNote) => send<TurnEntry[]>("turn.add_note", { row, note }),
		history: (row: number) => send<TurnEntry[]>("turn.history", { row }),
		waiting: () => send<Waiting>("turn.waiting", {}),
		people: () => send<string[]>("turn.people", {}),
		takeOut: (queue: string, row: number, release: TakeOut) => send<null>("turn.take_out", { queue, row, release }),
	},
	items: {
		search: (words: string) => send<Found[]>("items.search", { words }),
		list: (request: ListRequest) => send<ListPage>("items.list", { request }),
		look: (row: number) => send<ItemView>("items.look", { row }),
		occurring: () => send<Occurring>("items.occurring", {}),
		similar: (row: number, limit: number) => send<Similar>("items.similar", { row, limit }),
		decisions: (limit: number) => send<MyDecision[]>("items.decisions", { limit }),
		actOn: (rows: number[], act: BulkAct) => send<BulkDone>("items.act_on", { rows, act }),
		takeBack: (act: number) => send<BulkDone>("items.take_back", { act }),
	},
	policy: {
		policy: () => send<PolicyView>("policy.policy", {}),
		policies: () => send<PolicyLine[]>("policy.policies", {}),
		addPolicy: (path: string) => send<PolicyLine[]>("policy.add_policy", { path }),
		putInForce: (name: string) => send<PolicyLine[]>("policy.put_in_force", { name }),
	},
	data: {
		previewImport: (request: ImportRequest) => send<ImportPreview>("data.preview_import", { request }),
		startImport: (request: ImportRequest) => send<string>("data.start_import", { request }),
		pastImports: () => send<PastImport[]>("data.past_imports", {}),
		takeBackImport: (path: string) => send<number>("data.take_back_import", { path }),
		startExport: (request: ExportRequest) => send<string>("data.start_export", { request }),
		previewExport: (request: ExportRequest, format: ExportFormat, offset: number, limit: number) => send<ExportPreview>("data.preview_export", { request, format, offset, limit }),
		exports: () => send<PastExport[]>("data.exports", {}),
		openExport: (id: number) => send<null>("data.open_export", { id }),
	},
	models: {
		models: () => send<KnownModel[]>("models.models", {}),
		verifyModel: (id: string) => send<ModelStatus>("models.verify_model", { id }),
		thresholds: () => send<OwnThreshold[]>("models.thresholds", {}),
		setThreshold: (target: string, percent: number | null) => send<OwnThreshold[]>("models.set_threshold", { target, percent }),
		startScoring: () => send<string>("models.start_scoring", {}),
		startInstall: (model: string) => send<string>("models.start_install", { model }),
	},
	jobs: {
		jobs: () => send<Job[]>("jobs.jobs", {}),
		pauseJob: (id: string) => send<null>("jobs.pause_job", { id }),
		resumeJob: (id: string) => send<null>("jobs.resume_job", { id }),
		cancelJob: (id: string) => send<null>("jobs.cancel_job", { id }),
	},
});

/** What can be asked of the desk. */
export type Verbs = ReturnType<typeof verbs>;

/**  Where evidence is, by kind. Video and sound arrive with the media crate's video half. */
export type Anchor = 
/**  Part of a text part. */
{ kind: "text_span"; 
/**  `p1`. */
part: string; 
/**  Scalar offset. */
start: number; 
/**  Scalar offset, exclusive. */
end: number; 
/**  The very words. */
quote: string } | 
/**  Part of an image. */
{ kind: "image_box"; 
/**  `p2`. */
part: string; 
/**  x, y, width, height, each 0–1 of the image, from the top left. */
box: [number, number, number, number] } | 
/**  A clause `HH-1`, its criterion `HH-1/a`, allowed use `HH-1/ok-a` or exception `HH-1/x1`. */
{ kind: "clause"; 
/**  Its id. */
ref: string } | 
/**  A decided item like this one. */
{ kind: "precedent"; 
/**  Its item id. */
ref: string } | 
/**  Something known about the item: `reports`, `reach_per_hour`. */
{ kind: "metadata"; 
/**  Which field. */
ref: string } | 
/**  What a program found: `normalise`, `language`. */
{ kind: "tool_output"; 
/**  Which program. */
tool: string; 
/**  What it found. */
quote: string };

/**  Set aside how. */
export type Aside = 
/**  This reviewer does not meet it again. */
"skip" | 
/**  It comes back to this reviewer after the others. */
"defer";

/**  What one model said of one item under one policy, at one time. */
export type Assessment = {
	/**  UUID, version 7. */
	id: string,
	/**  `short-video@2026.11`. */
	policy: string,
	/**  Which text of the policy. */
	policy_sha256: string,
	/**  Who said it. */
	model: Speaker,
	/**  RFC 3339. */
	made_at: string,
	/**  How long it took. */
	duration_ms: number,
	/**  The numbers, or why there are none. */
	scoring: Scoring,
	/**  What a language model wrote of the clauses that it checked, as they lead. Absent where none did. */
	notes?: Notes[],
	/**  What the steps point at; each piece was checked, and one that failed is marked. */
	evidence: Evidence[],
	/**  The reasoning. Empty where there was nothing to reason from. */
	steps: DraftStep[],
	/**  What the reasoning comes to. */
	recommendation: Recommendation | null,
	/**  Decided items like this one, nearest first. */
	precedents: Precedent[],
};

/**  Whose words a step is. */
export type Author = "human" | "model" | "model_edited";

/**  Rows whose probability lies in one bin. */
export type Bin = {
	/**  How many. */
	rows: number,
	/**  How many of them are positive. */
	positive: number,
	/**  Mean of their probabilities; 0 without a row. */
	mean: number,
};

/**  What is done to many items. */
export type BulkAct = 
/**  This reviewer does not meet them again. */
{ kind: "skip"; 
/**  In which queue. */
queue: string } | 
/**  They come back to this reviewer after the others. */
{ kind: "defer"; 
/**  In which queue. */
queue: string } | 
/**  For one reviewer alone; `None` gives them back to everybody. */
{ kind: "assign"; 
/**  Whom. */
to: string | null } | 
/**  Into a queue, whatever its filter says; `None` puts them back where the filters do. */
{ kind: "move"; 
/**  Which. */
to: string | null };

/**  An act on many items that can be taken back. */
export type BulkDone = {
	/**  For taking it back. */
	act: number,
	/**  Items it was about. */
	items: number,
};

/**  Why an item could not be judged. */
export type CannotJudgeReason = 
/**  Needs a speaker of the language. */
"language" | 
/**  Needs context. */
"context" | 
/**  Broken or missing media. */
"media" | 
/**  Something else. */
"other";

/**  An open case file. */
export type CaseFile = {
	/**  File name without folder. */
	name: string,
	/**  Whole path. */
	path: string,
	/**  True where the file or its folder cannot be written: it opens for reading and refuses to record. */
	read_only: boolean,
	/**  Items in it. */
	items: number,
	/**  `short-video@2026.11`. */
	policy: string,
	/**  It was made to practise in. */
	practice: boolean,
	/**  Where the file as an older Casebook wrote it is kept, if opening it now brought it up to date. */
	former: string | null,
};

/**  The keys 1–6: what a reviewer picks. [`Choice::verdict`] and [`Choice::action`] say what each means. */
export type Choice = 
/**  not_violating · none · severity 0. */
"allow" | 
/**  violating · age_gate. */
"age_limit" | 
/**  violating · demote. */
"not_for_feed" | 
/**  violating · remove. */
"remove" | 
/**  escalate · legal or child safety by clause. */
"escalate" | 
/**  cannot_judge, with a reason. */
"cannot_judge";

/**  What a key means, with a clause as the primary one or without any. */
export type ChoiceView = {
	/**  The key. */
	choice: Choice,
	/**  A clause must be named. */
	needs_clause: boolean,
	/**  The reviewer may say how severe it is, within the range. */
	takes_severity: boolean,
	/**  Lowest it may be given. */
	severity_min: number,
	/**  Highest it may be given. */
	severity_max: number,
	/**  What is recorded unless the reviewer says otherwise. */
	severity_default: number,
};

/**  A clause as the page shows it. */
export type ClauseView = {
	id: string,
	title: string,
	summary: string,
	definition: string,
	/**  (letter, text). */
	criteria: PointView[],
	allowed: PointView[],
	exceptions: PointView[],
	severity_min: number,
	severity_max: number,
	severity_default: number,
	/**  Keys a reviewer may press with this clause as the primary one, and what they mean then. */
	choices: ChoiceView[],
	escalation: Escalation,
	remediation: string,
	violating_examples: string[],
	allowed_examples: string[],
	related: string[],
};

/**  What kind of thing went wrong. The page has words for each, in one table. */
export type Code = 
/**  No case file is open. */
"no_case" | 
/**  Nobody said who reviews. */
"no_reviewer" | 
/**  The file is not a case file, or is damaged. */
"not_a_case" | 
/**  A newer Casebook wrote it. */
"case_newer" | 
/**  The file cannot be written. */
"read_only" | 
/**  Another program is writing; it did not finish in time. */
"busy" | 
/**  The disk is full. */
"disk_full" | 
/**  The case file was deleted, moved or replaced while it was open. */
"moved" | 
/**  A file or folder could not be read or written. */
"file" | 
/**  The request names something that does not exist or makes no sense. */
"request" | 
/**  The item is leased to somebody else, or was taken back. */
"not_yours" | 
/**  The item left the queue while it was open. */
"left" | 
/**  The record says something false. */
"false_record" | 
/**  No model is installed, or it failed. */
"model" | 
/**  A defect of Casebook. */
"defect";

/**  A field of an item and the CSV column it comes from. */
export type ColumnPair = {
	field: string,
	column: string,
};

/**  How sure: asked before and after the reveal, in the same words. */
export type Confidence = "guess" | "leaning" | "fairly_sure" | "certain";

/**  What the units of a source are called. */
export type Counted = "line" | "row" | "task" | "item";

/**  A dataset that was written. */
export type DatasetReport = {
	/**  Which. */
	format: ExportFormat,
	/**  In it. */
	rows: number,
	/**  Not in it, by reason. */
	left_out: LeftOutCount[],
};

/**  What this reviewer did since a moment, on all case files. */
export type Day = {
	/**  Items. */
	decided: number,
	/**  With an item on screen and somebody at it, ms. */
	active_ms: number,
	/**  Items in an hour of such time, told from the last twenty; `None` where that time is not known. */
	per_hour: number | null,
	/**  The last ten, newest first. */
	last: DayDecision[],
	/**  For how long pictures were uncovered, ms, by the severity that their item was given, 0–4. */
	uncovered_ms: [number, number, number, number, number],
	/**  The same of items that were not decided. */
	uncovered_undecided_ms: number,
};

/**  One decision of the day. */
export type DayDecision = {
	/**  When, ms. */
	at_ms: number,
	/**  The sender's id; `None` of the restricted lane. */
	item: string | null,
	/**  Its row, where it is in the open file. */
	row: number | null,
	/**  What was decided. */
	choice: Choice,
	/**  Under which clause. */
	clause: string | null,
};

/**  Something changed. */
export type DeskEvent = 
/**  A job of this window began, got further, or ended. */
{ kind: "job"; 
/**  As it stands now. */
job: Job } | 
/**  A model's assessment of an item is in the file. What it says is told once the reviewer decided. */
{ kind: "assessed"; 
/**  Which item. */
row: number } | 
/**  A model writes notes on an item that the reviewer decided and waits for. */
{ kind: "writing"; 
/**  Which item. */
row: number; 
/**  Which clause of it. */
clause: string; 
/**  What it says so far; nothing of it is checked. */
said: Said[] } | 
/**  Another file is open, or none. */
{ kind: "case" };

/**  What the page needs to draw its frame. */
export type Desktop = {
	/**  Of Casebook. */
	version: string,
	/**  Asked once per user; `None` until told. */
	reviewer: string | null,
	/**  The open case file. */
	case: CaseFile | null,
	/**  Files opened before, newest first. */
	recent: Recent[],
	/**  The default model. */
	model: ModelState,
	/**  The datasets an export can write, in the order people read them. */
	formats: ExportFormat[],
	/**  `http://127.0.0.1:port/secret/media`, where renditions come from. */
	media_base: string,
	/**  Folders of exports can be opened in the system's file manager. */
	opens_folders: boolean,
};

/**  What the reviewer has so far. */
export type Draft = {
	/**  The model's steps as rated and edited, and the reviewer's own. */
	steps: DraftStep[],
	/**  What steps point at. */
	evidence: Evidence[],
	/**  The decision; the first impression until changed. */
	judgement: Judgement,
	/**  What would make the item allowed. */
	remediation_text: string,
	/**  What the creator is told. */
	creator_message: string,
	/**  How the chain ended, where the reviewer said so. */
	finish: Finish | null,
};

/**  One step in a draft or an assessment. */
export type DraftStep = {
	/**  Stays when steps move: `m1` for a model's, `h1` for a person's. */
	id: string,
	/**  What kind of link. */
	stage: Stage,
	/**  1–2000 characters. */
	text: string,
	/**  The model's words, kept when a person changes `text`. */
	draft_text: string | null,
	/**  Whose words `text` is. */
	author: Author,
	/**  Who drafted it. */
	source: StepSource,
	/**  Evidence ids. */
	evidence: string[],
	/**  Clause ids. */
	clauses: string[],
	/**  Exceptions addressed. */
	exceptions: ExceptionCheck[],
	/**  The reviewer's rating. */
	rating: Rating | null,
	/**  What is wrong with it; recorded only while it is rated wrong. */
	rating_reason: RatingReason | null,
	/**  One line on it; recorded as evidence, see [`CRITIQUE`]. */
	critique?: string,
	/**  Other texts for it, the chosen one among them. */
	alternatives?: OtherText[],
	/**  Removed by the reviewer; kept in the record. */
	deleted: boolean,
	/**  Its number in the model's draft. */
	drafted_as: number | null,
};

/**  A passage whose removal lowers a score. */
export type Driver = {
	/**  Index of the item's part. */
	part: number,
	/**  Scalar offsets into that part's text, half-open. */
	start: number,
	/**  End. */
	end: number,
	/**  The score's target. */
	target: string,
	/**  How much the score falls without it, in the score's own unit. */
	drop: number,
};

/**  The lane an escalation goes to. */
export type Escalation = 
/**  Nobody beyond the queue. */
"none" | 
/**  Legal or law enforcement. */
"legal" | 
/**  Child safety: the restricted lane. */
"child_safety";

/**  A piece of evidence in a record. The fields a kind needs are checked by [`crate::check`]. */
export type Evidence = {
	/**  `e1`; steps refer to it. */
	id: string,
	/**  Set by [`crate::check`] alone: the quote equals the source slice, the box lies in the image. */
	verified?: boolean | null,
	/**  A remark. */
	note?: string | null,
} & Anchor;

/**  An exception and whether it applies. */
export type ExceptionCheck = {
	/**  `HH-1/x1`. */
	id: string,
	/**  Whether it lifts the clause here. */
	applies: boolean,
	/**  One sentence. */
	why?: string | null,
};

/**  What a past export holds, from its manifest. */
export type ExportContents = {
	/**  Each dataset. */
	datasets: PastDataset[],
	/**  Items of the restricted lane, in none of them. */
	restricted: number,
	/**  The first [`crate::export::FILES`] by path. */
	files: ExportedFile[],
	/**  All of them. */
	n_files: number,
};

/**  The datasets there are, in the order people read them. */
export type ExportFormat = 
/**  Our record, with the text. */
"raw" | 
/**  TRL prompt-completion. */
"sft" | 
/**  TRL stepwise supervision. */
"prm" | 
/**  Tasks and a labeling config for Label Studio. */
"label-studio" | 
/**  Our record in typed columns. */
"parquet";

/**  The rows that an export would write, as far as this reviewer may see them. */
export type ExportPreview = {
	/**  Of the dataset asked for, from the offset asked for. */
	rows: PreviewRow[],
	/**  Each dataset asked for. */
	datasets: PreviewCounts[],
	/**
	 *  Reviewed items that are not looked at here, because this reviewer has recorded nothing of
	 *  them or of a precedent that is cited. They would be exported.
	 */
	held: number,
};

/**  What an export came to. */
export type ExportReport = {
	/**  The folder is there; where it was stopped, nothing is. */
	written: boolean,
	/**
	 *  What is in it; `None` for who has not recorded every reviewed item, because a count can tell
	 *  what others judged. It is in the manifest.
	 */
	datasets: DatasetReport[] | null,
};

/**  What to export. */
export type ExportRequest = {
	/**  A folder that does not exist yet or is empty. */
	folder: string,
	/**  Which datasets. */
	formats: ExportFormat[],
	/**  Replace private values: addresses, numbers, handles, keys, accounts. */
	redact: boolean,
	/**  Include records that are not complete in `sft` and `prm`. */
	include_incomplete: boolean,
	/**  Decides the splits. */
	seed: number,
	/**  Which records; all where it is left out. */
	filter?: RecordFilter,
};

/**  One file of a past export. */
export type ExportedFile = {
	/**  Relative to the folder. */
	path: string,
	/**  Of its bytes, as the manifest has it. */
	sha256: string,
	/**  Length. */
	bytes: number,
};

/**  Something false in a record. */
export type Falsehood = {
	/**  Where. */
	place: Place,
	/**  The offending value. */
	value: string,
	/**  What would be true. */
	rule: string,
};

/**  A family of clauses. */
export type FamilyView = {
	id: string,
	title: string,
};

/**  Which items a queue holds; empty fields hold all. */
export type Filter = {
	/**  Base language codes. */
	languages?: string[],
	/**  Markets. */
	markets?: string[],
	/**  Report reasons; any of them. */
	reasons?: string[],
	/**  Words that all occur in the item's text. */
	words?: string | null,
};

/**  How a reviewer ended a chain. */
export type Finish = 
/**  It goes all the way to the decision. */
"solution" | 
/**  They stopped at the first wrong step and judged nothing after it. */
"first_error" | 
/**  They gave up. */
"give_up" | 
/**  The item is broken, empty or no item at all. */
"bad_item" | 
/**  The policy does not say. */
"policy_gap" | 
/**  What is there does not decide it. */
"insufficient_evidence";

/**  An item found by search: its words, never a judgement. */
export type Found = {
	/**  Row id, for verbs. */
	row: number,
	/**  The sender's id. */
	id: string,
	/**  The passage around the first hit. */
	excerpt: string,
};

/**  An item to hand on. */
export type HandOn = {
	/**  Whom it waits for. */
	to: To,
	/**  Why. */
	reason: TurnReason,
	/**  What is said along with it; empty says nothing. */
	note: string | null,
	/**  In which queue it was met, for undo there; `None` outside any. */
	met_in: string | null,
};

/**  What became of it. */
export type HandedOn = {
	/**  How it waits. */
	waits: Waits,
	/**  Nobody of the name it waits for has worked in this file: it may be mistyped. */
	new_name: boolean,
};

/**  What was done. */
export type Happened = 
/**  It was handed on. */
{ kind: "handed_on"; 
/**  To whom. */
to: To; 
/**  Why. */
reason: TurnReason; 
/**  When it was taken back, ms. */
taken_back_at_ms: number | null } | 
/**  A note was written. */
{ kind: "noted"; 
/**  To whom; `None` to everybody. */
to: string | null } | 
/**  A second person took it out of the restricted lane; told only to who has decided the item. */
{ kind: "taken_out"; 
/**  Why. */
reason: ReleaseReason };

/**  What heads were trained and measured on. */
export type HeadsData = {
	label_set: string,
	title: string,
	licence: string,
	rows: number,
	labels: MeasuredLabel[],
};

/**  A column, and what it becomes. */
export type ImportColumn = {
	/**  As the file has it. */
	name: string,
	/**  What it becomes; nothing where nobody asks for it. */
	fields: string[],
	/**  The first values, shortened; of labels and gold none, which are judgements. */
	samples: string[],
	/**  Why it cannot be read. */
	problem: string | null,
};

/**  How the first rows of a source would come in. */
export type ImportPreview = {
	/**  What rows are numbered by. */
	counted: Counted,
	/**  How the source is read. */
	read_as: SourceReading,
	/**  Its columns, or the keys of its first rows. */
	columns: ImportColumn[],
	/**  The first of them. */
	rows: ImportRow[],
	/**  Tables of a folder that has nothing else; the first is shown. */
	n_sources: number,
	/**  Files of a folder that are left. */
	n_left_files: number,
	/**  Programs whose files are known. */
	presets: string[],
	/**  How this source was asked for the last time. */
	remembered: ImportRequest | null,
};

/**  What an import came to. */
export type ImportReport = {
	/**  Items stored by this run; of a dry run, that would be. */
	imported: number,
	/**  Items that were there before, with nothing new said of them. */
	already: number,
	/**  Items that were there before, of which something new is known now. */
	learnt?: number,
	/**  Refused by this run. */
	refused: number,
	/**  Of the items stored, those with a picture of whose file not all is shown. */
	in_part?: number,
	/**  The end of the source was reached. */
	finished: boolean,
	/**  Nothing was kept. */
	dry?: boolean,
	/**  What refusals are numbered by. */
	counted: Counted,
	/**  The first of what was refused of the source, earlier runs included. */
	refusals: RefusedUnit[],
	/**  How the source was read. */
	read_as?: SourceReading,
	/**  Columns that became fields. */
	taken?: Taken[],
	/**  Columns, values and files that did not come in, by name. */
	left?: Left[],
};

/**  What to import. */
export type ImportRequest = {
	/**  A `.jsonl`, `.csv`, `.tsv` or `.parquet` file, Label Studio's `.json`, or a folder of texts and images, or of tables. */
	path: string,
	/**  Field = column, as in `text=tweet`; a column that is not said is taken by its name, and `author=` by none. */
	columns: ColumnPair[],
	/**  `windows-1252`; told by the file where it is left out. */
	encoding?: string | null,
	/**  One character, or `tab`; told by the file where it is left out. */
	delimiter?: string | null,
	/**  What a quotation mark means; told by the file where it is left out. */
	quoting?: Quoting | null,
	/**  The program whose file it is: `prodigy`; told by the file where it is left out. */
	preset?: string | null,
	/**  Says what would come of it, and keeps nothing. */
	dry_run?: boolean,
};

/**  A row as it would come in. */
export type ImportRow = {
	/**  From 1. */
	number: number,
	/**  The item's. */
	id: string,
	/**  The beginning of its first text, or what is refused. */
	text: string,
	/**  Pictures it has. */
	pictures: number,
	/**  Cells that are left, and why. */
	left: string[],
	/**  Why it does not come in. */
	refused: string | null,
};

/**  A first impression. */
export type Impression = {
	/**  What the reviewer would do. */
	judgement: Judgement,
	/**  "Because", one line; may be empty. */
	note: string,
};

/**  What installing a model came to. */
export type InstallReport = {
	/**  Its files are there and their hashes agree. */
	model: string,
};

/**  A column of the list of items. */
export type ItemColumn = 
/**  What was done with it. */
"done" | "language" | "market" | "reports" | "reach" | "flagged";

/**  What the parts make together, as records call it: one kind, or several. */
export type ItemKind = "text" | "image" | "video" | "audio" | "bundle";

/**  An item in one line. */
export type ItemLine = {
	/**  Row id, for verbs. */
	row: number,
	/**  The sender's id. */
	id: string,
	/**  text, image or bundle. */
	kind: ItemKind,
	/**  The beginning of its first text. */
	excerpt: string,
	/**  Declared or detected. */
	language: string | null,
	/**  Where it was shown. */
	market: string | null,
	/**  How many reported it. */
	reports: number,
	/**  What most of them said. */
	reason: string | null,
	/**  Views per hour. */
	reach_per_hour: number | null,
	/**  When it was flagged, ms. */
	flagged_at_ms: number,
	/**  How many reviewers have recorded it. */
	reviews: number,
	/**  What the one who looks recorded. */
	mine: Choice | null,
	/**  How the one who looks set it aside. */
	aside: Aside | null,
	/**  Whom it is assigned to. */
	assigned: string | null,
	/**  Which queue it was moved to. */
	moved: string | null,
	/**  Why it stands where it stands in a list by risk. */
	risk: RiskTerms | null,
};

/**  An item as the page may see it at any time. */
export type ItemView = {
	/**  Row id, for verbs. */
	row: number,
	/**  The sender's id, for people. */
	id: string,
	/**  What the parts make together. */
	kind: ItemKind,
	/**  Parts in order. */
	parts: PartView[],
	/**  Declared or detected. */
	language: string | null,
	/**  0–1 where detected, `None` where declared. */
	language_confidence: number | null,
	/**  Where it was shown. */
	market: string | null,
	/**  The sender's reference. */
	author: string | null,
	/**  Why people reported it. */
	reports: Report[],
	/**  Views per hour. */
	reach_per_hour: number | null,
	/**  RFC 3339. */
	flagged_at: string | null,
};

/**  Work in the background. */
export type Job = {
	/**  A UUID, version 7. */
	id: string,
	/**  What it does. */
	kind: JobKind,
	/**  The file, folder or model it is about. */
	subject: string,
	/**  Where it stands. */
	state: JobState,
	/**  How far, in the unit of its kind. */
	done: number,
	/**  Of how many; `None` while unknown. */
	total: number | null,
	/**  What it came to; while it runs, what it came to so far. */
	report: JobReport | null,
	/**  Why it failed. */
	problem: Problem | null,
	/**  It runs in this window, where it can be paused and cancelled. */
	here: boolean,
	/**  `resume_job` takes it up where it stopped. */
	can_go_on: boolean,
	/**  When it was asked for. */
	started_at_ms: number,
};

/**  What a job does. */
export type JobKind = 
/**  Counts items. */
"import" | 
/**  Counts items. */
"score" | 
/**  Counts records. */
"export" | 
/**  Counts kilobytes. */
"install_model";

/**  What a job came to. */
export type JobReport = {
	kind: "import",
} & ImportReport | {
	kind: "score",
} & ScoreReport | {
	kind: "export",
} & ExportReport | {
	kind: "install_model",
} & InstallReport;

/**  Where a job stands. */
export type JobState = 
/**  Another one has its lane. */
"waiting" | 
/**  It is being done. */
"running" | 
/**  Held at a safe place. */
"paused" | 
/**  It reached its end. */
"done" | 
/**  Somebody stopped it; what was done stays done. */
"cancelled" | 
/**  It could not go on. */
"failed" | 
/**  The program that ran it died. */
"interrupted";

/**  What a reviewer picked, before or after the reveal: the part of a draft that both share. */
export type Judgement = {
	/**  The key pressed. */
	choice: Choice,
	/**  Clauses, the primary one first. */
	clauses: string[],
	/**  0–4; `None` takes the primary clause's default, or 0 where there is none. */
	severity: number | null,
	/**  How sure. */
	confidence: Confidence,
	/**  Only with [`Choice::CannotJudge`]. */
	cannot_judge_reason: CannotJudgeReason | null,
};

/**  One file of a model. */
export type KnownFile = {
	/**  `model.safetensors`. */
	name: string,
	/**  By its card, or taken when it was first installed; `None` where neither. */
	sha256: string | null,
	/**  Length; where there is no hash, the most that is taken. */
	bytes: number,
};

/**  Trained heads. */
export type KnownHeads = {
	id: string,
	sha256: string,
	policy: string,
	languages: string[],
	cover: LanguageCover,
	features: string,
	calibration: string,
	protocol: string,
	faults: string[],
	sets: RankedSet[],
	groups: NamedGroup[],
	data: HeadsData[],
};

/**  A model with a card. */
export type KnownModel = {
	/**  The card's. */
	id: string,
	/**  For people. */
	title: string,
	/**  What else a person should know. */
	note: string,
	/**  Of the weights, in words. */
	licence: string,
	/**  What it is asked for. */
	roles: Role[],
	/**  Languages it may be used on, ISO 639-1. */
	languages: string[],
	/**  Where its files come from, and which revision of them. */
	sources: string[],
	/**  The files it needs. */
	files: KnownFile[],
	/**  How it stands. */
	status: ModelStatus,
	/**  Scores are made with it. */
	chosen: boolean,
	/**  Heads trained on its vectors; `None` where there are none, and then nothing was measured. */
	heads: KnownHeads | null,
};

/**  What is known of heads by language, each a base language of ISO 639-1. A language in none of these is not read. */
export type LanguageCover = {
	/**  Judged on a set in that language. */
	measured: string[],
	/**  Taught by texts in that language, and judged on none. */
	taught: string[],
	/**  Neither: what was learnt in others is carried over by the encoder. */
	transfers: string[],
};

/**  Something that did not come in. */
export type Left = {
	/**  What it is. */
	kind: LeftKind,
	/**  The column or the file. */
	name: string,
	/**  Why. */
	rule: string,
	/**  How often. */
	n: number,
	/**  The number of the first, as refusals are counted. */
	number: number | null,
	/**  The first value, shortened. */
	value: string | null,
};

/**  What did not come in. */
export type LeftKind = "column" | "value" | "file" | "line";

/**  Why a record is not in a dataset. Counted in the manifest, never silent. */
export type LeftOut = 
/**  The filter did not ask for it. */
"filtered" | 
/**  The item is in the restricted lane. */
"restricted" | 
/**  It cites a precedent of the restricted lane. */
"cites_restricted" | 
/**  It was recorded under another policy version. */
"other_policy" | 
/**  It is not complete, and incomplete records were not asked for. */
"incomplete" | 
/**  The reviewer could not judge. */
"cannot_judge" | 
/**  Reviewers disagree and nothing is settled. */
"disagreement" | 
/**  The settled answer is another. */
"against_gold" | 
/**
 *  The reviewer ended the chain before its decision: at the first error, for a gap in the
 *  policy, for want of evidence, or gave up.
 */
"stopped" | 
/**  The reviewer says the item is broken. */
"bad_item" | 
/**  No step is left once wrong and deleted ones are out. */
"no_steps" | 
/**  The model's first step was not judged, or there is none. */
"no_judged_step" | 
/**  A value would have stayed after redaction, in a field that is not rewritten; `refused` in the manifest says in which. */
"not_redacted" | 
/**  The redacted record breaks a rule of records. */
"false";

/**  Records left out for one reason. */
export type LeftOutCount = {
	reason: LeftOut,
	records: number,
};

/**  Which items, from whose point of view. */
export type ListFilter = {
	/**  What a queue could filter by too, so that a list can be saved as one. */
	filter?: Filter,
	/**  How far the item is. */
	standing?: Standing,
};

/**  Which items come first. Ties go to the older row. */
export type ListOrder = 
/**  Imported last. */
"newest" | 
/**  Imported first. */
"oldest" | 
/**  Reports × reach. */
"urgency" | 
/**  Flagged longest ago. */
"age" | 
/**  Flagged last. */
"recent" | 
/**  Highest risk. Only where the model may be seen before a decision. */
"risk";

/**  Some lines of a list. */
export type ListPage = {
	/**  Of the first line. */
	offset: number,
	/**  Lines in the whole list. */
	total: number,
	/**  There are more with these words: the list is the newest of them, newest first. */
	capped: boolean,
	/**  When the list was taken, ms. */
	taken_at_ms: number,
	/**  In order; fewer than asked for at the end. */
	lines: ItemLine[],
};

/**  Which list, and which page of it. */
export type ListRequest = {
	/**  Which items. */
	filter: ListFilter,
	/**  Which first. */
	order: ListOrder,
	/**  The queue the reviewer works in; an order by risk needs an assisted one. */
	queue: string | null,
	/**  The first line wanted. */
	offset: number,
	/**  How many; 200 at most. */
	limit: number,
	/**  Takes the list anew; otherwise it stays as it was when this reviewer first asked for it. */
	fresh: boolean,
};

/**  One label, measured. */
export type MeasuredLabel = {
	/**  As scores name it: `openai-moderation/H`. */
	target: string,
	/**  For people. */
	title: string,
	/**  Clauses it stands for. */
	clauses: string[],
	/**  Rows whose label is known. */
	known: number,
	/**  Rows whose label is 1. */
	positive: number,
	/**  Where `precision` was reached; `None` where it never was. */
	threshold: number | null,
	/**  What the threshold was set for; 0 where it was set by false alarms. */
	precision: number,
	/**  Whether its figures are of sets left out of training, and not of rows like those trained on. */
	other_sets: boolean,
	/**  Average precision: the quality of the ranking, and its 95 % interval. */
	auprc: number | null,
	/**  Of the interval. */
	auprc_low: number | null,
	/**  Of the interval. */
	auprc_high: number | null,
	/**  The same figure of tf-idf and logistic regression on the same folds. */
	floor_auprc: number | null,
	/**  Best F1. */
	best_f1: number | null,
	/**  Expected calibration error. */
	ece: number | null,
	/**  Predicted beside observed, 20 bins from 0 to 1; `None` where the card tells nothing of it. */
	reliability: Bin[] | null,
	/**  What thresholds would mean; empty without bins. */
	steps: ThresholdStep[],
};

/**  How a score was made. */
export type Method = 
/**
 *  How near a clause is, by its words against neutral anchors and, where there are any, by texts written for it:
 *  uncalibrated.
 */
"zero_shot" | 
/**  A trained head: calibrated. */
"head" | 
/**
 *  A language model's answer about one clause: log-odds, uncalibrated. It counts from [`weighing::MET`] on.
 * 
 *  [`weighing::MET`]: crate::weighing::MET
 */
"check";

/**
 *  What the protocol asks for and a record lacks. A record carries it as a sentence, which is its `Display`: a released
 *  word, as the names of a format are.
 */
export type Missing = 
/**  The clause that is violated. */
{ kind: "clause" } | 
/**  Evidence in the item, pointed at by a step. */
{ kind: "evidence" } | 
/**  A step that argues the other side. */
{ kind: "counterargument" } | 
/**  A word on an exception of a cited clause. */
{ kind: "exception"; 
/**  `HH-1/x1`. */
id: string } | 
/**  The clause that comes nearest, where none is violated. */
{ kind: "nearest_clause" } | 
/**  Why it could not be judged. */
{ kind: "cannot_judge_reason" } | 
/**  Steps. */
{ kind: "steps" } | 
/**  The wrong step at which the chain was stopped. */
{ kind: "wrong_step" };

/**  Whether the model is shown before or after the first impression. */
export type Mode = "blind" | "assisted";

/**  Whether scores can be made. */
export type ModelState = {
	/**  `minilm-l6-v2+starter-heads@2`. */
	id: string,
	/**  Weights are there and their hashes agree. */
	installed: boolean,
	/**  Languages it was evaluated on. */
	languages: string[],
	/**  Why it cannot be used, for people. */
	problem: string | null,
};

/**  Whether a model is on this machine. */
export type ModelStatus = 
/**  Nothing is there. */
{ is: "absent" } | 
/**  Every file is there with its length; hashes are checked on loading, and when asked. */
{ is: "installed" } | 
/**  A file is missing or is not what the card names. */
{ is: "damaged"; 
/**  Which, and how. */
problem: string };

/**  Something this reviewer decided. */
export type MyDecision = {
	/**  The item, with the decision in `mine`. */
	line: ItemLine,
	/**  Where it was met. */
	queue: string,
	/**  When it was recorded, ms. */
	at_ms: number,
};

/**  Harmless texts that name a group, and how many of them are flagged: naming it is no reason to. */
export type NamedGroup = {
	/**  For people; the first is all texts, whatever they name. */
	name: string,
	/**  Harmless English texts that were never trained on. */
	rows: number,
	/**  Of how many some head asserts something. */
	flagged: number,
};

/**  A note to write. */
export type NewNote = {
	/**  To whom; `None` to everybody. */
	to: string | null,
	/**  What it says. */
	text: string,
};

/**  Why there is no score. An outcome, never 0 and never "safe". */
export type NotScored = 
/**  Nothing to read. */
"no_text" | 
/**  The model was not evaluated on this language. */
"language" | 
/**  No model is installed. */
"no_model" | 
/**  The reasons were written by people, to practise on: no model is asked. */
"practice";

/**  What a language model wrote of one clause. */
export type Notes = {
	/**  `HH-1`. */
	clause: string,
	/**  Id of the model. */
	model: string,
	/**  What its check had come to, on which the notes go on: whether the clause is broken. */
	found: boolean,
	/**  How the writing ended. */
	outcome: Outcome,
	/**  What was written, to the letter; where the model failed, what it failed with. */
	text: string,
	/**  What speaks for it, as far as it could be read. */
	speaks_for: Reason[],
	/**  What speaks against it. */
	against: Reason[],
	/**  What the model would have it weigh. */
	severity: Proposed | null,
	/**  Exceptions of the clause that nothing was written about, `HH-1/x1`. */
	unaddressed: string[],
	/**  Tokens of the text. */
	n_tokens: number,
	/**  Natural logarithm of how likely the text was among all that its schema allowed. */
	log_likelihood: number,
};

/**  A value that occurs. */
export type Occurrence = {
	/**  As a filter takes it. */
	value: string,
	/**  Items that have it. */
	items: number,
};

/**
 *  What items can be chosen by: what occurs in the file, each with the items that have it, most first. At most 1,000
 *  of a kind. Of the restricted lane nothing is counted.
 */
export type Occurring = {
	/**  Base codes of languages, `und` where it is unknown. */
	languages: Occurrence[],
	/**  Markets. */
	markets: Occurrence[],
	/**  Reasons of reports. */
	reasons: Occurrence[],
};

/**  Which items come first. Ties go to the older row. */
export type Order = 
/**  Reports × reach. */
"urgency" | 
/**  Flagged longest ago. */
"age" | 
/**  Drawn by hash of the item's id: the same for everyone. */
"chance" | 
/**  Highest risk above threshold; unscored items by urgency after them. Not in a blind queue. */
"risk";

/**  Another text for a step: an [`Alternative`] whose rating is spelt as the keys spell it. */
export type OtherText = {
	/**  1–2000 characters. */
	text: string,
	/**  Whose words these are. */
	author: Author,
	/**  The reviewer's rating of these words. */
	rating: Rating | null,
};

/**  How writing ended. */
export type Outcome = 
/**  By itself. */
"whole" | 
/**  It ran past what notes may be long: read is what stands there. */
"cut_off" | 
/**  With something that is no notes. */
"unparsable" | 
/**  The model broke off. */
"failed";

/**  From where on a label counts in this file, because somebody said so. */
export type OwnThreshold = {
	/**  The label, as scores name it. */
	target: string,
	/**  Per cent. */
	percent: number,
	/**  Who set it. */
	reviewer: string,
	/**  When, ms. */
	set_at_ms: number,
};

/**  The language of the page. */
export type PageLanguage = "system" | "en" | "de";

/**  The schema's kinds of part. */
export type PartKind = "text" | "image" | "video" | "audio";

/**  A part as the page may see it. */
export type PartView = {
	/**  `p1`. */
	id: string,
	/**  text or image. */
	kind: PartKind,
	/**  caption, comment, image… */
	role: string,
	/**  The text as written. */
	text: string | null,
	/**  The text once look-alike letters are undone, where that differs. */
	read_as: string | null,
	/**  Pixels. */
	width: number | null,
	/**  Pixels. */
	height: number | null,
	/**  What a picture's file holds beyond what is shown, and how it was made fit to show. */
	remarks: Remark[],
	/**  Path under `media_base` of the covered rendition. */
	covered: string | null,
	/**  Path of the whole rendition, once uncovering is stored. */
	uncovered: string | null,
};

/**  A part of a text. */
export type Passage = {
	/**  Index of the item's part. */
	part: number,
	/**  Scalar offsets into that part's text, half-open. */
	start: number,
	/**  End. */
	end: number,
	/**  The very words. */
	quote: string,
};

/**  One dataset of a past export. */
export type PastDataset = {
	/**  raw, sft, prm, label-studio or parquet. */
	name: string,
	/**  `casebook/raw/1`. */
	format: string,
	/**  In all splits. */
	rows: number,
	/**  Those that have rows. */
	splits: SplitCount[],
	/**  Records that stayed out, by reason. */
	left_out: LeftOutCount[],
};

/**  An export that was made from this file. */
export type PastExport = {
	/**  Counts up. */
	id: number,
	/**  Where it was written to. */
	folder: string,
	/**  False where nothing is there any more. */
	exists: boolean,
	/**  When, ms. */
	created_at_ms: number,
	/**  `short-video@2026.11`. */
	policy: string,
	/**  Which records were asked for, reviewers by pseudonym. */
	filter: RecordFilter,
	/**  Personal data was replaced. */
	redacted: boolean,
	/**  Incomplete records went into `sft` and `prm`. */
	include_incomplete: boolean,
	/**  Of the splits. */
	seed: number,
	/**  raw, sft, prm, label-studio, parquet. */
	names: string[],
	/**  Its counts and files; `None` until this reviewer has recorded every item that was reviewed. */
	contents: ExportContents | null,
};

/**  Something that was imported from. */
export type PastImport = {
	/**  Where it is. */
	path: string,
	/**  jsonl, csv, folder, label-studio, parquet. */
	kind: string,
	/**  Items it brought. */
	items: number,
	/**  What was refused of it. */
	refused: number,
	/**  Its end was reached. */
	finished: boolean,
	/**  When it was first imported. */
	at_ms: number,
};

/**  A [`Judgement`] in the making: what is picked so far, and the line that says why. */
export type Picks = {
	/**  The key pressed. */
	choice: Choice | null,
	/**  Clauses, the primary one first. */
	clauses: string[],
	/**  0–4, where it was changed. */
	severity: number | null,
	/**  How sure. */
	confidence: Confidence | null,
	/**  Only with [`Choice::CannotJudge`]. */
	cannot_judge_reason: CannotJudgeReason | null,
	/**  "Because", one line; may be empty. */
	note: string,
};

/**  Where in a record something is false. */
export type Place = 
/**  One piece of evidence. */
{ kind: "evidence"; 
/**  Its id. */
id: string } | 
/**  One step. */
{ kind: "step"; 
/**  Its number, from 1. */
n: number } | 
/**  The decision. */
{ kind: "decision" };

/**  A lettered point. */
export type PointView = {
	id: string,
	text: string,
};

/**  A policy that the case file holds. */
export type PolicyLine = {
	/**  `short-video@2026.11`. */
	name: string,
	/**  For people; empty where this program cannot read the policy. */
	title: string,
	/**  Of its text. */
	sha256: string,
	/**  How many. */
	clauses: number,
	/**  Reviews are made under it. */
	in_force: boolean,
	/**  When it was put in force last, ms; `None` where it never was. */
	since_ms: number | null,
	/**  Who did that; `None` where the file was made with it. */
	by: string | null,
};

/**  The policy as the page shows it. */
export type PolicyView = {
	/**  `short-video@2026.11`. */
	name: string,
	/**  Title for people. */
	title: string,
	/**  In policy order. */
	families: FamilyView[],
	/**  In policy order. */
	clauses: ClauseView[],
	/**  In key order: what each key means while no clause is named. */
	choices: ChoiceView[],
};

/**  A decided item like this one. */
export type Precedent = {
	/**  The sender's id. */
	item: string,
	/**  Cosine of the two items' embeddings. */
	similarity: number,
	/**  What was decided. */
	verdict: Verdict,
	/**  Under which clauses. */
	clauses: string[],
	/**  Settled by policy staff, rather than one reviewer's decision. */
	gold: boolean,
	/**
	 *  How often nearness told this outcome in the file. Where it was not seen to, the item is shown as similar, without
	 *  a word on what was decided.
	 */
	told?: Told | null,
	/**  The first words of its text. */
	excerpt: string,
};

/**  What a person chose. */
export type Preferences = {
	/**  Light, dark, or as the system is. */
	theme: Theme,
	/**  Size of the text, 80–200 % of the usual. */
	text_percent: number,
	/**  The language of the page. */
	language: PageLanguage,
	/**  An uncovered image starts blurred. */
	blur: boolean,
	/**  An uncovered image starts without colour. */
	grey: boolean,
	/**  Invisible characters are named in the text. */
	marks: boolean,
	/**  Items that are meant to be decided in a day; 0 where none is meant. */
	day_goal: number,
	/**  Minutes of work after which a break is offered; 0 where none is. */
	break_minutes: number,
	/**  Columns of the list of items, each once. */
	item_columns: ItemColumn[],
	/**  The item in hand is shown beside the list. */
	item_preview: boolean,
	/**  Keys by action, only where they differ from the usual ones; an empty list takes the keys away. */
	keys: { [key in string]: string[] },
};

/**  What one dataset of a preview would hold. */
export type PreviewCounts = {
	/**  Which. */
	format: ExportFormat,
	/**  In all splits, as a manifest counts them. */
	rows: number,
	/**  Lines, or tasks, that they stand in: what an offset counts. */
	lines: number,
	/**  train, validation, test: those that have rows. */
	splits: SplitCount[],
	/**  Records that stay out, by reason. */
	left_out: LeftOutCount[],
};

/**  One row of a preview. */
export type PreviewRow = {
	/**  The sender's id. */
	item: string,
	/**  train, validation or test. */
	split: string,
	/**  Declared or detected. */
	language: string | null,
	/**  What it was made from: one record, or all that a task for Label Studio holds. */
	records: PreviewedRecord[],
	/**  The line as it would stand in the file. */
	line: string,
};

/**  A record of a preview. */
export type PreviewedRecord = {
	/**  The record's id. */
	id: string,
	/**  Of the decision. */
	verdict: Verdict,
	/**  Of the decision. */
	clauses: string[],
	/**  This reviewer made it. */
	own: boolean,
};

/**  An error as the page gets it; it chooses its words by `code`. */
export type Problem = {
	/**  `case_newer`, `false_record`…: [`crate::error::Code`]. */
	code: Code,
	/**  What was attempted, the value, and the rule. */
	message: string,
	/**  With `false_record`. */
	falsehoods: Falsehood[],
};

/**  A severity that a model proposes. */
export type Proposed = {
	/**  As it was written. */
	value: number,
	/**  False where the clause spans others. */
	in_range: boolean,
};

/**  A saved queue. */
export type Queue = {
	/**  Unique in a case file. */
	name: string,
	/**  Which items. */
	filter?: Filter,
	/**  Which first. */
	order: Order,
	/**  Whether the model is shown first. */
	mode: QueueMode,
	/**  How many different reviewers an item needs. From 1. */
	reviews_wanted?: number,
	/**  It holds the restricted lane, and nothing else. Every other queue holds none of it. */
	restricted?: boolean,
};

/**  Whether the model is shown before the first impression. */
export type QueueMode = 
/**  After it. */
{ kind: "blind" } | 
/**  Before it. */
{ kind: "assisted" } | 
/**  Drawn per item: blind with this probability, else assisted. */
{ kind: "drawn"; 
/**  0–1. */
blind_probability: number };

/**  A queue and how far it is. */
export type QueueSummary = {
	/**  The queue. */
	queue: Queue,
	/**  Items still wanted from this reviewer; `None` of the restricted lane, which is told in it alone. */
	open: number | null,
	/**  Items this reviewer has recorded. */
	done: number,
};

/**  Words that are said to stand in the item. */
export type Quote = 
/**  None were named. */
({ kind: "absent" }) & { near?: never; written?: never } | 
/**  They stand there. */
{
	kind: "verified",
} & Passage | 
/**  They do not, and one place alone is near to them. */
{
	kind: "repaired",
} & {
	/**  The model's own words. */
	written: string,
} & Passage | 
/**  They do not, and no place is near, or several are. */
{ kind: "unverified"; 
/**  The model's own words. */
written: string; 
/**  Places that they could mean. */
near: number };

/**  What a quotation mark means. */
export type Quoting = 
/**  It holds a cell together, and two of them are one (RFC 4180). */
"double" | 
/**  It holds a cell together, and a stroke before it makes it part of the text. */
"backslash" | 
/**  Nothing: it is a letter like others. */
"none";

/**  How well one published set is ranked by what never saw it. */
export type RankedSet = {
	/**  The set: `gahd`. */
	name: string,
	/**  Of its rows. */
	languages: string[],
	/**  The label it is judged by, for people. */
	label: string,
	/**  Whether what ships was trained on it; the figure is of training without it. */
	trained_on: boolean,
	/**  Rows whose label is known. */
	rows: number,
	/**  Rows whose label is 1. */
	positive: number,
	/**  Area under the ROC curve, and its 95 % interval. */
	auroc: number,
	/**  Of the interval. */
	auroc_low: number | null,
	/**  Of the interval. */
	auroc_high: number | null,
};

/**  A rating of a step. Records spell it −1, 0, 1 or `"unsure"`, null where not judged. */
export type Rating = "wrong" | "neutral" | "right" | "unsure";

/**
 *  What is wrong with a step that is rated wrong. The schema's `ok` says that nothing is, and is
 *  never given here: a rating says it.
 */
export type RatingReason = "wrong_fact" | "wrong_clause" | "missed_exception" | "unsupported" | "irrelevant" | "unsafe_detail";

/**  A text part that reads differently once look-alike letters and tricks are undone. */
export type ReadAs = {
	/**  Index of the item's part. */
	part: number,
	/**  As normalised. */
	text: string,
};

/**  One thing that speaks for or against. */
export type Reason = {
	/**
	 *  `HH-1/a`, `HH-1/ok-a` or `HH-1/x1`; as it was written where the clause has no such part, and `None` where it
	 *  was said that nothing of the clause fits.
	 */
	rule: string | null,
	/**  False where the clause has no such part. */
	is_known: boolean,
	/**  The words it rests on. */
	quote: Quote,
	/**  The model's sentence. */
	because: string,
};

/**  A case file opened before. */
export type Recent = {
	/**  File name without folder. */
	name: string,
	/**  Whole path. */
	path: string,
	/**  False where it is gone. */
	exists: boolean,
};

/**  What a model would do. */
export type Recommendation = {
	/**  The key it would press. */
	choice: Choice,
	/**  Clauses, the primary one first. */
	clauses: string[],
	/**  0–4. */
	severity: number,
	/**  What would make the item allowed. */
	remediation: string,
};

/**  What is asked for; empty fields ask for all. */
export type RecordFilter = {
	/**  First day, UTC: `2026-11-01`. */
	since?: string | null,
	/**  Last day, UTC. */
	until?: string | null,
	/**  Names as in the case file; a manifest holds pseudonyms. */
	reviewers?: string[],
	/**  Queues they were recorded in. */
	queues?: string[],
	/**  Base language codes. */
	languages?: string[],
	/**  Clauses of the decision, main or not; any of them. */
	clauses?: string[],
	/**  Leave incomplete records out of every dataset, `raw` among them. */
	complete_only?: boolean,
};

/**  Something that was not imported. */
export type RefusedUnit = {
	/**  From 1. */
	number: number,
	/**  The offending value, shortened. */
	value: string,
	/**  What would be accepted. */
	rule: string,
};

/**  Why a second person takes an item out of the restricted lane. */
export type ReleaseReason = 
/**  A slip of the key put it there. */
"slip" | 
/**  It was meant, and another clause or none fits. */
"other_clause";

/**  One thing to know about the file a picture came from. */
export type Remark = 
/**  It moves: these frames are shown, side by side and row by row where they are several. */
{ kind: "frames"; 
/**  In the file. */
n: number; 
/**  How many of them were looked at to choose from, from the first on. */
read: number; 
/**  Their numbers, from 1, in the order of the sheet. */
shown: number[]; 
/**  Frames in a row of the sheet. */
columns: number } | 
/**  Pages or pictures follow that are not shown. */
{ kind: "pages"; 
/**  In the file. */
n: number } | 
/**  Something stands behind the picture, and is not shown. */
{ kind: "behind"; 
/**  Its length. */
bytes: number; 
/**  What it is: `MP4 film`. */
what: string } | 
/**  The file ends before the picture does, or is broken at some place. */
{ kind: "incomplete"; 
/**  Thousandths of the picture that are missing and grey. Absent where what is missing is sharpness. */
missing_permille?: number | null } | 
/**  It is shown smaller than it is. */
{ kind: "smaller"; 
/**  Pixels, upright. */
width: number; 
/**  Pixels, upright. */
height: number } | 
/**  Some of it is clear, and lies on squares of two greys. */
{ kind: "clear" } | 
/**  Its colour profile could not be followed. */
{ kind: "colours" };

/**  Reports with one reason. */
export type Report = {
	/**  As the sender words it. */
	reason: string,
	/**  How many people. */
	n: number,
};

/**  What the model said: only ever sent once the reviewer may see it. */
export type Revealed = {
	/**  The assessment; `None` where the reviewer went on without it. */
	assessment: Assessment | null,
	/**  Why the model is not in it, for people. */
	problem: string | null,
	/**  When it was revealed, ms. */
	revealed_at_ms: number,
	/**  What the reviewer starts from: the model's steps, the reviewer's own judgement. */
	start: Draft,
};

/**  One item under review, at whatever stage it is. */
export type Review = {
	/**  The queue it came from. */
	queue: string,
	/**  What is reviewed. */
	item: ItemView,
	/**  Drawn for this item. */
	mode: Mode,
	/**  When it was first shown to this reviewer, ms. */
	started_at_ms: number,
	/**  Until when it is leased, ms. */
	leased_until_ms: number,
	/**  What this reviewer decided before the reveal; `None` before that and in assisted mode. */
	impression: Impression | null,
	/**  What was picked before the window was left; `None` once the impression is stored. */
	picks: Picks | null,
	/**
	 *  What the model said, where it was shown before or is ready; to be asked for with `reveal` otherwise, once a
	 *  blind impression is stored.
	 */
	revealed: Revealed | null,
	/**  Saved work; `None` where nothing is. */
	draft: Draft | null,
	/**  Saved work that this program cannot read; it is kept in the case file. */
	unread: Unread | null,
	/**  Items recorded by this reviewer in this queue. */
	done: number,
	/**  Items still open in it, this one included; `None` until a filtered queue was counted. */
	open: number | null,
	/**  That it was handed on, by whom, to whom and why, where it waits; never what was said along with it. */
	waits: Waits | null,
	/**  What undo took back to open it again; `None` where it was not undo that did. */
	taken_back: TakenBack | null,
};

/**  What an item is ordered by, term by term: "severity 3 × reach 18k/h, p 0.91, 4 h". */
export type RiskTerms = {
	/**  Of the clause that the score speaks of, 1–4. */
	severity: number,
	/**  Calibrated probability that it applies. */
	p: number,
	/**  Views per hour; 1 where nobody said. */
	reach_per_hour: number,
	/**  Since it was flagged. */
	waited_hours: number,
};

/**  What a model is asked for. */
export type Role = 
/**  How likely an item violates each clause. */
"scorer" | 
/**  Which items are like it. */
"embedder" | 
/**  Whether it breaks a clause, asked in words: a language model. */
"reasoner";

/**  A reason of which as much is known as was written yet, and nothing is checked. */
export type Said = {
	/**  Whether it speaks for the clause. */
	speaks_for: boolean,
	/**  `a`, `ok-a`, `x1`, `none`. */
	rule: string,
	/**  Said to be of the item. */
	quote: string,
	/**  The model's sentence. */
	because: string,
};

/**  How words are drawn from what a model finds likely. */
export type Sampling = {
	/**  0 takes the likeliest word each time. */
	temperature: number,
	/**  Words that hold this share of the likelihood are drawn from. */
	top_p: number,
	/**  Of chance. */
	seed: number,
};

/**  One number about one item. */
export type Score = {
	/**  A clause id (`HH-1`) or, for a group, the source label's id (`openai-moderation/H`). */
	target: string,
	/**  Title for people. */
	title: string,
	/**  Clauses it speaks of; more than one for a group, which is never split. */
	clauses: string[],
	/**  How it was made. */
	method: Method,
	/**  Zero-shot: nearness, about −1 to 1. Heads: probability. Checks: log-odds. */
	value: number,
	/**
	 *  From here on it counts: where a stated precision was reached on the calibration set, or where the team
	 *  set it in this case file; `None` where uncalibrated.
	 */
	threshold: number | null,
};

/**  What scoring came to. */
export type ScoreReport = {
	/**  Got scores. */
	scored: number,
	/**  Got an outcome that says why not. */
	not_scored: number,
	/**  The model failed on them. */
	failed: number,
};

/**  What scoring one item came to. */
export type Scoring = 
/**  Scores, highest risk first. */
{ outcome: "scored"; 
/**  One per target. */
scores: Score[]; 
/**  Which passages drove the highest score. */
drivers: Driver[]; 
/**  Set where a text reads differently once normalised. Both readings are scored; the higher counts. */
read_as: ReadAs | null } | 
/**  No score, and why. */
{ outcome: "not_scored"; 
/**  Why. */
reason: NotScored } | 
/**  The model failed; the message names what it tried. */
{ outcome: "failed"; 
/**  For people. */
message: string };

/**  Items whose text is like another's. */
export type Similar = {
	/**  The item they are like. */
	row: number,
	/**  Whose vectors were compared; `None` where the item has none. */
	model: string | null,
	/**  Items compared with. */
	searched: number,
	/**  The most similar first. */
	lines: SimilarLine[],
};

/**  One of them. */
export type SimilarLine = {
	/**  The item. */
	line: ItemLine,
	/**  Cosine of the two vectors, −1 to 1: no probability. */
	similarity: number,
};

/**  How a source was read, where it could have been read otherwise. */
export type SourceReading = {
	/**  Where it is not UTF-8. */
	encoding: string | null,
	/**  Of a CSV file: comma, semicolon, tab, bar. */
	delimiter: string | null,
	/**  Of a CSV file. */
	quoting: Quoting | null,
	/**  The program whose file it is, where one is known. */
	preset: string | null,
};

/**  Who speaks, exactly: in assessments, and in records of them. */
export type Speaker = {
	/**  `minilm-l6-v2+starter-heads@3`. */
	id: string,
	/**  sha256 over the weights of encoder and heads, in that order. */
	weights_sha256: string,
	/**  Of the prompt it was asked with; absent where there is none, as for heads. */
	prompt_sha256?: string | null,
	/**  How its words were drawn; absent where none were, as for heads. */
	sampling?: Sampling | null,
	/**  `cpu`. */
	device: string,
	/**  Method and set of the calibration; `None` where nothing is calibrated. */
	calibration: string | null,
	/**  Languages it was evaluated on, ISO 639-1. */
	languages: string[],
};

/**  Rows of one split. */
export type SplitCount = {
	split: string,
	rows: number,
};

/**  What kind of link a step is. */
export type Stage = "observe" | "context" | "clause_match" | "exception_check" | "counterargument" | "severity" | "decision" | "remediation";

/**  How far an item is, for the one who looks. */
export type Standing = 
/**  However far. */
"all" | 
/**  Nobody has recorded anything. */
"unreviewed" | 
/**  Somebody has. */
"reviewed" | 
/**  The one who looks has. */
"mine" | 
/**  The one who looks skipped it. */
"skipped" | 
/**  The one who looks deferred it. */
"deferred" | 
/**  Assigned to the one who looks. */
"assigned" | 
/**  Somebody handed it to the one who looks, for whom it waits. */
"waiting" | 
/**  The one who looks handed it on, and it waits. */
"handed_on";

/**  Who drafted a step. */
export type StepSource = 
/**  A person. */
"human" | 
/**  The chain without a language model: [`crate::reasoning`]. */
"pipeline" | 
/**  A language model. */
"language_model";

/**  When a first impression was on disk. */
export type Stored = {
	stored_at_ms: number,
};

/**  What a submission came to. */
export type Submitted = {
	/**  The record's id. */
	record: string,
	/**  What it lacks; with nothing, it is complete. */
	missing: Missing[],
};

/**  An item to take out of the restricted lane. */
export type TakeOut = {
	/**  Why. */
	reason: ReleaseReason,
	/**  What is said along with it; empty says nothing. */
	note: string | null,
};

/**  A column that became a field. */
export type Taken = {
	column: string,
	field: string,
	/**  Cells with something in them. */
	n: number,
};

/**  Something of this reviewer's that undo took back. */
export type TakenBack = 
/**  A record; it stays in the file, withdrawn. */
"submission" | 
/**  They do not meet the item again, and now they do. */
"skip" | 
/**  The item comes back after the others. */
"deferral" | 
/**  It waited for somebody else, and is this reviewer's again. */
"handover";

/**  Light, dark, or as the system is. */
export type Theme = "system" | "light" | "dark";

/**  What a threshold means on the rows it was measured on. */
export type ThresholdStep = {
	/**  The threshold, per cent. */
	percent: number,
	/**  Rows from there on. */
	above: number,
	/**  How many of them are positive: with `above`, the precision. */
	right: number,
	/**  Positive rows in all: with `right`, the recall. */
	positive: number,
};

/**  Whom an item is handed to: exactly one. */
export type To = 
/**  It waits for one reviewer. */
{ kind: "person"; 
/**  Whom. */
name: string } | 
/**  It waits in a queue, whatever its filter says, for whoever opens it. */
{ kind: "queue"; 
/**  Which. */
name: string };

/**  How often the nearest decided item told what was decided. */
export type Told = {
	/**  Items that were decided as their nearest. */
	agreed: number,
	/**  Items whose nearest was decided so. */
	of: number,
};

/**  Something said or done about whose turn an item is. */
export type TurnEntry = {
	/**  By whom. */
	by: string,
	/**  When, ms. */
	at_ms: number,
	/**  What. */
	what: Happened,
	/**  In words; `None` where nothing was said, or where it is held back. */
	text: string | null,
	/**  There are words, and they are told once the one who looks has decided the item. */
	held: boolean,
};

/**  Why an item is handed on. None says what is wrong with the item, or that anything is. */
export type TurnReason = 
/**  It is in a language that somebody else reads. */
"language" | 
/**  It takes somebody who knows where it was shown. */
"market" | 
/**  Another look is wanted. */
"second_opinion" | 
/**  What the policy means is to be asked. */
"policy_question" | 
/**  Not for who hands it on: too hard to look at, too close, or simply too hard. */
"not_for_me" | 
/**  It is not shown as it should be. */
"technical";

/**  Saved work that could not be read. */
export type Unread = {
	/**  Which. */
	what: UnreadKind,
	/**  Why, for people. */
	problem: string,
};

/**  What was saved. */
export type UnreadKind = 
/**  After the reveal. */
"draft" | 
/**  Before the first impression was stored. */
"picks";

/**  The verdict of a record. */
export type Verdict = 
/**  Some clause is violated. */
"violating" | 
/**  None is. */
"not_violating" | 
/**  Policy staff settled that it lies on the line. */
"borderline" | 
/**  Somebody else must look. */
"escalate" | 
/**  The reviewer could not judge it and said why. */
"cannot_judge";

/**  What waits for one reviewer, and what they handed on; the oldest of each. */
export type Waiting = {
	/**  How many wait for them. */
	n_for_me: number,
	/**  The oldest first. */
	for_me: WaitingLine[],
	/**  How many they handed on that wait. */
	n_by_me: number,
	/**  The oldest first. */
	by_me: WaitingLine[],
};

/**  An item that waits. */
export type WaitingLine = {
	/**  Row id, for verbs. */
	row: number,
	/**  The sender's id. */
	id: string,
	/**  The beginning of its first text. */
	excerpt: string,
	/**  How it waits. */
	waits: Waits,
};

/**  That an item waits, and for whom. */
export type Waits = {
	/**  Who handed it on. */
	by: string,
	/**  For whom. */
	to: To,
	/**  It waits for the one who looks. */
	for_me: boolean,
	/**  The one who looks handed it on, so it is theirs to take back. */
	by_me: boolean,
	/**  Why. */
	reason: TurnReason,
	/**  Something was said along with it. */
	has_note: boolean,
	/**  Since when, ms. */
	at_ms: number,
};
