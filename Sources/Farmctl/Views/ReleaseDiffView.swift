import Shared

/// What clients find in one state of a binhost and not in another.
struct ReleaseDiffView: Report, Equatable {
    struct Package: Encodable, Sendable, Equatable {
        let cpv: String
        let slot: String
        let buildID: Int32

        private enum CodingKeys: String, CodingKey {
            case cpv, slot
            case buildID = "buildId"
        }
    }

    struct Rebuilt: Encodable, Sendable, Equatable {
        let cpv: String
        let slot: String
        let from: Int32
        let to: Int32
    }

    struct Counts: Encodable, Sendable, Equatable {
        let added: Int32
        let removed: Int32
        let rebuilt: Int32
    }

    let farm: String
    let from: String
    let to: String
    let counts: Counts
    /// Of each the first 10,000.
    let added: [Package]
    let removed: [Package]
    let rebuilt: [Rebuilt]

    init(_ wire: WireReleaseDifference, farm: String, from: String, to: String) {
        self.farm = farm
        self.from = from
        self.to = to
        counts = Counts(added: wire.addedTotal, removed: wire.removedTotal, rebuilt: wire.rebuiltTotal)
        added = wire.added.map { Package(cpv: $0.cpv, slot: $0.slot, buildID: $0.toBuild) }
        removed = wire.removed.map { Package(cpv: $0.cpv, slot: $0.slot, buildID: $0.fromBuild) }
        rebuilt = wire.rebuilt.map { Rebuilt(cpv: $0.cpv, slot: $0.slot, from: $0.fromBuild, to: $0.toBuild) }
    }

    func lines(width: Int?) -> [Line] {
        let heading: Line =
            "\(farm): \(to, .strong) against \(from): \(counts.added) added, \(counts.removed) removed, \(counts.rebuilt) rebuilt"
        return [heading]
            + added.map { "  \("+ \($0.cpv):\($0.slot)", .good) (build \($0.buildID))" }
            + removed.map { "  \("- \($0.cpv):\($0.slot)", .bad) (build \($0.buildID))" }
            + rebuilt.map { "  ~ \($0.cpv, .strong):\($0.slot) (build \($0.from) -> \($0.to))" }
            + rest(counts.added, added.count, "added") + rest(counts.removed, removed.count, "removed")
            + rest(counts.rebuilt, rebuilt.count, "rebuilt")
    }

    private func rest(_ total: Int32, _ shown: Int, _ what: String) -> [Line] {
        Int(total) > shown ? ["  and \(Int(total) - shown) more \(what)"] : []
    }
}
