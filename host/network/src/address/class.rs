use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is for. Sources: the IANA registries of special-purpose addresses (RFC 6890), and what cloud
/// providers document of their metadata services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Anyone on the internet.
    Public,
    /// A private network: RFC 1918, unique local (RFC 4193), shared address space (RFC 6598), benchmarking (RFC 2544).
    Private,
    /// This machine.
    Loopback,
    /// Machines on the same wire, and cloud metadata by it.
    LinkLocal,
    /// A cloud provider's metadata service, which hands out credentials.
    Metadata,
    /// No address: `0.0.0.0/8`, `::`. Some systems connect to themselves.
    Unspecified,
    /// Many machines at once.
    Multicast,
    /// All machines on the same wire.
    Broadcast,
    /// For documentation, for protocols or for the future.
    Reserved,
    /// IPv6 that carries IPv4 by 6to4, Teredo, a local NAT64 or as "IPv4-compatible": where it ends up can't be told.
    Transition,
}

impl Class {
    /// The class of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => v4(address),
            IpAddr::V6(address) => v6(address),
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::Private => "in a private network",
            Self::Loopback => "loopback",
            Self::LinkLocal => "link-local",
            Self::Metadata => "a cloud metadata service",
            Self::Unspecified => "unspecified",
            Self::Multicast => "multicast",
            Self::Broadcast => "broadcast",
            Self::Reserved => "reserved",
            Self::Transition => "IPv4 carried in IPv6",
        })
    }
}

/// Azure's, Alibaba's and Oracle's; those of AWS, Google and most others are link-local.
const METADATA: [Ipv4Addr; 3] =
    [Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192)];

fn v4(address: Ipv4Addr) -> Class {
    if METADATA.contains(&address) {
        return Class::Metadata;
    }
    match address.octets() {
        [0, ..] => Class::Unspecified,
        [127, ..] => Class::Loopback,
        [169, 254, 169, 254] | [169, 254, 170, 2] => Class::Metadata,
        [169, 254, ..] => Class::LinkLocal,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] | [198, 18..=19, ..] => Class::Private,
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [192, 88, 99, _] => Class::Reserved,
        [224..=239, ..] => Class::Multicast,
        [255, 255, 255, 255] => Class::Broadcast,
        [240..=255, ..] => Class::Reserved,
        _ => Class::Public,
    }
}

fn v6(address: Ipv6Addr) -> Class {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return v4(mapped);
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Class::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => Class::Loopback,
        // IPv4-compatible, and IPv4-translated (RFC 2765).
        [0, 0, 0, 0, 0, 0, _, _] | [0, 0, 0, 0, 0xffff, 0, _, _] => Class::Transition,
        // NAT64: what it says is where it goes.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))),
        // A local NAT64 keeps the IPv4 address wherever its operator chose.
        [0x64, 0xff9b, 1, ..] | [0x2001, 0, ..] | [0x2002, ..] => Class::Transition,
        // AWS and Google.
        [0xfd00, 0xec2, ..] | [0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254] => Class::Metadata,
        [0xfc00..=0xfdff, ..] => Class::Private,
        [0xfe80..=0xfebf, ..] => Class::LinkLocal,
        // Site-local, deprecated; routers that know it treat it as private.
        [0xfec0..=0xfeff, ..] => Class::Reserved,
        [0xff00..=0xffff, ..] => Class::Multicast,
        // Protocol assignments, benchmarking, ORCHID; documentation, old and new.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Class::Reserved,
        // Only 2000::/3 has been given out.
        [0x2000..=0x3fff, ..] => Class::Public,
        _ => Class::Reserved,
    }
}
