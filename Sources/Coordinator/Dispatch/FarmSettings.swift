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
    /// Whether it makes no difference what a farm file says of this now, and said before.
    func outvotes(_ part: FarmPolicies.Part, of policies: FarmPolicies, before: FarmPolicies) -> Bool {
        switch part {
        case .atomic: false
        case .ccache: ccache != nil
        case .bindist: bindist != nil
        case .signing: signing != nil
        case .upstreams: upstreams != nil
        case .coverage: coverage != nil
        // Each of them counts by itself.
        case .limits: limits.filled(from: policies.limits) == limits.filled(from: before.limits)
        }
    }
}
