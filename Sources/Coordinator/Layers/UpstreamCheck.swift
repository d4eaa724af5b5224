import Shared

/// Whether what farms say of their upstreams can be.
struct UpstreamCheck {
    let farms: [FarmConfiguration]

    init(_ farms: [FarmConfiguration]) { self.farms = farms }

    /// What is wrong first, and what to do; nil when all is well.
    var problem: String? {
        for farm in farms {
            for name in farm.upstreamFarms {
                guard let upstream = farms.first(where: { $0.name == name }), name != farm.name else {
                    return "\(farm.name) names the upstream '\(name)': name other farms of this file"
                }
                // What one has packed the other would not use.
                guard upstream.format == farm.format else {
                    return "\(farm.name) has the format \(farm.format) and its upstream \(name) \(upstream.format): "
                        + "give both one format"
                }
                // A client of one would not trust what the other's key has signed.
                guard upstream.signing.key?.fingerprint == farm.signing.key?.fingerprint else {
                    return "\(farm.name) and its upstream \(name) sign differently: give both one key, or none"
                }
            }
            if !farm.format.canBeSigned, let binhost = farm.foreignBinhosts.first(where: { $0.keys != nil }) {
                return
                    "\(farm.name) has the format \(farm.format), which has no place for signatures, and asks for those of "
                    + "\(binhost.address): write 'keys: none' there, or take 'gpkg'"
            }
            let names = farm.upstreamFarms + farm.foreignBinhosts.map(\.address)
            guard Set(names).count == names.count else {
                return "\(farm.name) names an upstream twice"
            }
        }
        return nil
    }
}
