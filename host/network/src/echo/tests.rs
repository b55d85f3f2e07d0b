use super::*;
use http_body_util::{BodyExt, StreamBody};
use proptest::prelude::*;

const ONE: &str = "aaaaaaaabaaaaaaaab";
const TWO: &str = "aaaaaaaabaaaaaaaabc";

fn echoes(pairs: &[(&str, &str)], trail: &Trail) -> Echoes {
    let echo = |(secret, placeholder): &(&str, &str)| Echo {
        name: (*placeholder).into(),
        secret: Secret::new((*secret).into()),
        placeholder: (*placeholder).into(),
        never: false,
    };
    Echoes::new(pairs.iter().map(echo), trail.clone())
}

/// What a component reads of a body that comes in these parts, part by part.
fn parts(echoes: &Echoes, parts: &[Vec<u8>]) -> Vec<Bytes> {
    let parts: Vec<_> = parts.iter().map(|part| Frame::data(part.clone().into())).collect();
    frames(echoes, parts.into_iter()).into_iter().map(|frame| frame.into_data().unwrap()).collect()
}

/// What a component reads of a body of these frames.
fn frames(echoes: &Echoes, frames: impl Iterator<Item = Frame<Bytes>> + Send + 'static) -> Vec<Frame<Bytes>> {
    let body = StreamBody::new(futures_util::stream::iter(frames.map(Ok::<_, NetError>)));
    let mut body = echoes.cover(http::Response::new(body)).into_body();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut read = Vec::new();
        while let Some(Ok(frame)) = body.frame().await {
            read.push(frame);
        }
        read
    })
}

fn covered(whole: &[&[u8]]) -> Vec<u8> {
    let echoes = echoes(&[(ONE, "<1>"), (TWO, "<2>"), ("short", "<3>")], &Trail::new(None));
    parts(&echoes, &whole.iter().map(|part| part.to_vec()).collect::<Vec<_>>()).concat()
}

/// Where a text is cut into parts.
fn cut(text: &[u8], cuts: &[prop::sample::Index]) -> Vec<Vec<u8>> {
    let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
    at.extend([0, text.len()]);
    at.sort_unstable();
    at.windows(2).map(|pair| text[pair[0]..pair[1]].to_vec()).collect()
}

#[test]
fn credentials_are_covered_and_the_longest_first() {
    let text = format!("x{ONE}y{TWO}{ONE} short {}", &ONE[1..]);
    let expected = format!("x<1>y<2><1> short {}", &ONE[1..]);
    assert_eq!(covered(&[text.as_bytes()]), expected.as_bytes());
}

#[test]
fn headers_are_covered() {
    let mut response = http::Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert("location", HeaderValue::from_str(&format!("/?t={TWO}")).unwrap());
    headers.insert(HeaderName::from_static(TWO), HeaderValue::from_static("x"));
    let response = echoes(&[(ONE, "<1>"), (TWO, "<2>")], &Trail::new(None)).cover(response);
    assert_eq!(response.headers()["location"], "/?t=<2>");
    assert_eq!(response.headers().len(), 1, "a name can't be covered");
}

#[test]
fn a_body_in_one_part_is_passed_on_as_it_came() {
    let full = Body::from("a body of no interest");
    let mut body = echoes(&[(ONE, "<1>")], &Trail::new(None)).cover(http::Response::new(full)).into_body();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let first = runtime.block_on(body.frame()).unwrap().unwrap().into_data().unwrap();
    assert_eq!(first, "a body of no interest");
    assert!(body.is_end_stream());
}

#[test]
fn what_is_repeated_too_often_ends_the_call() {
    let trail = Trail::new(None);
    let pairs = [(ONE, "<1>")];
    let cover = echoes(&pairs, &trail);
    let most = vec![ONE.repeat(MOST as usize).into_bytes()];
    assert_eq!(parts(&cover, &most).concat(), "<1>".repeat(MOST as usize).as_bytes());
    assert!(trail.stopped().is_none());
    assert!(parts(&cover, &[ONE.into()]).is_empty(), "the part that goes too far is not passed on");
    let stop = trail.stopped().expect("it is over");
    assert!(matches!(&stop, Stop::Echo(name) if name == "<1>"), "{stop}");
    assert!(!stop.to_string().contains(ONE));
}

#[test]
fn what_no_honest_server_repeats_ends_the_call_at_once() {
    let trail = Trail::new(None);
    let secret = Secret::new("dXNlcjpodW50ZXIy".into());
    let echo = Echo { name: "of the proxy".into(), secret, placeholder: "x".repeat(24).into(), never: true };
    let cover = Echoes::new(std::iter::once(echo), trail.clone());
    assert!(parts(&cover, &[b"proxy-authorization: Basic dXNlcjpodW50ZXIy".to_vec()]).is_empty());
    assert!(matches!(trail.stopped(), Some(Stop::Echo(_))));
}

/// A piece of an answer.
#[derive(Clone, Debug)]
enum Piece {
    /// Any text.
    Text(String),
    /// A part of one of the two credentials: a guess that may be right, up to somewhere.
    Guess(bool, prop::sample::Index, prop::sample::Index),
    /// The credential that the server was sent, whichever that is.
    Echo,
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let index = any::<prop::sample::Index>;
    let piece = prop_oneof![
        2 => "[a-c]{0,8}".prop_map(Piece::Text),
        4 => (any::<bool>(), index(), index()).prop_map(|(which, from, to)| Piece::Guess(which, from, to)),
        1 => Just(Piece::Echo),
    ];
    prop::collection::vec(piece, 0..10)
}

