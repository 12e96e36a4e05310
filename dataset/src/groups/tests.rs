use std::collections::BTreeMap;

use super::{
    text::{jaccard, shingles},
    *,
};

/// A small generator with a fixed seed: these are properties, not luck.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn text(id: &str, text: &str) -> Member {
    Member { id: id.into(), texts: vec![text.into()], ..Member::default() }
}

#[track_caller]
fn check(members: &[Member], expected: &[&str]) {
    assert_eq!(groups(members), expected);
}

const LONG: &str = "Send ten dollars to this account and you will get a hundred back before the weekend";

#[test]
fn items_of_one_author_are_one_group() {
    let by =
        |id: &str, author: &str| Member { id: id.into(), author: Some(author.into()), ..Member::default() };
    check(&[by("b", "u1"), by("a", "u1"), by("c", "u2")], &["a", "a", "c"]);
}

#[test]
fn an_empty_author_is_nobody() {
    let by =
        |id: &str, author: &str| Member { id: id.into(), author: Some(author.into()), ..Member::default() };
    check(&[by("b", ""), by("a", " ")], &["b", "a"]);
}

#[test]
fn the_same_text_in_other_clothes_is_one_group() {
    check(
        &[text("a", "FREE   Money!!"), text("b", "ｆｒｅｅ money"), text("c", "free monkeys")],
        &["a", "a", "c"],
    );
}

#[test]
fn a_text_with_a_few_letters_changed_is_one_group() {
    let other = LONG.replace("ten", "six");
    assert!(jaccard(&shingles(&fold(LONG)), &shingles(&fold(&other))) >= NEAR_TEXT, "the pair is near");
    check(&[text("a", LONG), text("b", &other)], &["a", "a"]);
}

#[test]
fn a_text_that_shares_half_its_words_is_its_own() {
    let other = "Send ten dollars to this account or read on to see why nobody ever should do such a thing";
    check(&[text("a", LONG), text("b", other)], &["a", "b"]);
}

#[test]
fn a_long_part_alone_joins_two_items() {
    let two = Member { id: "b".into(), texts: vec!["look at this".into(), LONG.into()], ..Member::default() };
    check(&[text("a", LONG), two], &["a", "a"]);
}

#[test]
fn a_short_part_alone_joins_nobody() {
    let item = |id: &str, rest: &str| Member {
        id: id.into(),
        texts: vec!["wow".into(), rest.into()],
        ..Member::default()
    };
    check(&[item("a", "the garden in June"), item("b", "my new bicycle bell")], &["a", "b"]);
}

#[test]
fn texts_without_letters_are_not_alike() {
    check(&[text("a", "!!!"), text("b", "???"), text("c", "")], &["a", "b", "c"]);
}

#[test]
fn scripts_without_spaces_are_compared_too() {
    let one = "今天在公园里看到一只很可爱的小狗它一直跟着我走到了家门口真是太有意思了我给它拍了很多照片晚上再发给大家看";
    let near = one.replace("很可爱", "很可愛");
    let far = "明天我们要去海边看日出请大家早上五点在学校门口集合不要迟到谢谢";
    check(&[text("a", one), text("b", &near), text("c", far)], &["a", "a", "c"]);
}

#[test]
fn pictures_six_bits_apart_are_one_and_seven_are_two() {
    let picture = |id: &str, hash: u64| Member { id: id.into(), pictures: vec![hash], ..Member::default() };
    let base: u64 = 0x0123_4567_89ab_cdef;
    // Bands are 9 or 10 bits wide; one changed bit in each of six leaves the seventh equal.
    let six = base ^ (1 | 1 << 10 | 1 << 20 | 1 << 30 | 1 << 40 | 1 << 50);
    check(&[picture("a", base), picture("b", six)], &["a", "a"]);
    check(&[picture("a", base), picture("b", six ^ 2)], &["a", "b"]);
}

#[test]
fn every_near_pair_of_pictures_is_found() {
    let mut chance = Chance(7);
    for _ in 0..2000 {
        let base = chance.below(u64::MAX);
        let mut other = base;
        for _ in 0..NEAR_BITS {
            other ^= 1 << chance.below(64);
        }
        let picture = |id: &str, hash| Member { id: id.into(), pictures: vec![hash], ..Member::default() };
        check(&[picture("a", base), picture("b", other)], &["a", "a"]);
    }
}

