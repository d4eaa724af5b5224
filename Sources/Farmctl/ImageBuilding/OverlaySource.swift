import FoundationEssentials
import Shared
import Stack
import SystemPackage

/// A repository of ebuilds that goes into an image.
struct OverlaySource {
    let name: String
    private let place: FarmFile.Overlay.Place
    private let directory: FilePath

    init(_ overlay: FarmFile.Overlay, directory: FilePath) {
        name = overlay.name
        place = overlay.place
        self.directory = directory
    }

    /// The same for the same files.
    func identity() throws -> String {
        switch place {
        case .directory(let path):
            let root = directory.pushing(FilePath(path))
            try check(root)
            do { return try TreeDigest.of(root, leavingOut: [".git"]).hex } catch {
                throw FarmctlError(.failed, "the overlay \(name) cannot be read: \(error)")
            }
        case .git(_, let commit): return commit
        }
    }

    /// Puts its files where nothing is.
    func copy(to target: FilePath, _ scratch: Scratch) async throws {
        switch place {
        case .directory(let path):
            try await Tool.run(
                "cp",
                [
                    "-R", "--no-dereference", "--preserve=mode,links", "--",
                    directory.pushing(FilePath(path)).appending(".").string, target.string,
                ]
            ).demandSuccess()
            try? FileManager.default.removeItem(atPath: target.appending(".git").string)
        case .git(let url, let commit):
            let clone = Environment.cache.appending("overlays").appending("\(name).git")
            let git = ["--git-dir", clone.string, "-c", "protocol.ext.allow=never"]
            if !FileStatus.exists(clone) {
                try await Tool.run("git", ["init", "--quiet", "--bare", "--", clone.string]).demandSuccess()
            }
            // A commit never changes: once here, it need not be fetched again.
            let known = try await Tool.run("git", git + ["cat-file", "-e", "\(commit)^{commit}"])
            if known.status != 0 {
                try await Tool.run("git", git + ["fetch", "--quiet", "--depth", "1", "--", url, commit]).demandSuccess()
            }
            let archive = scratch.directory.appending("\(name).tar")
            try await Tool.run("git", git + ["archive", "--format=tar", "--output", archive.string, commit])
                .demandSuccess()
            do { try Directory.create(target) } catch {
                throw FarmctlError(.failed, "\(target) cannot be made: \(error)")
            }
            try await Tool.run("tar", ["-xf", archive.string, "-C", target.string]).demandSuccess()
            try check(target)
        }
    }

    /// Portage takes the repository's own name for it, whatever others call it.
    private func check(_ root: FilePath) throws(FarmctlError) {
        let file = root.appending("profiles").appending("repo_name")
        guard let text = try? String(contentsOfFile: file.string, encoding: .utf8) else {
            throw FarmctlError(
                .usage, "the overlay \(name) is no repository: \(file) cannot be read",
                remedy: "name the directory above `profiles`.")
        }
        let own = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard own == name else {
            throw FarmctlError(
                .usage, "the overlay \(name) calls itself '\(own.oneLine(atMost: 64))' in \(file)",
                remedy: "call it so in the farm file, too.")
        }
    }
}
