internal import Shared
internal import SystemPackage
internal import Synchronization

/// What a directory holds, and the most that it was seen to hold: Portage empties it when a build has succeeded.
final class DiskMeter: Sendable {
    private let path: FilePath
    private let state = Mutex((last: Int64?.none, most: Int64(0), times: 0))
    /// A build that prints the line of which it is measured for ever is measured no more.
    private static let mostTimes = 16

    init(_ path: FilePath) { self.path = path }

    /// Bytes, as they were measured last.
    var last: Int64? { state.withLock { $0.last } }

    /// The most, in bytes, after another look at what nobody else looks at.
    func measure() async -> Int64 {
        let known = state.withLock { state in
            state.times += 1
            return state.times > Self.mostTimes ? state.most : nil
        }
        if let known { return known }
        _ = await look()
        return state.withLock { $0.most }
    }

    /// Bytes now.
    func look() async -> Int64 {
        let path = path
        let size = (try? await Blocking.run { try FileTree.size(of: path) }) ?? 0
        state.withLock { state in
            state.last = size
            state.most = max(state.most, size)
        }
        return size
    }
}
