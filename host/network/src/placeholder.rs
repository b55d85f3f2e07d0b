//! What stands for a credential where its value must not.

use soar_system::random;

/// Letters and digits in the shape of the servers' own tokens: as long as the secret, so that swapping them changes no
/// length, and with 124 random bits at least.
pub(crate) fn placeholder(length: usize) -> String {
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut bytes = vec![0; length.max(24)];
    random::fill(&mut bytes);
    bytes.into_iter().map(|byte| char::from(LETTERS[usize::from(byte % 36)])).collect()
}
