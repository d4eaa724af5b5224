import FoundationEssentials
import Glibc
import Logging
import Shared
import Subprocess
import Synchronization
import SystemPackage

/// Copies the farms' images to a registry, so that workers pull what layers they lack, and none from the coordinator.
///
/// The registry needs no trust: a worker asks for the manifest's digest, which skopeo told when it sent the image from here.
actor ImageRegistry {
    let place: RegistryPlace
    /// One file for each image that was sent, with its name there.
    private let notes: FilePath
    private let logger: Logger
    private let known = Mutex<[ContentDigest: RegistryImage]>([:])
    private var work: Task<Void, Never>?

    /// The whole archive on a slow line.
    private static let timeout = Duration.seconds(1800)
    private static let (outputLimit, errorLimit) = (4096, 64 * 1024)

    /// - Parameter notes: a directory of its own.
    init(_ place: RegistryPlace, notes: FilePath, logger: Logger) throws {
        self.place = place
        self.notes = notes
        self.logger = logger
        try Directory.create(notes)
    }

    /// Where workers can pull an image; nil while nobody knows that it is there.
    nonisolated func image(_ archive: ContentDigest) -> RegistryImage? { known.withLock { $0[archive] } }

    /// Sends an image that is not there yet. Where that fails workers fetch it from the coordinator.
    /// - Parameter file: the archive.
    func offer(_ archive: ContentDigest, at file: FilePath) async {
        let earlier = work
        let work = Task {
            await earlier?.value
            guard image(archive) == nil else { return }
            do {
                let image = try await bring(archive, at: file)
                known.withLock { $0[archive] = image }
                logger.notice("an image is in the registry", metadata: ["epoch": "\(archive.short)", "as": "\(image)"])
            } catch {
                logger.warning(
                    "an image is not in the registry; workers fetch it from the coordinator",
                    metadata: ["epoch": "\(archive.short)", "registry": "\(place)", "reason": "\(error)"])
            }
        }
        self.work = work
        await work.value
    }

    /// Remembers no other images.
    func forget(except archives: Set<ContentDigest>) throws {
        for name in try Directory.names(in: notes) {
            guard let archive = ContentDigest(hex: name), !archives.contains(archive) else { continue }
            unlink(notes.appending(name).string)
        }
        known.withLock { known in known = known.filter { archives.contains($0.key) } }
    }

    private func bring(_ archive: ContentDigest, at file: FilePath) async throws -> RegistryImage {
        if let image = try await there(archive) { return image }
        return try await send(archive, at: file)
    }

    /// What was sent in an earlier life, and is there still.
    private func there(_ archive: ContentDigest) async throws -> RegistryImage? {
        guard let text = try? String(contentsOfFile: note(archive).string, encoding: .utf8),
            let image = RegistryImage(text), image.place == place
        else { return nil }
        let result = try await skopeo(["inspect", "--no-tags", "--format", "{{.Digest}}", "--", "docker://\(image)"])
        return result.status == 0 ? image : nil
    }

    private func send(_ archive: ContentDigest, at file: FilePath) async throws -> RegistryImage {
        let digest = notes.appending(".\(archive.hex).digest")
        defer { unlink(digest.string) }
        let result = try await skopeo([
            "copy", "--quiet", "--digestfile", digest.string, "--", "docker-archive:\(file)",
            "docker://\(place):\(archive.hex)",
        ])
        guard result.status == 0 else { throw ImageRegistryError(reason: "skopeo: \(result.errors)") }
        let manifest = try String(contentsOfFile: digest.string, encoding: .utf8).filter { !$0.isWhitespace }
        guard let image = RegistryImage(place, manifest: manifest) else {
            throw ImageRegistryError(reason: "skopeo wrote another digest: '\(manifest.oneLine(atMost: 100))'")
        }
        try AtomicFile.write(Array("\(image)".utf8), to: note(archive))
        return image
    }

    private func note(_ archive: ContentDigest) -> FilePath { notes.appending(archive.hex) }

    /// Credentials it finds where `podman login` and `docker login` have put them.
    private nonisolated func skopeo(_ words: [String]) async throws -> (status: Int32, errors: String) {
        try await TimeLimit.run(Self.timeout) {
            let result = try await Subprocess.run(
                .name("skopeo"), arguments: Arguments(words), environment: .inherit.updating(["LC_ALL": "C"]),
                platformOptions: .child, input: .none, output: .bytes(limit: Self.outputLimit),
                error: .string(limit: Self.errorLimit))
            return (result.terminationStatus.code, result.standardError.oneLine(atMost: 500))
        }
    }
}

/// Why an image could not be sent to a registry.
struct ImageRegistryError: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
