//! Connects by itself, past `wasi:http`, by an interface that the host does not offer.

use hostile_guests::attack;

attack!(run);

#[allow(missing_docs)]
mod offered {
    wit_bindgen::generate!({ path: [], inline: "
        package wasi:sockets@0.3.0;
        interface network { resource network; }
        interface instance-network { use network.{network}; instance-network: func() -> network; }
        world w { import instance-network; }
    ", generate_all });
}

fn run(_: String) -> String {
    let _network = offered::wasi::sockets::instance_network::instance_network();
    "let through".into()
}
