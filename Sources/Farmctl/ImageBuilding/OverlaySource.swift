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
        do { try Directory.create(target) } catch {
            throw FarmctlError(.failed, "\(target) cannot be made: \(error)")
        }
        let archive =
            switch place {
            case .directory(let path): try await archive(of: directory.pushing(FilePath(path)), scratch)
            case .git(let url, let commit): try await archive(of: commit, from: url, scratch)
            }
        try await Tool.run("tar", ["--no-same-owner", "-xf", archive.string, "-C", target.string]).demandSuccess()
        try check(target)
    }

    private func archive(of root: FilePath, _ scratch: Scratch) async throws -> FilePath {
        let archive = scratch.directory.appending("\(name).tar")
        try await Tool.run("tar", ["--exclude=./.git", "-C", root.string, "-cf", archive.string, "."]).demandSuccess()
        return archive
    }

    /// A commit never changes: once here, it is not fetched again.
    private func archive(of commit: String, from url: String, _ scratch: Scratch) async throws -> FilePath {
        let name = "\(self.name)-\(commit).tar"
        if let file = Cache.overlays.file(name) { return file }
        let clone = scratch.directory.appending("\(self.name).git")
        let git = ["--git-dir", clone.string, "-c", "protocol.ext.allow=never"]
        try await Tool.run("git", ["init", "--quiet", "--bare", "--", clone.string]).demandSuccess()
        try await Tool.run("git", git + ["fetch", "--quiet", "--depth", "1", "--", url, commit]).demandSuccess()
        return try await Cache.overlays.add(name) { fresh in
            try await Tool.run("git", git + ["archive", "--format=tar", "--output", fresh.string, commit])
                .demandSuccess()
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
