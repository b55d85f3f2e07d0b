use super::*;
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn named(name: &str) -> Guard {
    Guard::new(Host::parse(name).unwrap(), Private::IfOwn)
}

#[test]
fn classes() {
    for (address, class) in [
        ("1.1.1.1", Class::Public),
        ("172.15.255.255", Class::Public),
        ("172.32.0.0", Class::Public),
        ("100.63.255.255", Class::Public),
        ("100.128.0.0", Class::Public),
        ("2606:4700::1111", Class::Public),
        ("::ffff:1.1.1.1", Class::Public),
        ("64:ff9b::1.1.1.1", Class::Public),
        ("10.0.0.1", Class::Private),
        ("172.16.0.0", Class::Private),
        ("172.31.255.255", Class::Private),
        ("192.168.255.255", Class::Private),
        ("100.64.0.0", Class::Private),
        ("198.19.255.255", Class::Private),
        ("fc00::1", Class::Private),
        ("fdff::1", Class::Private),
        ("127.0.0.1", Class::Loopback),
        ("127.255.255.255", Class::Loopback),
        ("::1", Class::Loopback),
        ("::ffff:127.0.0.1", Class::Loopback),
        ("64:ff9b::7f00:1", Class::Loopback),
        ("169.254.169.254", Class::Metadata),
        ("168.63.129.16", Class::Metadata),
        ("100.100.100.200", Class::Metadata),
        ("fd00:ec2::254", Class::Metadata),
        ("fd20:ce::254", Class::Metadata),
        ("::ffff:169.254.169.254", Class::Metadata),
        ("64:ff9b::a9fe:a9fe", Class::Metadata),
        ("169.254.0.1", Class::LinkLocal),
        ("fe80::1", Class::LinkLocal),
        ("febf::1", Class::LinkLocal),
        ("0.0.0.0", Class::Unspecified),
        ("0.1.2.3", Class::Unspecified),
        ("::", Class::Unspecified),
        ("224.0.0.1", Class::Multicast),
        ("ff02::1", Class::Multicast),
        ("255.255.255.255", Class::Broadcast),
        ("192.0.2.1", Class::Reserved),
        ("198.51.100.7", Class::Reserved),
        ("203.0.113.7", Class::Reserved),
        ("240.0.0.1", Class::Reserved),
        ("2001:db8::1", Class::Reserved),
        ("3fff::1", Class::Reserved),
        ("fec0::1", Class::Reserved),
        ("100::1", Class::Reserved),
        ("4000::1", Class::Reserved),
        ("::10.0.0.1", Class::Transition),
        ("::1.1.1.1", Class::Transition),
        ("::ffff:0:10.0.0.1", Class::Transition),
        ("2002:a00:1::", Class::Transition),
        ("2001:0:1:2:3:4:5:6", Class::Transition),
        ("64:ff9b:1::a00:1", Class::Transition),
    ] {
        assert_eq!(Class::of(ip(address)), class, "{address}");
    }
}

#[test]
fn literals_in_every_spelling() {
    for (host, address) in [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0x7F000001", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("%31%32%37.0.0.1", "127.0.0.1"),
        ("0xa9fea9fe", "169.254.169.254"),
        ("[::1]", "::1"),
        ("[0:0:0:0:0:0:0:1]", "::1"),
        ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"),
        ("[::FFFF:7f00:1]", "::ffff:127.0.0.1"),
    ] {
        assert_eq!(Host::parse(host), Ok(Host::Literal(ip(address))), "{host}");
    }
    for name in ["chat.example.com", "0x7f.example", "1.2.3.4.example", "localhost", "a-1"] {
        assert_eq!(Host::parse(name), Ok(Host::Name(name.into())));
    }
    for wrong in ["", "1.2.3.4.5", "256.0.0.1", "0x7g.1", "[::1", "::1", "[fe80::1%eth0]", "a b", "999999999999"] {
        let error = Host::parse(wrong).unwrap_err().to_string();
        assert!(error.contains("neither a name nor an address"), "{wrong}: {error}");
    }
    assert_eq!(Host::parse("[::1]").unwrap().to_string(), "[::1]");
}

#[test]
fn a_public_name_that_becomes_private_is_refused() {
    let guard = named("chat.example.com");
    assert!(guard.describe().contains("not resolved yet"));
    assert_eq!(guard.admit(&[ip("1.1.1.1")]).unwrap(), [ip("1.1.1.1")]);
    let denial = guard.admit(&[ip("10.0.0.5")]).unwrap_err().to_string();
    assert!(denial.starts_with("chat.example.com stands for 10.0.0.5, which is in a private network: "), "{denial}");
    // Nor does a public one beside it help; and it stays public.
    assert_eq!(guard.admit(&[ip("10.0.0.5"), ip("1.1.1.2")]).unwrap(), [ip("1.1.1.2")]);
    assert!(guard.admit(&[ip("fd12::1")]).is_err());
    assert_eq!(guard.describe(), "chat.example.com is public: private addresses are refused");
}

#[test]
fn a_name_that_is_both_is_public() {
    let guard = named("chat.example.com");
    assert_eq!(guard.admit(&[ip("10.0.0.5"), ip("1.1.1.1")]).unwrap(), [ip("1.1.1.1")]);
    assert!(guard.admit(&[ip("10.0.0.5")]).is_err());
}

