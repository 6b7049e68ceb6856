//! Whose address a request came from.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::HttpRequest;
use ipnet::IpNet;

/// The client's address: the peer's, or what a trusted proxy says of it.
///
/// `X-Forwarded-For` is read from the right, as each proxy appends what it saw; the first address that is not itself a
/// trusted proxy is the client. A header from anybody else is not looked at.
pub fn client_address(req: &HttpRequest, trusted: &[IpNet]) -> IpAddr {
    let peer = req.peer_addr().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |a| a.ip().to_canonical());
    let forwarded =
        req.headers().get_all("x-forwarded-for").filter_map(|v| v.to_str().ok()).collect::<Vec<_>>().join(",");
    resolve(peer, &forwarded, trusted)
}

fn resolve(peer: IpAddr, forwarded: &str, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    let mut client = peer;
    if !is_trusted(&peer) {
        return client;
    }
    for hop in forwarded.split(',').rev() {
        let hop = hop.trim();
        let parsed = hop.parse::<IpAddr>().or_else(|_| hop.parse::<std::net::SocketAddr>().map(|a| a.ip()));
        // What cannot be read cannot be believed either: the last good hop stands.
        let Ok(ip) = parsed.map(|ip| ip.to_canonical()) else { break };
        client = ip;
        if !is_trusted(&ip) {
            break;
        }
    }
    client
}

/// The part of an address that one subscriber holds: all of an IPv4 address, the first 64 bits of an IPv6 one.
pub fn subscriber(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        for (peer, forwarded, expected) in [
            ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
            ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "1.2.3.4, 10.2.2.2", "1.2.3.4"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "nonsense", "10.0.0.1"),
            ("10.0.0.1", "1.2.3.4:5555", "1.2.3.4"),
            ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
        ] {
            let resolved = resolve(peer.parse().unwrap(), forwarded, &trusted);
            assert_eq!(resolved, expected.parse::<IpAddr>().unwrap(), "{peer} {forwarded}");
        }
    }

    #[test]
    fn an_ipv6_subscriber_is_its_network() {
        let (a, b) = ("2001:db8:1:2:aaaa::1".parse().unwrap(), "2001:db8:1:2:bbbb::9".parse().unwrap());
        assert_eq!(subscriber(a), subscriber(b));
        assert_eq!(subscriber("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1");
    }
}
