//! Texts, chance, a model and case files for benches: the same on every machine.

pub mod case;
pub mod policies;
pub mod subjects;

/// The words of `facts/code/peers/gen.py`.
pub const WORDS: &str = "apple river window garden music travel bicycle lamp morning market bread coffee forest \
    mountain paper school teacher friend holiday ticket phone camera story picture video dance kitchen recipe salad \
    soup chair table summer winter rain cloud ocean beach sand stone bridge road train station city village farmer \
    horse sheep cat dog bird flower tree leaf grass blue green red yellow white quick slow bright quiet happy gentle \
    warm cold fresh new old big small long short walk run jump sing read write draw build learn teach share find keep \
    open close start finish look listen watch think feel hope wish thank invite visit call answer ask plan choose buy \
    sell cook clean wash paint the a and or but with from under over near behind between after before while because \
    every some many few other";
/// Codes.
pub const LANGUAGES: &str = "en es pt id ar hi vi th de fr ja ko tr ru bn ur sw fil";
/// Codes.
pub const MARKETS: &str = "US BR ID MX VN TH DE FR JP KR TR EG IN PH GB PK NG KE";
/// Why items were reported.
pub const REASONS: &str = "spam harassment misinformation copyright minor_safety regulated_goods other";

/// Numbers that look drawn and are not.
pub struct Chance(pub u64);

impl Chance {
    /// One of the numbers below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        // splitmix64, by Sebastiano Vigna; public domain.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    /// From 0 to 1.
    pub fn uniform(&mut self) -> f64 {
        self.below(1 << 24) as f64 / f64::from(1 << 24)
    }
}
