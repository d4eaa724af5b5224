import Documents
import Shared

struct ReleaseView: Report, Equatable {
    let farm: String
    let name: String
    let createdAt: String?
    let createdBy: String?
    let packages: Int64
    /// Of all its packages, shared or not.
    let bytes: Int64
    /// Path below the coordinator's HTTP address.
    let url: String

    init(_ wire: WireRelease) {
        farm = wire.farm
        name = wire.name
        createdAt = Times.universal(wire.createdMs)
        createdBy = wire.createdBy.unlessEmpty
        packages = wire.packages
        bytes = wire.bytes
        url = wire.url
    }

    func lines(width: Int?) -> [Line] {
        ["\(name, .strong): \(packages) packages (\(Quantity.size(bytes))) of \(farm), served as \(url)"]
    }
}

/// The newest first.
struct ReleasesView: Report, Equatable {
    let releases: [ReleaseView]
    /// Milliseconds since 1970, for the table.
    private let created: [Int64]

    private enum CodingKeys: String, CodingKey { case releases }

    init(_ wire: WireReleaseAnswer) {
        releases = wire.releases.map(ReleaseView.init)
        created = wire.releases.map(\.createdMs)
    }

    func lines(width: Int?) -> [Line] {
        guard !releases.isEmpty else { return ["there are no releases: farmctl release tag FARM NAME makes one"] }
        var table = Table([
            .init("RELEASE"), .init("FARM"), .init("MADE"), .init("BY", spare: 1), .init("PACKAGES", .right),
            .init("SIZE", .right), .init("BINHOST", spare: 2),
        ])
        for (release, created) in zip(releases, created) {
            table.add([
                Line(release.name, .strong), Line(release.farm), Line(Quantity.localTime(milliseconds: created)),
                Line(release.createdBy ?? ""), Line(String(release.packages)), Line(Quantity.size(release.bytes)),
                Line(release.url),
            ])
        }
        return table.lines(width: width)
    }
}

/// Releases that are gone, or would be.
struct ReleasePruneView: Report, Equatable {
    struct Pruned: Encodable, Sendable, Equatable {
        let name: String
        /// With it and those before it.
        let freedBytes: Int64
    }

    let isTrial: Bool
    /// The oldest first.
    let removed: [Pruned]
    let freedBytes: Int64

    private enum CodingKeys: String, CodingKey {
        case isTrial = "dryRun"
        case removed, freedBytes
    }

    init(_ wire: WireReleaseAnswer, isTrial: Bool) {
        self.isTrial = isTrial
        removed = wire.releases.map { Pruned(name: $0.name, freedBytes: $0.freedBytes) }
        freedBytes = removed.reduce(0) { $0 + $1.freedBytes }
    }

    func lines(width: Int?) -> [Line] {
        guard !removed.isEmpty else { return ["nothing goes: there are no more releases than are kept"] }
        return removed.map { release in
            "\(isTrial ? "would go" : "gone"): \(release.name, .strong), frees \(Quantity.size(release.freedBytes))"
        } + ["\(Quantity.size(freedBytes)) in all\(isTrial ? "; nothing was done" : "")"]
    }
}
