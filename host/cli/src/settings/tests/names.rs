use super::*;

#[test]
fn an_unknown_name_is_refused_with_the_nearest() {
    let message = Given { file: Some(file(vec![("tema", text("x"))])), replay: true, ..NOTHING }.refused();
    assert_eq!(message, "prod.toml: tema: there is no such parameter; did you mean team?");
    let message = Given { set: &[("qqq", "x")], ..NOTHING }.refused();
    assert_eq!(
        message,
        "--set qqq: there is no such parameter; expected one of url, team, token, other, insecure, proxy"
    );
}
