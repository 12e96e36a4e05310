fn main() {
    let dir = casebook_models::install::default_dir();
    let card = casebook_models::card::Card::built_in();
    let t = std::time::Instant::now();
    let r = casebook_models::install::add(&dir, &card, &casebook_models::install::Allowed { folder: None, network: true }, &mut |_| std::ops::ControlFlow::Continue(()));
    println!("{r:?} {:?} {:?}", t.elapsed(), casebook_models::install::state(&dir, &card));
    let t = std::time::Instant::now();
    let e = casebook_models::encoder::TextEncoder::load(&casebook_models::install::model_dir(&dir, &card), &card).unwrap();
    println!("load {:?}", t.elapsed());
    let file = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let texts: Vec<String> = serde_json::from_str(&file).unwrap();
    let refs: Vec<&str> = texts.iter().map(|it| it.as_str()).collect();
    let t = std::time::Instant::now();
    let v = e.embed(&refs).unwrap();
    println!("{} texts {:?}", v.len(), t.elapsed());
    let bytes: Vec<u8> = v.iter().flatten().flat_map(|it| it.to_le_bytes()).collect();
    std::fs::write(std::env::args().nth(2).unwrap(), bytes).unwrap();
}
