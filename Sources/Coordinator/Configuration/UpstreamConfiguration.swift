import SystemPackage

/// One of a farm's `upstreams`: what it has in the wanted form is not built.
enum UpstreamConfiguration: Decodable, Hashable, Sendable {
    /// Another farm of this coordinator.
    case farm(String)
    /// Somebody else's binhost.
    case binhost(ForeignBinhost)

    init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            self = .farm(name)
        } else {
            self = .binhost(try ForeignBinhost(from: decoder))
        }
    }

    /// - Parameter base: what a relative path in it is relative to.
    func below(_ base: FilePath) -> UpstreamConfiguration {
        guard case .binhost(var binhost) = self else { return self }
        binhost.keys = binhost.keys.map(base.pushing)
        return .binhost(binhost)
    }
}

extension [UpstreamConfiguration] {
    /// The farms among them.
    var farms: [String] { compactMap { upstream in if case .farm(let name) = upstream { name } else { nil } } }

    /// The binhosts of others among them.
    var binhosts: [ForeignBinhost] {
        compactMap { upstream in if case .binhost(let binhost) = upstream { binhost } else { nil } }
    }
}
