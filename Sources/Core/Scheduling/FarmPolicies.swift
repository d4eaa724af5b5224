package import Shared

/// What a farm file says of how its farm works.
package struct FarmPolicies: Equatable, Sendable {
    /// Clients see a run's packages when all are there.
    package var atomic = false
    /// Bytes of each worker's compiler cache, of each toolchain; nil: none is used.
    package var ccache: Int64?
    /// What may not be distributed is published all the same.
    package var bindist = false
    /// Fingerprint of the key that signs its packages; nil: none does.
    package var signing: String?
    /// What they have is taken over instead of being built.
    package var upstreams: [Upstream] = []
    package var coverage = FarmCoverage.missing
    /// Of one build; what is nil is as usual.
    package var limits = Limits()

    package enum Upstream: Hashable, Sendable, Codable {
        /// Another farm of the same coordinator.
        case farm(String)
        /// Somebody else's binhost.
        /// - Parameter keys: the file with the public keys of those who may have signed its packages; nil: nobody asks.
        case binhost(address: String, keys: Blob?)
    }

    package init() {}

    /// The files of public keys that it names.
    package var keyFiles: [Blob] {
        upstreams.compactMap { upstream in if case .binhost(_, let keys) = upstream { keys } else { nil } }
    }

    /// One thing that a farm file says, by the name that it has there.
    package enum Part: String, CaseIterable, Sendable {
        case atomic = "policies.atomic"
        case ccache = "policies.ccache"
        case bindist = "policies.bindist"
        case signing, upstreams, coverage, limits
    }

    /// Of what others say otherwise.
    package func differences(from other: FarmPolicies) -> [Part] {
        Part.allCases.filter { part in
            switch part {
            case .atomic: atomic != other.atomic
            case .ccache: ccache != other.ccache
            case .bindist: bindist != other.bindist
            case .signing: signing != other.signing
            case .upstreams: upstreams != other.upstreams
            case .coverage: coverage != other.coverage
            case .limits: limits != other.limits
            }
        }
    }
}

extension FarmPolicies: Codable {
    private enum CodingKeys: String, CodingKey { case atomic, ccache, bindist, signing, upstreams, coverage, limits }

    /// What was written before there was a key has it as it is usual.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        atomic = try container.decodeIfPresent(Bool.self, forKey: .atomic) ?? false
        ccache = try container.decodeIfPresent(Int64.self, forKey: .ccache)
        bindist = try container.decodeIfPresent(Bool.self, forKey: .bindist) ?? false
        signing = try container.decodeIfPresent(String.self, forKey: .signing)
        upstreams = try container.decodeIfPresent([Upstream].self, forKey: .upstreams) ?? []
        coverage = try container.decodeIfPresent(FarmCoverage.self, forKey: .coverage) ?? .missing
        limits = try container.decodeIfPresent(Limits.self, forKey: .limits) ?? Limits()
    }
}
