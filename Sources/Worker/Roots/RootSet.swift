internal import Shared

/// The packages that a root has over its farm's image. In whatever order they were installed, it is the same root: each
/// comes after what it needs itself.
struct RootSet: Sendable, Hashable {
    /// Of the image archive.
    let epoch: ContentDigest
    let members: Set<PackageMark>

    init(epoch: ContentDigest, members: Set<PackageMark>) {
        self.epoch = epoch
        self.members = members
    }

    init(epoch: ContentDigest, _ packages: [DependencyPackage]) {
        self.init(epoch: epoch, members: Set(packages.map { PackageMark($0.package.digest) }))
    }

    var id: ContentDigest {
        var hasher = ContentHasher()
        hasher.update(Array("binfarm root 1\n\(epoch)\n".utf8))
        for member in members.sorted() { hasher.update(Array("\(member)\n".utf8)) }
        return hasher.finish()
    }
}

/// A package file by half of its digest: enough to tell files apart, and a thousand of them fit into an image's label.
struct PackageMark: Sendable, Hashable, Comparable, CustomStringConvertible {
    let description: String

    private static let length = 32

    init(_ digest: ContentDigest) { description = String(digest.hex.prefix(Self.length)) }

    /// nil when the text is no mark.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == Self.length,
            text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        description = String(text)
    }

    static func < (left: PackageMark, right: PackageMark) -> Bool { left.description < right.description }
}
