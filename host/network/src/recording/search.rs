use super::Secrets;
use super::places::Places;

/// How much of a text is looked at at once, in bytes.
const WINDOW: usize = if cfg!(test) { 16 << 10 } else { 256 << 10 };

/// The least that two windows have in common, in bytes.
const COMMON: usize = 4 << 10;

/// The most bytes in which one byte is written: a JSON escape has six; and twice that, so that what is cut by the
/// beginning of a window is read right long before something that begins there could be missed.
const WRITTEN: usize = 12;

/// Looks for secrets in a text of any length that comes in parts.
#[derive(Debug)]
pub(super) struct Search<'a> {
    secrets: &'a Secrets,
    window: Vec<u8>,
    /// Where in the text the window begins.
    at: usize,
    common: usize,
}

impl<'a> Search<'a> {
    pub fn new(secrets: &'a Secrets) -> Self {
        let common = COMMON.max(secrets.longest().saturating_mul(WRITTEN));
        Self { secrets, window: Vec::new(), at: 0, common }
    }

    pub fn part(&mut self, mut part: &[u8], places: &mut Places) {
        if self.secrets.is_empty() {
            return;
        }
        let full = WINDOW + 2 * self.common;
        while !part.is_empty() {
            let (now, later) = part.split_at(part.len().min(full - self.window.len()));
            self.window.extend_from_slice(now);
            part = later;
            if self.window.len() == full {
                self.look(places);
                let gone = full - self.common;
                self.window.drain(..gone);
                self.at += gone;
            }
        }
    }

    pub fn end(mut self, places: &mut Places) {
        self.look(places);
        self.window.clear();
    }

    fn look(&self, places: &mut Places) {
        for found in self.secrets.find(&self.window) {
            places.add(self.at + found.start..self.at + found.end, false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn what_stands_across_windows_is_found_in_each_way_of_writing() {
        let secret = "s3cr3t-ä-t0ken-of-some-length";
        let secrets = Secrets::new([secret]);
        let escaped: String = secret.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        let percent = percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string();
        for written in [secret.to_owned(), escaped, percent, STANDARD.encode(format!("u:{secret}"))] {
            for before in (WINDOW - 300..WINDOW + 2 * COMMON + 300).step_by(37) {
                let text = [" ".repeat(before).as_str(), &written, " ", &written].concat();
                let mut places = Places::default();
                let mut search = Search::new(&secrets);
                text.as_bytes().chunks(10_007).for_each(|part| search.part(part, &mut places));
                search.end(&mut places);
                let found: Vec<_> = places.within(text.len()).into_iter().map(|place| place.range).collect();
                let second = before + written.len() + 1;
                assert_eq!(found, [before..second - 1, second..text.len()], "{before} {written}");
            }
        }
    }
}
