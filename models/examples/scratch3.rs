use casebook_core::{labelset::LabelSet, policy::Policy};
use casebook_models::*;
fn main() {
    let dir = install::default_dir();
    let card = card::Card::built_in();
    let e = encoder::TextEncoder::load(&install::model_dir(&dir, &card), &card).unwrap();
    let policy = Policy::built_in();
    let d = "/work/shared/data/";
    let sources = [("openai-moderation", "openai-moderation/samples-1680.jsonl.gz", "MIT"), ("davidson", "davidson/data_labeled_data.csv", "MIT"), ("edos", "edos/edos_labelled_aggregated.csv", "CC0-1.0")];
    let sources = sources.iter().map(|(n, p, l)| { let toml = std::fs::read_to_string(format!("core/labelsets/{n}.toml")).unwrap();
      train::TrainSource { labels: LabelSet::parse(n, &toml, &policy).unwrap(), path: format!("{d}{p}").into(), licence: (*l).into() } }).collect();
    let options = train::TrainOptions { id: "starter-heads@1".into(), sources, max_rows: 6000, precision: 0.8, n_bootstrap: 500, faults: train::STARTER_FAULTS.iter().map(|it| (*it).to_owned()).collect() };
    let t = std::time::Instant::now();
    let trained = train::train_heads(&options, &e, &card.id, &policy, &mut |it| println!("{:?} {it}", t.elapsed())).unwrap();
    std::fs::write("models/heads/starter-heads@1/heads.bin", &trained.bytes).unwrap();
    std::fs::write("models/heads/starter-heads@1/card.toml", &trained.card).unwrap();
    println!("{:?} {} bytes", t.elapsed(), trained.bytes.len());
}
