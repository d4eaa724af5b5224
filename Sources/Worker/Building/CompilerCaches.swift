internal import Glibc
internal import Logging
internal import Shared
internal import SystemPackage

/// The compiler caches of a worker: each bounds its own size, and those of toolchains that are gone are removed.
struct CompilerCaches: Sendable {
    let directory: FilePath
    let engine: any ContainerEngine
    let logger: Logger

    private static let keptSeconds: Int64 = 30 * 24 * 3600

    /// Removes what no build has used for thirty days.
    /// - Parameter now: seconds since 1970.
    func tidy(now: Int64 = Int64(time(nil))) async {
        for name in (try? Directory.names(in: directory)) ?? [] {
            let path = directory.appending(name)
            guard let used = try? FileStatus.modified(path).seconds, now - used > Self.keptSeconds else { continue }
            do {
                try await engine.removeTree(path)
                logger.info("compiler cache of a toolchain no longer used removed", metadata: ["path": "\(path)"])
            } catch {
                logger.warning("not removed", metadata: ["path": "\(path)", "error": "\(error)"])
            }
        }
    }
}
