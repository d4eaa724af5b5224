import Shared

/// Whether what farms say of their upstreams, and of their signatures, can be.
struct UpstreamCheck {
    /// As much of a farm as it looks at.
    struct Farm {
        let name: String
        let format: BinpkgFormat
        /// Fingerprint of its key.
        let key: String?
        /// What its key is may still come with an image.
        let mayGetKey: Bool
        let upstreams: [UpstreamConfiguration]
    }

    let farms: [Farm]

    init(_ farms: [Farm]) { self.farms = farms }

    /// What is wrong first, and what to do; nil when all is well.
    var problem: String? { farms.lazy.compactMap(problem(of:)).first }

    /// The same of one farm.
    func problem(of farm: Farm) -> String? {
        guard farm.key == nil || farm.format.canBeSigned else {
            return "\(farm.name) has the format \(farm.format), which has no place for signatures: "
                + "leave `signing` out, or take 'gpkg'"
        }
        for name in farm.upstreams.farms {
            guard let upstream = self.farm(name), name != farm.name else {
                return "\(farm.name) names the upstream '\(name)': name other farms of this coordinator"
            }
            if let problem = Self.problem(between: farm, and: upstream) { return problem }
        }
        if !farm.format.canBeSigned, let binhost = farm.upstreams.binhosts.first(where: { $0.keys != nil }) {
            return
                "\(farm.name) has the format \(farm.format), which has no place for signatures, and asks for those of "
                + "\(binhost.address): write 'keys: none' there, or take 'gpkg'"
        }
        let names = farm.upstreams.farms + farm.upstreams.binhosts.map(\.address)
        guard Set(names).count == names.count else { return "\(farm.name) names an upstream twice" }
        return circle(from: farm).map {
            "\(farm.name) is an upstream of its own upstreams (\($0.joined(separator: ", "))): leave one of them out"
        }
    }

    /// Why one cannot take packages over from the other; nil when it can.
    static func problem(between farm: Farm, and upstream: Farm) -> String? {
        // What one has packed the other would not use.
        guard upstream.format == farm.format else {
            return "\(farm.name) has the format \(farm.format) and its upstream \(upstream.name) \(upstream.format): "
                + "give both one format"
        }
        // A client of one would not trust what the other's key has signed.
        guard upstream.key == farm.key || upstream.mayGetKey || farm.mayGetKey else {
            return "\(farm.name) and its upstream \(upstream.name) sign differently: give both one key, or none"
        }
        return nil
    }

    /// The farms on a way from one to itself.
    private func circle(from farm: Farm) -> [String]? {
        var ways = farm.upstreams.farms.map { [$0] }
        var seen: Set<String> = []
        while let way = ways.popLast() {
            guard let last = way.last else { continue }
            if last == farm.name { return way.dropLast() }
            guard seen.insert(last).inserted else { continue }
            ways += (self.farm(last)?.upstreams.farms ?? []).map { way + [$0] }
        }
        return nil
    }

    private func farm(_ name: String) -> Farm? { farms.first { $0.name == name } }
}

extension UpstreamCheck.Farm {
    /// Of a farm that does not work yet.
    init(_ configuration: FarmConfiguration) {
        self.init(
            name: configuration.name, format: configuration.format, key: configuration.signing?.fingerprint,
            mayGetKey: configuration.signing == nil && configuration.image == nil,
            upstreams: configuration.upstreams ?? [])
    }

    /// Of one that works so.
    init(_ configuration: FarmConfiguration, _ settings: FarmSettings) {
        self.init(
            name: configuration.name, format: configuration.format, key: settings.signing?.fingerprint,
            mayGetKey: false, upstreams: settings.upstreams)
    }
}

extension Farm {
    var inLayers: UpstreamCheck.Farm { UpstreamCheck.Farm(configuration, settings) }
}
