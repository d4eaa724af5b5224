import Binpkgs
import Shared
import SystemPackage

/// A package that is what was asked for, and not in the index yet.
struct CheckedPackage {
    let entry: PackagesIndex.Entry
    /// Digest of what dependents can see of it.
    let output: ContentDigest?
    let staged: FilePath
    /// Where its file is now: staged, or already at its target.
    let source: FilePath
    let target: FilePath

    /// What it is once it is in the index.
    var published: PublishedPackage {
        get throws(BinhostError) {
            guard var published = entry.published else {
                throw .indexUnreadable(path: target.string, detail: "the new entry is incomplete")
            }
            published.output = output
            return published
        }
    }
}
