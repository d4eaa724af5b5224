import Documents
import SystemPackage

/// Where the configuration is: `--config`, else $BINFARM_CONFIG, else the user's, else the host's.
struct ConfigurationSearch: Sendable {
    let explicit: String?
    let environment: [String: String]

    private static let variable = "BINFARM_CONFIG"
    private static let hostPath = FilePath("/etc/binfarm/farmctl.yaml")

    static let example = """
        coordinator:
          control: tcp://head:5550
          key: coordinator.pub
        key: me.secret
        """

    /// - Parameter exists: whether there is a file.
    func path(exists: (FilePath) -> Bool) throws(FarmctlError) -> FilePath {
        if let explicit { return try demand(explicit, from: "--config", exists) }
        if let named = environment[Self.variable]?.unlessEmpty {
            return try demand(named, from: "$\(Self.variable)", exists)
        }
        let places = [userPath, Self.hostPath].compactMap(\.self)
        if let found = places.first(where: exists) { return found }
        throw missing(
            "there is no configuration: neither \(places.map(\.string).joined(separator: " nor "))", places[0])
    }

    private var userPath: FilePath? {
        environment["HOME"]?.unlessEmpty.map { FilePath($0).appending(".config/binfarm/farmctl.yaml") }
    }

    private func demand(
        _ path: String, from source: String, _ exists: (FilePath) -> Bool
    ) throws(FarmctlError) -> FilePath {
        guard exists(FilePath(path)) else {
            throw missing("there is no file \(path), which \(source) names", FilePath(path))
        }
        return FilePath(path)
    }

    private func missing(_ message: String, _ path: FilePath) -> FarmctlError {
        FarmctlError(
            .usage, message,
            remedy: """
                write into \(path), with paths relative to it:
                \(Self.example.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
                `farmctl key new NAME --role operator` makes the key; the coordinator needs NAME.pub, you its own .pub.
                """)
    }
}
