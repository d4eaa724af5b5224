/// Network namespaces on a bridge: as many hosts, as far as the programs can see.
struct TestHosts: Sendable {
    /// Address of the host with the coordinator.
    let head = "10.231.77.1"
    private let names: [String]
    private static let bridge = "binfarmtest0"

    static func make(_ names: [String]) async throws -> TestHosts {
        let hosts = TestHosts(names: names)
        await hosts.remove()
        try await ip("link add \(bridge) type bridge")
        try await ip("address add \(hosts.head)/24 dev \(bridge)")
        try await ip("link set \(bridge) up")
        for (number, name) in names.enumerated() {
            let space = hosts.space(name)
            try await ip("netns add \(space)")
            try await ip("link add bft\(number) type veth peer name eth0 netns \(space)")
            try await ip("link set bft\(number) master \(bridge) up")
            try await ip("-netns \(space) address add 10.231.77.\(number + 2)/24 dev eth0")
            try await ip("-netns \(space) link set eth0 up")
            try await ip("-netns \(space) link set lo up")
        }
        return hosts
    }

    /// What a command on that host begins with. `ip netns exec` would hide the cgroups from the engine.
    func prefix(_ name: String) -> [String] { ["nsenter", "--net=/var/run/netns/\(space(name))"] }

    /// Drops whatever the host sends or gets, or lets it pass again.
    func isolate(_ name: String, _ isIsolated: Bool) async throws {
        for chain in ["INPUT", "OUTPUT"] {
            try await Program.demand(
                prefix(name)
                    + ["iptables", isIsolated ? "-I" : "-D", chain, "!", "-i", "lo", "-j", "DROP"]
                    .map { chain == "OUTPUT" && $0 == "-i" ? "-o" : $0 })
        }
    }

    func remove() async {
        for name in names { _ = try? await Program.run(["ip", "netns", "delete", space(name)]) }
        _ = try? await Program.run(["ip", "link", "delete", Self.bridge])
    }

    private func space(_ name: String) -> String { "binfarmtest-\(name)" }

    private static func ip(_ words: String) async throws {
        try await Program.demand(["ip"] + words.split(separator: " ").map(String.init))
    }
}
