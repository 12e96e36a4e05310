// Every verb, by area: AREA.VERB is the method VERB of `Session`. This is the only list; it is no module but a
// piece of text that `verbs.rs` and the window's `build.rs` include, each with a `verbs!` of its own.
//
// A line is VERB(NAME: TYPE = HOW IT IS PASSED, …): EFFECT, ANSWER.
// EFFECT is `reads` where the case file and what is kept beside it stay as they are, else `writes`.
// ANSWER is `may_judge` where it can carry, in words or in counts, what a model, a bank match, a settled answer or
// another reviewer judged of an item: it then has to go through the door in `review.rs`. Else it is `never_judges`.
// `tests/tests/blind.rs` holds every line to both.

verbs! {
    file {
        desktop(): reads, never_judges;
        set_reviewer(name: String = &name): writes, never_judges;
        preferences(): reads, never_judges;
        save_preferences(preferences: crate::preferences::Preferences = &preferences): writes, never_judges;
        new_case(path: String = &path): writes, never_judges;
        open_case(path: String = &path): writes, never_judges;
        close_case(): writes, never_judges;
        practise(): writes, never_judges;
        save_copy(path: String = &path): writes, never_judges;
    }
    review {
        queues(): reads, never_judges;
        save_queue(queue: casebook_core::queue::Queue = &queue): writes, never_judges;
        remove_queue(name: String = &name): writes, never_judges;
        next(queue: String = &queue): writes, may_judge;
        open_item(queue: String = &queue, row: u32 = row): writes, may_judge;
        heartbeat(row: u32 = row): writes, never_judges;
        uncover(row: u32 = row, part: String = &part): writes, never_judges;
        save_picks(row: u32 = row, picks: casebook_core::decision::Picks = &picks): writes, never_judges;
        store_impression(queue: String = &queue, row: u32 = row, impression: crate::wire::Impression = &impression): writes, never_judges;
        reveal(queue: String = &queue, row: u32 = row): writes, may_judge;
        decline(queue: String = &queue, row: u32 = row): writes, may_judge;
        save_draft(row: u32 = row, draft: casebook_core::draft::Draft = &draft): writes, never_judges;
        check_anchor(row: u32 = row, evidence: casebook_core::evidence::Evidence = evidence): reads, never_judges;
        missing(draft: casebook_core::draft::Draft = &draft): reads, never_judges;
        submit(queue: String = &queue, row: u32 = row, draft: casebook_core::draft::Draft = &draft, active: f64 = active): writes, never_judges;
        set_aside(queue: String = &queue, row: u32 = row, how: crate::wire::Aside = how): writes, never_judges;
        undo(queue: String = &queue): writes, may_judge;
        day(since: f64 = since): reads, never_judges;
        looked(row: u32 = row, ms: f64 = ms): writes, never_judges;
    }
    turn {
        hand_on(row: u32 = row, handover: crate::turn::wire::HandOn = &handover): writes, never_judges;
        call_back(row: u32 = row): writes, never_judges;
        add_note(row: u32 = row, note: crate::turn::wire::NewNote = &note): writes, may_judge;
        history(row: u32 = row): reads, may_judge;
        waiting(): reads, never_judges;
        people(): reads, never_judges;
        take_out(queue: String = &queue, row: u32 = row, release: crate::turn::wire::TakeOut = &release): writes, never_judges;
    }
    items {
        search(words: String = &words): reads, never_judges;
        list(request: crate::lists::wire::ListRequest = &request): writes, may_judge;
        look(row: u32 = row): reads, never_judges;
        occurring(): reads, never_judges;
        similar(row: u32 = row, limit: u32 = limit): reads, never_judges;
        decisions(limit: u32 = limit): reads, never_judges;
        act_on(rows: Vec<u32> = &rows, act: crate::lists::wire::BulkAct = &act): writes, never_judges;
        take_back(act: u32 = act): writes, never_judges;
    }
    policy {
        policy(): reads, never_judges;
        policies(): reads, never_judges;
        add_policy(path: String = &path): writes, never_judges;
        put_in_force(name: String = &name): writes, never_judges;
    }
    data {
        preview_import(request: crate::wire::ImportRequest = &request): reads, never_judges;
        start_import(request: crate::wire::ImportRequest = request): writes, never_judges;
        past_imports(): reads, never_judges;
        take_back_import(path: String = &path): writes, never_judges;
        start_export(request: crate::wire::ExportRequest = request): writes, never_judges;
        preview_export(request: crate::wire::ExportRequest = &request, format: crate::wire::ExportFormat = format, offset: u32 = offset, limit: u32 = limit): reads, may_judge;
        exports(): reads, may_judge;
        open_export(id: u32 = id): reads, never_judges;
    }
    models {
        models(): reads, never_judges;
        verify_model(id: String = &id): reads, never_judges;
        thresholds(): reads, never_judges;
        set_threshold(target: String = &target, percent: Option<u32> = percent): writes, never_judges;
        start_scoring(): writes, never_judges;
        start_install(model: String = &model): writes, never_judges;
    }
    jobs {
        jobs(): reads, may_judge;
        pause_job(id: String = &id): writes, never_judges;
        resume_job(id: String = &id): writes, never_judges;
        cancel_job(id: String = &id): writes, never_judges;
    }
}
