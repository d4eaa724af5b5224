import Core
import Shared

/// What a farm file says, checked: farmctl has done so too, but anybody may send anything.
extension WireFarmPolicies {
    /// More upstreams nobody asks for each package.
    private static let mostUpstreams = 64

    /// - Throws: `Refusal` for what no farm file says.
    func domain() throws -> FarmPolicies {
        var policies = FarmPolicies()
        policies.atomic = atomic
        policies.ccache = ccache > 0 ? ccache : nil
        policies.bindist = bindist
        if !signing.isEmpty {
            guard let fingerprint = KeyFingerprint.normalised(signing) else {
                throw Refusal(
                    .invalid, "'\(signing.oneLine(atMost: 100))' is no fingerprint of a key", KeyFingerprint.remedy)
            }
            policies.signing = fingerprint
        }
        guard upstreams.count <= Self.mostUpstreams else {
            throw Refusal(.invalid, "\(upstreams.count) upstreams are too many", "name at most \(Self.mostUpstreams)")
        }
        policies.upstreams = try upstreams.map { try $0.domain() }
        policies.coverage = coverage.domain
        policies.limits = try Self.checked(limits)
        return policies
    }

    /// Bytes, and days, that no build can mean.
    private static let (mostBytes, mostTime) = (Int64(1) << 50, Duration.seconds(3650 * 24 * 3600))

    private static func checked(_ limits: WireLimits) throws(Refusal) -> Limits {
        guard let limits = try? limits.domain(), limits.logBytes.map(Limits.logRange.contains) ?? true,
            [limits.memory, limits.disk].allSatisfy({ $0.map { $0 <= mostBytes } ?? true }),
            [limits.timeout, limits.silence].allSatisfy({ $0.map { $0 <= mostTime } ?? true })
        else {
            throw Refusal(
                .invalid, "these are no limits of a build", "install the same version of binfarm on both sides")
        }
        return limits
    }
}

extension WireFarmUpstream {
    fileprivate func domain() throws(Refusal) -> FarmPolicies.Upstream {
        switch place {
        case .farm(let name):
            if let problem = FarmName.problem(name.oneLine(atMost: 100)) {
                throw Refusal(.invalid, problem, "name another farm of this coordinator")
            }
            return .farm(name)
        case .binhost(let text):
            guard let address = BinhostAddress.normalised(text) else {
                throw Refusal(
                    .invalid, "'\(text.oneLine(atMost: 100))' is no address of a binhost", BinhostAddress.remedy)
            }
            guard !BinhostAddress.isLocal(address) else {
                throw Refusal(.invalid, "\(address) \(BinhostAddress.localProblem)", BinhostAddress.localRemedy)
            }
            let keys = hasKeys ? try? keys.domain() : nil
            guard (keys != nil) == hasKeys else {
                throw Refusal(.invalid, "the keys of \(address) are malformed", ArmoredKeys.remedy)
            }
            return .binhost(address: address, keys: keys)
        case nil:
            throw Refusal(
                .invalid, "an upstream has no place", "install the same version of binfarm on both sides")
        }
    }
}

extension WireFarmCoverage {
    fileprivate var domain: FarmCoverage {
        switch self {
        case .coverageComplete: .complete
        case .coverageQuickpkg: .quickpkg
        default: .missing
        }
    }
}