#[test]
fn a_private_host_may_stay_private_but_goes_nowhere_else() {
    let guard = named("chat.corp");
    // What is never allowed settles nothing.
    assert!(guard.admit(&[ip("169.254.169.254")]).is_err());
    assert_eq!(guard.admit(&[ip("10.0.0.5")]).unwrap(), [ip("10.0.0.5")]);
    assert_eq!(guard.admit(&[ip("192.168.0.5")]).unwrap(), [ip("192.168.0.5")]);
    assert!(guard.describe().contains("is in a private network, so private addresses are allowed"));
    for refused in ["127.0.0.1", "169.254.169.254", "fd00:ec2::254", "0.0.0.0", "224.0.0.1"] {
        assert!(guard.admit(&[ip(refused)]).is_err(), "{refused}");
    }
}

#[test]
fn this_machine_only_as_localhost_or_by_its_address() {
    for host in ["localhost", "LOCALHOST", "chat.localhost", "localhost.", "127.0.0.1", "2130706433", "[::1]"] {
        let guard = named(host);
        assert_eq!(guard.admit(&[ip("127.0.0.1"), ip("::1")]).unwrap().len(), 2, "{host}");
        assert!(guard.admit(&[ip("10.0.0.1")]).is_err() && guard.admit(&[ip("1.1.1.1")]).is_err(), "{host}");
    }
    let denial = named("chat.example.com").admit(&[ip("127.0.0.1")]).unwrap_err().to_string();
    assert!(denial.ends_with("this machine is reached as localhost or 127.0.0.1, not by another name"), "{denial}");
}

#[test]
fn private_networks_can_be_forbidden_altogether() {
    for (host, address) in [("10.0.0.1", "10.0.0.1"), ("localhost", "127.0.0.1"), ("chat.corp", "192.168.1.1")] {
        let guard = Guard::new(Host::parse(host).unwrap(), Private::Never);
        let denial = guard.admit(&[ip(address)]).unwrap_err().to_string();
        assert!(denial.contains(address) && denial.ends_with("private networks are forbidden for this instance"));
    }
    assert!(Guard::new(Host::parse("chat.corp").unwrap(), Private::Never).admit(&[ip("1.1.1.1")]).is_ok());
}

#[test]
fn no_answer_is_no_denial() {
    assert_eq!(named("chat.example.com").admit(&[]), Ok(Vec::new()));
}

/// An address in one of the blocks that a public host may never lead to.
fn special() -> impl Strategy<Value = Ipv4Addr> {
    let block = |network: [u8; 4], prefix: u32| {
        let network = u32::from_be_bytes(network);
        any::<u32>().prop_map(move |host| {
            let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
            Ipv4Addr::from((network & mask) | (host & !mask))
        })
    };
    prop_oneof![
        block([0, 0, 0, 0], 8),
        block([10, 0, 0, 0], 8),
        block([100, 64, 0, 0], 10),
        block([127, 0, 0, 0], 8),
        block([169, 254, 0, 0], 16),
        block([172, 16, 0, 0], 12),
        block([192, 0, 0, 0], 24),
        block([192, 0, 2, 0], 24),
        block([192, 88, 99, 0], 24),
        block([192, 168, 0, 0], 16),
        block([198, 18, 0, 0], 15),
        block([198, 51, 100, 0], 24),
        block([203, 0, 113, 0], 24),
        block([224, 0, 0, 0], 4),
        block([240, 0, 0, 0], 4),
        Just(Ipv4Addr::new(168, 63, 129, 16)),
    ]
}

/// Every way in which an IPv4 address is carried in IPv6.
fn embeddings(address: Ipv4Addr) -> Vec<IpAddr> {
    let [a, b, c, d] = address.octets();
    let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    let v6 = |segments: [u16; 8]| IpAddr::V6(Ipv6Addr::from(segments));
    vec![
        address.into(),
        v6([0, 0, 0, 0, 0, 0xffff, high, low]),
        v6([0, 0, 0, 0, 0, 0, high, low]),
        v6([0, 0, 0, 0, 0xffff, 0, high, low]),
        v6([0x64, 0xff9b, 0, 0, 0, 0, high, low]),
        v6([0x64, 0xff9b, 1, 0, 0, 0, high, low]),
        v6([0x64, 0xff9b, 1, high, low >> 8, low << 8, 0, 0]),
        v6([0x2002, high, low, 0, 0, 0, 0, 1]),
        v6([0x2001, 0, 0x4136, 0xe378, 0x8000, 0x63bf, !high, !low]),
    ]
}

proptest! {
    #[test]
    fn no_special_address_is_admitted_for_a_public_host_however_it_is_carried(address in special()) {
        let guard = named("chat.example.com");
        guard.admit(&[ip("1.1.1.1")]).unwrap();
        for carried in embeddings(address) {
            prop_assert_ne!(Class::of(carried), Class::Public, "{}", carried);
            prop_assert!(guard.admit(&[carried]).is_err(), "{}", carried);
        }
    }

    #[test]
    fn a_number_is_the_same_address_in_every_base(number: u32) {
        let expected = Ok(Host::Literal(Ipv4Addr::from(number).into()));
        let [a, b, c, d] = number.to_be_bytes();
        for host in [
            format!("{number}"),
            format!("{number:#x}"),
            format!("0{number:o}"),
            format!("{a}.{b}.{c}.{d}"),
            format!("{a:#x}.0{b:o}.{c}.{d:#X}").replace("0X", "0x"),
            format!("{a}.{}", number & 0xff_ffff),
        ] {
            prop_assert_eq!(&Host::parse(&host), &expected, "{}", host);
        }
    }

    #[test]
    fn no_host_panics(host in "(?s).{0,40}") {
        drop(Host::parse(&host));
    }
}