fn answer(pieces: &[Piece], secrets: [&str; 2], own: &str) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Guess(which, from, to) => {
            let secret = secrets[usize::from(*which)];
            let (from, to) = (from.index(secret.len() + 1), to.index(secret.len() + 1));
            secret[from.min(to)..from.max(to)].to_owned()
        }
        // Between signs that are in no guess: what is repeated ends where it ends.
        Piece::Echo => format!("<{own}>"),
    };
    pieces.iter().map(text).collect()
}

/// Two credentials of one length that differ anywhere.
fn secrets() -> impl Strategy<Value = (String, String)> {
    ("[ab]{8,20}", prop::collection::vec((any::<prop::sample::Index>(), "[abc]"), 1..4)).prop_map(|(one, changes)| {
        let mut other = one.clone();
        for (at, letter) in changes {
            let at = at.index(other.len());
            other.replace_range(at..=at, &letter);
        }
        (one, other)
    })
}

proptest! {
    #[test]
    fn it_does_not_matter_how_a_body_is_cut(
        text in "(a{1,3}|b|c|aaaaaaaabaaaaaaaab|aaaaaaaabaaaaaaaabc){0,8}",
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let once = covered(&[text.as_bytes()]);
        let cut = cut(text.as_bytes(), &cuts);
        prop_assert_eq!(&covered(&cut.iter().map(Vec::as_slice).collect::<Vec<_>>()), &once);
        prop_assert!(!String::from_utf8(once).unwrap().contains(ONE));
    }

    /// The property that holds this together: whichever of two credentials the server was sent, a component that was
    /// told neither reads the same bytes in the same parts.
    #[test]
    fn a_component_reads_the_same_whichever_credential_it_is(
        (one, other) in secrets(),
        pieces in pieces(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        prop_assume!(one != other);
        let placeholder = "p".repeat(24);
        let read = |own: &str| {
            let text = answer(&pieces, [&one, &other], own);
            parts(&echoes(&[(own, &placeholder)], &Trail::new(None)), &cut(text.as_bytes(), &cuts))
        };
        // A guess that is right from end to end is covered: that is the one thing that may differ.
        let guessed = answer(&pieces, [&one, &other], "");
        prop_assume!(!guessed.contains(&one) && !guessed.contains(&other));
        prop_assert_eq!(read(&one), read(&other));
    }
}

/// What comes to the ring while an answer does.
mod rotated {
    use super::*;
    use crate::credentials::Sealed;
    use crate::keyring::{Keyring, Keys};
    use std::collections::{BTreeMap, BTreeSet};

    const OLD: &str = "0ld-t0ken-of-before-x26";
    const NEW: &str = "n3w-t0ken-of-today-xx26";

    fn bunch(ring: &Keyring, tokens: &[&str]) -> Arc<Keys> {
        let secrets: BTreeMap<_, _> =
            tokens.iter().map(|token| ("token".to_owned(), Secret::new((*token).to_owned()))).collect();
        ring.add(secrets, BTreeSet::from(["token".to_owned()]), Vec::new())
    }

    /// What a component reads of an answer during which a new token comes, before its second part or its trailers.
    fn read(first: &[&str], trailers: bool) -> String {
        let ring = Keyring::default();
        let keys = bunch(&ring, first);
        let sealed = Sealed::on(&ring, &keys, &[], &Trail::new(None));
        let kept: Arc<Mutex<Vec<Arc<Keys>>>> = Arc::default();
        let come = (0..2).map(move |number| {
            if number == 0 {
                return Frame::data(Bytes::from_static(b"the first part of an answer that is long enough "));
            }
            kept.lock().unwrap().push(bunch(&ring, &[NEW]));
            if !trailers {
                return Frame::data(Bytes::from_static(NEW.as_bytes()));
            }
            let mut map = HeaderMap::new();
            map.insert("x-trailer", HeaderValue::from_static(NEW));
            Frame::trailers(map)
        });
        format!("{:?}", frames(sealed.echoes(), come))
    }

    #[test]
    fn a_new_token_is_covered_in_trailers() {
        let read = read(&[OLD], true);
        assert!(!read.contains(NEW), "{read}");
    }

    #[test]
    fn a_first_token_is_covered() {
        let read = read(&[], false);
        assert!(!read.contains(NEW), "{read}");
    }

    #[test]
    fn another_token_is_covered() {
        let read = read(&[OLD], false);
        assert!(!read.contains(NEW), "{read}");
    }

    /// Or a component that gets no short one, as nobody has reviewed it, could find that of the one before.
    #[test]
    fn one_that_can_be_guessed_is_covered_for_its_own_component_alone() {
        const SHORT: &str = "hunter-27";
        let ring = Keyring::default();
        let before = bunch(&ring, &[SHORT]);
        let keys = bunch(&ring, &[NEW]);
        let told = |keys: &Arc<Keys>| {
            let sealed = Sealed::on(&ring, keys, &[], &Trail::new(None));
            String::from_utf8(parts(sealed.echoes(), &[b"hunter-26 hunter-27 hunter-28".to_vec()]).concat()).unwrap()
        };
        assert_eq!(told(&keys), "hunter-26 hunter-27 hunter-28");
        assert!(!told(&before).contains(SHORT));
    }
}
