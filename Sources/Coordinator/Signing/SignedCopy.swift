import Binpkgs
import Shared
import SystemPackage

/// The signed copy of a package that was checked, beside the binhost's files or already in its place.
struct SignedCopy: Sendable {
    let path: FilePath
    let checked: (entry: PackagesIndex.Entry, output: ContentDigest?)
}
