//! Cryptocurrency addresses: what they end in is a sum over the rest, so chance hardly makes one.

use super::{
    checksum::{base58check, bech32},
    kind::Kind,
    scan::Scan,
};

/// The longest that is looked at: Cardano's.
const LONGEST: usize = 120;

/// Every address, as a word of its own.
pub(super) fn find(scan: &mut Scan) {
    for start in scan.word_starts() {
        let n = scan.run(start, LONGEST, |it| it.is_ascii_alphanumeric());
        if (26..LONGEST).contains(&n)
            && !scan.is_glued_after(start + n)
            && is_wallet(&scan.letters[start..start + n])
        {
            scan.take(Kind::Wallet, start, start + n);
        }
    }
}

fn is_wallet(letters: &[char]) -> bool {
    let word: String = letters.iter().collect();
    let lower = word.to_ascii_lowercase();
    let is_hex = |it: &str| it.bytes().all(|it| it.is_ascii_hexdigit());
    // Its check is the case of its letters under Keccak, which nothing else here needs: the shape has to do.
    let is_ethereum = word.len() == 42 && lower.starts_with("0x") && is_hex(&word[2..]);
    let is_monero = word.len() == 95 && word.starts_with(['4', '8']) && !is_hex(&word);
    let is_one_case = lower == word || word.to_ascii_uppercase() == word;
    is_ethereum
        || is_monero
        || (word.len() <= 36 && base58check(&word))
        || (is_one_case && lower.contains('1') && bech32(&lower))
}
