internal import Shared
internal import SystemPackage
internal import Synchronization

/// The most that a directory was seen to hold. Portage empties it when a build has succeeded, so it is looked at before.
final class DiskMeter: Sendable {
    private let path: FilePath
    private let state = Mutex((most: Int64(0), times: 0))
    /// A build that prints the line of which it is measured for ever is measured no more.
    private static let mostTimes = 16

    init(_ path: FilePath) { self.path = path }

    /// Bytes.
    func measure() async -> Int64 {
        let known = state.withLock { state in
            state.times += 1
            return state.times > Self.mostTimes ? state.most : nil
        }
        if let known { return known }
        let path = path
        let size = (try? await Blocking.run { try FileTree.size(of: path) }) ?? 0
        return state.withLock { state in
            state.most = max(state.most, size)
            return state.most
        }
    }
}
