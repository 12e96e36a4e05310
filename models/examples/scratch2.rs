use casebook_core::{labelset::LabelSet, policy::Policy};
use casebook_models::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let dir = install::default_dir();
    let card = card::Card::built_in();
    let e = encoder::TextEncoder::load(&install::model_dir(&dir, &card), &card).unwrap();
    let policy = Policy::built_in();
    let toml = std::fs::read_to_string(format!("core/labelsets/{}.toml", a[1])).unwrap();
    let labels = LabelSet::parse(&a[1], &toml, &policy).unwrap();
    let mode: evaluate::Mode = serde_json::from_str(&format!("\"{}\"", a[3])).unwrap();
    let options = evaluate::Options { items: a[2].clone().into(), labels, mode, n_seeds: a[5].parse().unwrap(), n_bootstrap: 200 };
    let rows = datasets::read_items(&options.items, &options.labels).unwrap();
    let bytes = std::fs::read(&a[4]).unwrap();
    let v: Vec<f32> = bytes.chunks_exact(4).map(|it| f32::from_le_bytes(it.try_into().unwrap())).collect();
    let vectors: Vec<Vec<f32>> = v.chunks(384).map(<[f32]>::to_vec).collect();
    assert_eq!(vectors.len(), rows.len());
    let t = std::time::Instant::now();
    let zero = zero_shot::ZeroShot::for_labels(&e, &policy, &options.labels).unwrap();
    println!("zero {:?}", t.elapsed());
    let t = std::time::Instant::now();
    let r = evaluate::measure(&options, &rows, vectors, &zero, &heads::Heads::built_in()).unwrap();
    println!("{}\n{:?} below {}", r.table(), t.elapsed(), r.labels_below_floor());
}
