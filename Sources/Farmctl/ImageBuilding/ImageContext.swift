import FoundationEssentials
import ImageSteps
import Shared
import SystemPackage

/// Packs what a worker needs to make an image, besides the image that it stands on.
struct ImageContext {
    let description: ImageDescription
    let scratch: Scratch

    /// - Returns: the archive.
    func pack() async throws -> FilePath {
        let root = try scratch.makeTree("context", ["repos", "portage-config"])
        for file in ImageSteps.files {
            try write(file.content, to: root.pushing(FilePath(file.path)), isProgram: file.isProgram)
        }
        for (path, text) in description.configuration {
            try write(Array(text.utf8), to: root.appending("portage-config").pushing(FilePath(path)))
        }
        for (path, text) in description.instructions {
            try write(Array(text.utf8), to: root.pushing(FilePath(path)))
        }
        for overlay in description.overlays {
            try await overlay.copy(to: root.appending("repos").appending(overlay.name), scratch)
        }
        let archive = scratch.directory.appending("context.tar.gz")
        // Nothing in it tells of this host or of today.
        try await Tool.run(
            "tar",
            [
                "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=posix",
                "--pax-option=delete=atime,delete=ctime", "--use-compress-program=gzip -n", "-C", root.string, "-cf",
                archive.string, ".",
            ]
        ).demandSuccess()
        return archive
    }

    private func write(_ bytes: [UInt8], to path: FilePath, isProgram: Bool = false) throws(FarmctlError) {
        do {
            try Directory.create(path.removingLastComponent())
            try AtomicFile.write(bytes, to: path)
            if isProgram {
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.string)
            }
        } catch {
            throw FarmctlError(.failed, "\(path) cannot be written: \(error)")
        }
    }
}
