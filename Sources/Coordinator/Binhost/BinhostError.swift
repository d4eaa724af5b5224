import Binpkgs
import Shared
import SystemPackage

/// Why a package was not published, or a release not made. Nothing is half done when one is thrown, and the staged file is
/// where it was.
enum BinhostError: Error, Equatable {
    /// One thing that the package has otherwise than planned.
    struct Difference: Equatable, Sendable {
        let what: String
        let wanted: String
        let found: String
    }

    /// The file is no valid package of the format that was asked for.
    case invalidPackage(BinpkgError)
    /// The file is valid but not the package that was to be built.
    case identityMismatch(cpv: CPV, differences: [Difference])
    /// The file is not the one that the worker announced.
    case contentMismatch(cpv: CPV, what: String, wanted: String, found: String)
    /// Another file is published under this path already; published packages never change.
    case pathTaken(path: String, published: String, offered: String)
    /// The disk or the quota is full, or the reserve would be used: wait for room and call again.
    case noSpace(path: String, detail: String)
    /// The package is right, but could not be signed: mend that and call again.
    case unsigned(SigningError)
    /// A file operation failed.
    case system(operation: String, path: String, errno: Errno)
    /// The existing index cannot be understood.
    case indexUnreadable(path: String, detail: String)
    /// There is a release of this name: releases never change.
    case releaseExists(name: String, farm: String)
    /// There is no release of this name.
    case releaseMissing(name: String, farm: String)
    /// A file of the release is gone or another: somebody else was in its directory.
    case releaseDamaged(name: String, path: String)
    /// What says why clients see an earlier state cannot be understood.
    case holdUnreadable(path: String, detail: String)
    /// Files that should have a second name here are on another file system.
    case filesElsewhere(binhost: String, source: String)

    /// Every case but `noSpace`, `unsigned` and `system` stays wrong however often it is tried.
    var isTransient: Bool {
        switch self {
        case .noSpace, .unsigned, .system: true
        default: false
        }
    }

    /// What cannot be understood of an index is the binhost's fault.
    static func reading<Result>(
        _ body: () throws(PackagesIndexError) -> Result
    ) throws(BinhostError) -> Result {
        do throws(PackagesIndexError) { return try body() } catch {
            throw .indexUnreadable(path: error.path, detail: error.detail)
        }
    }
}

extension BinhostError: CustomStringConvertible {
    var description: String {
        switch self {
        case .invalidPackage(let error): error.description
        case .identityMismatch(let cpv, let differences):
            "the package offered as \(cpv) is another: "
                + differences.map { "\($0.what) is “\($0.found)”, planned was “\($0.wanted)”" }.joined(separator: "; ")
        case .contentMismatch(let cpv, let what, let wanted, let found):
            "the file offered as \(cpv) has \(what) \(found), announced was \(wanted): transfer it again"
        case .pathTaken(let path, let published, let offered):
            "\(path) is published with SHA-256 \(published) and cannot become \(offered): use a new BUILD_ID"
        case .noSpace(let path, let detail):
            "no room to publish at \(path) (\(detail)): free space there, publishing then goes on"
        case .unsigned(let error): error.description
        case .system(let operation, let path, let errno):
            "cannot \(operation) \(path): \(errno)"
        case .indexUnreadable(let path, let detail):
            "the package index \(path) cannot be read (\(detail)): repair it or move it away to start an empty binhost"
        case .releaseExists(let name, let farm):
            "\(farm) has a release '\(name)' already, and releases never change: choose another name"
        case .releaseMissing(let name, let farm):
            "\(farm) has no release '\(name)': farmctl release list \(farm) names those that there are"
        case .releaseDamaged(let name, let path):
            "the release '\(name)' has lost \(path), or that is another file now: choose another release"
        case .holdUnreadable(let path, let detail):
            "\(path) cannot be read (\(detail)): remove its directory, and clients see the present state"
        case .filesElsewhere(let binhost, let source):
            "\(source) is not on the file system of \(binhost), with which it shares files: bring both onto one"
        }
    }
}
