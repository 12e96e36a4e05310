//! Training on many sets together, and judging each by leaving it out.

use std::{io::IsTerminal, path::Path};

use casebook_core::{policy::Policy, ports::Flow};
use casebook_desk::error::{Code, Error, Result};
use casebook_fetch::install;
use casebook_learn::{
    held_out::Amount,
    joint::{Joint, JointOptions, Progress, train_joint},
    recipe,
};
use casebook_models::{encoder::TextEncoder, heads_card::CardSet};

use crate::{
    args::{Folders, Train},
    out::{self, say, tell},
};

pub fn train(asked: &Train) -> Result<()> {
    let joint = trained(&asked.id, &asked.folders)?;
    std::fs::create_dir_all(&asked.to).map_err(|it| Error::file("make the folder", &asked.to, it))?;
    let card = toml::to_string(&joint.card).expect("a card is plain data");
    for (name, bytes) in [("heads.bin", joint.bytes.as_slice()), ("card.toml", card.as_bytes())] {
        let path = asked.to.join(name);
        std::fs::write(&path, bytes).map_err(|it| Error::file("write the heads to", &path, it))?;
    }
    let layers = asked.to.join("layers.safetensors");
    joint
        .layers
        .save(&layers)
        .map_err(|it| failure(format!("could not write {}: {it}", layers.display())))?;
    print(&joint.card.sets);
    say!(
        "{} heads and {} layers in {}",
        joint.heads.sets.iter().map(|it| it.heads.len()).sum::<usize>(),
        recipe::LAYERS,
        asked.to.display()
    );
    Ok(())
}

pub fn leave_one_set_out(folders: &Folders, json: bool) -> Result<()> {
    let joint = trained("unnamed@1", folders)?;
    if json {
        out::json(&serde_json::to_string_pretty(&joint.card.sets).expect("figures are plain data"));
    } else {
        print(&joint.card.sets);
    }
    Ok(())
}

fn trained(id: &str, folders: &Folders) -> Result<Joint> {
    let Some(data) = folders.data.as_deref() else {
        return Err(Error::new(Code::Request, "--data FOLDER: where the published sets lie".to_owned()));
    };
    let policy = Policy::built_in();
    let labels = recipe::labels(&policy);
    let (card, folder) =
        install::installed(&install::default_dir(), recipe::ENCODER).map_err(|it| failure(it.to_string()))?;
    let (mut encoder, top) =
        TextEncoder::load_with_top(&folder, &card, recipe::LAYERS).map_err(|it| failure(it.to_string()))?;
    let shipped = Amount { draw: folders.draw, passes: folders.passes };
    let options = JointOptions {
        id: id.to_owned(),
        sources: recipe::SOURCES,
        labels: &labels,
        encoder: card.id.clone(),
        policy: &policy,
        own_labels: &recipe::own_labels(data, &policy),
        data,
        own: &folders.own,
        work: &folders.work,
        shipped,
        left_out: recipe::left_out(shipped),
    };
    let drawn = std::io::stderr().is_terminal();
    let mut told = String::new();
    let joint = train_joint(&options, &mut encoder, &top, &mut |progress| {
        let (what, done, all) = words(&progress);
        let line = format!("{what}: {done} of {all}");
        if drawn {
            out::progress(&line);
        } else if told != what {
            // A log has a line per stage.
            tell!("{line}");
            told = what;
        }
        Flow::Go
    });
    if drawn {
        out::progress_is_over();
    }
    let joint = joint.map_err(|it| failure(it.to_string()))?;
    for it in &joint.published.absent {
        tell!("{it} is not in {}: it was neither trained on nor judged", shown(data));
    }
    Ok(joint)
}

fn words(progress: &Progress) -> (String, usize, usize) {
    match progress {
        Progress::Reading { done, all } => ("reading texts".into(), *done, *all),
        Progress::Training { without: None, step } => ("training on all sets".into(), step.done, step.all),
        Progress::Training { without: Some(set), step } => {
            (format!("training without {set}"), step.done, step.all)
        }
    }
}

fn print(sets: &[CardSet]) {
    say!("{:22} {:9} {:9} {:>6} {:>6}  AUROC, left out", "set", "language", "judged by", "rows", "yes");
    for it in sets {
        let interval = match (it.auroc_low, it.auroc_high) {
            (Some(low), Some(high)) => format!(" ({low:.3}–{high:.3})"),
            _ => String::new(),
        };
        let measured = if it.trained_on { "" } else { ", never trained on" };
        say!(
            "{:22} {:9} {:9} {:>6} {:>6}  {:.3}{interval}{measured}",
            it.name,
            if it.languages.len() > 1 { "several".into() } else { it.languages.join("") },
            it.label,
            it.rows,
            it.positive,
            it.auroc
        );
    }
    let mean = |of: &dyn Fn(&CardSet) -> bool| {
        let areas: Vec<f64> = sets.iter().filter(|it| of(it)).map(|it| it.auroc).collect();
        areas.iter().sum::<f64>() / areas.len().max(1) as f64
    };
    let is_english = |it: &CardSet| it.languages == ["en"] && it.label != "asks";
    say!("mean of English hate and offence sets: {:.3}", mean(&is_english));
    say!("mean of all hate and offence sets:     {:.3}", mean(&|it| it.label != "asks"));
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn failure(message: String) -> Error {
    Error::new(Code::Model, message)
}
