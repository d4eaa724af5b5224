internal import SystemPackage
internal import Synchronization

/// The most that a directory was seen to hold. Portage empties it when a build has succeeded, so it is looked at before.
final class DiskMeter: Sendable {
    private let path: FilePath
    private let most = Mutex<Int64>(0)

    init(_ path: FilePath) { self.path = path }

    /// Bytes.
    func measure() async -> Int64 {
        let path = path
        let size = (try? await Blocking.run { try FileTree.size(of: path) }) ?? 0
        return most.withLock { most in
            most = max(most, size)
            return most
        }
    }
}
