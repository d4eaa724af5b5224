import Binpkgs
import Shared

/// What lies in a binhost and nobody needs.
struct Garbage: Equatable, Sendable {
    enum Reason: String, Sendable {
        /// The index does not name the file.
        case unnamed
        /// There is a newer build of the same.
        case superseded
    }

    struct File: Equatable, Sendable {
        let path: String
        let reason: Reason
        let size: Int64
        /// Bytes that are free without it: none while a release has it.
        let freed: Int64
    }

    var files: [File] = []

    var freed: Int64 { files.reduce(0) { $0 + $1.freed } }
}

/// One package of an index, as far as newer builds of the same are told by it.
struct BuildFacts: Equatable, Sendable {
    let path: String
    let cpv: String
    let slot: String
    let repository: String
    let use: Set<String>
    let buildID: Int
    let isSigned: Bool
    let format: BinpkgFormat?

    init(_ entry: PackagesIndex.Entry) {
        path = entry.path
        cpv = entry.cpv
        slot = entry["SLOT"]
        repository = entry["repository"]
        use = Set(entry["USE"].split(separator: " ").map(String.init))
        buildID = entry.buildID
        isSigned = !entry.signedFrom.isEmpty
        format = BinpkgFormat(ofPath: entry.path)
    }
}

extension Garbage {
    private struct Kind: Hashable {
        let cpv: String
        let slot: String
        let repository: String
        let use: Set<String>
    }

    /// Older builds of the same version, slot, repository and USE flags. A build that is signed stays where only an unsigned
    /// one is newer: a farm that signs uses no other. The same is true of a build in the farm's format.
    /// - Parameter needed: paths that stay whatever is newer.
    static func superseded(among builds: [BuildFacts], needed: Set<String>, format: BinpkgFormat) -> [String] {
        let kinds = Dictionary(grouping: builds) {
            Kind(cpv: $0.cpv, slot: $0.slot, repository: $0.repository, use: $0.use)
        }
        return kinds.values.flatMap { same in
            same.filter { build in
                !needed.contains(build.path)
                    && same.contains { newer in
                        newer.buildID > build.buildID && (newer.isSigned || !build.isSigned)
                            && (newer.format == format || build.format != format)
                    }
            }
        }.map(\.path).sorted()
    }
}
