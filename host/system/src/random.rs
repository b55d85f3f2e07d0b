//! Random bits that nobody can guess.

/// Fills a place with random bytes of the system.
///
/// # Panics
/// If the system has none: what is to be a secret must not be made of something else.
pub fn fill(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        panic!("the system gives no random bytes: {error}");
    }
}

/// So many random words.
pub fn words<const N: usize>() -> [u64; N] {
    let mut words = [0; N];
    for word in &mut words {
        let mut bytes = [0; 8];
        fill(&mut bytes);
        *word = u64::from_le_bytes(bytes);
    }
    words
}
