import Shared
import Synchronization
import SystemPackage

/// Where the files are that workers may ask for by digest: images, published packages and distfiles.
final class BlobCatalogue: Sendable {
    private struct State {
        var paths: [ContentDigest: FilePath] = [:]
        /// Of what lies at several: farms share files, and each removes its own name.
        var others: [ContentDigest: [FilePath]] = [:]
    }

    private let state = Mutex(State())

    func register(_ digest: ContentDigest, at path: FilePath) {
        state.withLock { state in
            guard let known = state.paths[digest], known != path else {
                state.paths[digest] = path
                return
            }
            state.paths[digest] = path
            state.others[digest, default: []].removeAll { $0 == path }
            state.others[digest, default: []].append(known)
        }
    }

    /// One where it is, the newest first; nil when there never was one.
    func path(of digest: ContentDigest) -> FilePath? {
        let (path, others) = state.withLock { ($0.paths[digest], $0.others[digest] ?? []) }
        guard let path, !others.isEmpty, !FileStatus.exists(path) else { return path }
        return others.last(where: FileStatus.exists) ?? path
    }
}
