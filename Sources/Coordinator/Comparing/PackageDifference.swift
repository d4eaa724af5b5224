import Binpkgs
import Shared

/// What is not alike in two builds of a package.
struct PackageDifference {
    struct FileChange: Equatable {
        enum Kind: Equatable {
            case added, removed
            case changed([Aspect])
        }

        enum Aspect: String { case content, type, mode, owner, target }

        /// From the root, as text.
        let path: String
        let kind: Kind
        let fromSize: Int64
        let toSize: Int64
    }

    /// `+flag`, `-flag`: what is on now and was not, or the other way round.
    let use: [String]
    let provides: (added: [String], removed: [String])
    let requires: (added: [String], removed: [String])
    /// By path.
    private(set) var files: [FileChange] = []
    private(set) var unchangedFiles = 0

    init(from: PackageContents, to: PackageContents) {
        let (then, now) = (from.metadata.enabledFlags, to.metadata.enabledFlags)
        use = then.symmetricDifference(now).sorted().map { (now.contains($0) ? "+" : "-") + $0 }
        provides = Self.change(from.sonames("PROVIDES"), to.sonames("PROVIDES"))
        requires = Self.change(from.sonames("REQUIRES"), to.sonames("REQUIRES"))
        guard from.isRead, to.isRead else { return }
        for path in Set(from.files.keys).union(to.files.keys) {
            let (old, new) = (from.files[path], to.files[path])
            guard let kind = Self.kind(old, new) else {
                unchangedFiles += 1
                continue
            }
            files.append(
                FileChange(
                    path: "/" + String(decoding: path, as: UTF8.self), kind: kind, fromSize: old?.size ?? 0,
                    toSize: new?.size ?? 0))
        }
        files.sort { $0.path < $1.path }
    }

    private static func change(_ from: Set<String>, _ to: Set<String>) -> (added: [String], removed: [String]) {
        (to.subtracting(from).sorted(), from.subtracting(to).sorted())
    }

    /// nil when both are alike.
    private static func kind(_ old: PackageContents.File?, _ new: PackageContents.File?) -> FileChange.Kind? {
        guard let old else { return .added }
        guard let new else { return .removed }
        guard old != new else { return nil }
        var aspects: [FileChange.Aspect] = []
        if old.content != new.content { aspects.append(.content) }
        if old.type != new.type || old.device != new.device { aspects.append(.type) }
        if old.mode != new.mode { aspects.append(.mode) }
        if old.owner != new.owner || old.group != new.group { aspects.append(.owner) }
        if old.target != new.target { aspects.append(.target) }
        return .changed(aspects)
    }
}

extension BinpkgMetadata {
    /// Flags of its ebuild that are on.
    fileprivate var enabledFlags: Set<String> { use.intersection(iuse) }
}
