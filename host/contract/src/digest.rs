//! Digests by which people and files name what they mean.

use sha2::{Digest, Sha256};

/// The SHA-256 of bytes, as it is written: `sha256:` and 64 digits, those that `sha256sum` shows.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    let digits: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_digest_is_what_others_make_too() {
        let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(super::digest(b"abc"), abc);
    }
}