/// Groups as sets of ids, whatever the order of members.
fn partition(members: &[Member]) -> BTreeMap<String, String> {
    members.iter().map(|it| it.id.clone()).zip(groups(members)).collect()
}

fn crowd(seed: u64, n: u64) -> Vec<Member> {
    let mut chance = Chance(seed);
    let words =
        ["sun", "rain", "bread", "river", "bicycle", "market", "song", "winter", "letter", "garden", "train"];
    let bases: Vec<Vec<&str>> =
        (0..n / 4).map(|_| (0..30).map(|_| words[chance.below(11) as usize]).collect()).collect();
    (0..n)
        .map(|id| {
            let mut said = bases[chance.below(n / 4) as usize].clone();
            let at = chance.below(30) as usize;
            said[at] = words[chance.below(11) as usize];
            let author = (chance.below(3) == 0).then(|| format!("u{}", chance.below(n / 3)));
            let pictures =
                (chance.below(4) == 0).then(|| chance.below(40) << 40 | 0xffff).into_iter().collect();
            Member { id: format!("i{id:04}"), author, texts: vec![said.join(" ")], pictures }
        })
        .collect()
}

#[test]
fn no_near_pair_lies_in_two_groups() {
    for seed in 0..6 {
        let members = crowd(seed, 120);
        let group = groups(&members);
        let mut n_near = 0;
        for (i, a) in members.iter().enumerate() {
            for (j, b) in members.iter().enumerate().skip(i + 1) {
                let texts =
                    jaccard(&shingles(&fold(&a.texts[0])), &shingles(&fold(&b.texts[0]))) >= NEAR_TEXT;
                let authors = a.author.is_some() && a.author == b.author;
                let near = |x: &u64| b.pictures.iter().any(|y| (x ^ y).count_ones() <= NEAR_BITS);
                if texts || authors || a.pictures.iter().any(near) {
                    n_near += 1;
                    assert_eq!(group[i], group[j], "{} and {} are near", a.id, b.id);
                    assert_eq!(Split::of(&group[i], 5), Split::of(&group[j], 5), "so they share a split");
                }
            }
        }
        assert!(n_near > 100, "the crowd has near pairs to find: {n_near}");
    }
}

#[test]
fn groups_do_not_depend_on_the_order_of_items() {
    let members = crowd(11, 150);
    let mut turned = members.clone();
    turned.reverse();
    assert_eq!(partition(&members), partition(&turned));
}

#[test]
fn splits_follow_the_seed_and_come_near_their_shares() {
    let count = |seed: u32| {
        let mut n = [0_u32; 3];
        for id in 0..10_000 {
            n[Split::of(&format!("item-{id}"), seed) as usize] += 1;
        }
        n
    };
    assert_eq!(count(1), count(1));
    assert_ne!(count(1), count(2), "another seed draws again");
    let [train, validation, test] = count(1);
    assert!(
        (7800..8200).contains(&train) && (850..1150).contains(&validation) && (850..1150).contains(&test)
    );
}

#[test]
fn a_split_once_drawn_is_the_same_on_every_machine() {
    // Worked out apart from this program: Python's hashlib over the seed as four bytes and the name.
    let letter = |it: Split| match it {
        Split::Train => 'T',
        Split::Validation => 'V',
        Split::Test => 'X',
    };
    let drawn: String = (0..24).map(|id| letter(Split::of(&format!("item-{id}"), 1))).collect();
    assert_eq!(drawn, "TTTTTVTTTTTTTTTTTTTTVTVV");
}

#[test]
fn ten_thousand_copies_take_no_quadratic_time() {
    let mut members: Vec<Member> = (0..10_000).map(|id| text(&format!("c{id}"), LONG)).collect();
    members.extend((0..2000).map(|id| text(&format!("n{id}"), &format!("{LONG} {id}"))));
    let group = groups(&members);
    assert!(group.iter().all(|it| *it == group[0]), "all are one text");
}
