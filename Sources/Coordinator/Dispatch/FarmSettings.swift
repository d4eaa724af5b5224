import Core
import Shared

/// How a farm works: as coordinator.yaml says, else as the farm file says, else as is usual.
///
/// RESTRICT=bindist is not among it: `Farm.bindist`.
struct FarmSettings: Sendable, Equatable {
    var isAtomic: Bool
    var ccache: Int64?
    var coverage: FarmCoverage
    /// Of one build.
    var limits: Limits
    var signing: SigningKey?
    var upstreams: [UpstreamConfiguration]

    init(_ configuration: FarmConfiguration, _ policies: FarmPolicies, _ homes: KeyHomes) {
        isAtomic = policies.atomic
        ccache = configuration.ccache ?? policies.ccache
        coverage = configuration.coverage ?? policies.coverage
        limits = configuration.limits.filled(from: policies.limits).filled(from: Self.standardLimits)
        let signing = configuration.signing ?? SigningConfiguration(fingerprint: policies.signing)
        self.signing = signing.fingerprint.map {
            SigningKey(fingerprint: $0, home: signing.home ?? homes.signing)
        }
        upstreams = configuration.upstreams ?? policies.upstreams.map { UpstreamConfiguration($0, homes) }
    }

    /// Generous: they end what has gone wrong, they do not ration.
    private static let standardLimits = Limits(
        memory: nil, processes: 16_384, disk: nil, timeout: .seconds(12 * 3600), silence: .seconds(3600),
        logBytes: 64 << 20)
}

extension UpstreamConfiguration {
    fileprivate init(_ upstream: FarmPolicies.Upstream, _ homes: KeyHomes) {
        switch upstream {
        case .farm(let name): self = .farm(name)
        case .binhost(let address, let keys):
            self = .binhost(ForeignBinhost(address: address, keys: keys.map { homes.upstreams.home(of: $0.digest) }))
        }
    }
}

extension FarmConfiguration {
    /// Names of what it says itself of that which a farm file may say too, as `FarmPolicies.differences` has them.
    var own: Set<String> {
        let parts: [(name: String, isSaid: Bool)] = [
            ("policies.ccache", ccache != nil), ("policies.bindist", bindist != nil), ("signing", signing != nil),
            ("upstreams", upstreams != nil), ("coverage", coverage != nil), ("limits", limits != Limits()),
        ]
        return Set(parts.filter(\.isSaid).map(\.name))
    }
}
