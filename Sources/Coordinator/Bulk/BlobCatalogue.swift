import Shared
import Synchronization
import SystemPackage

/// Where the files are that workers may ask for by digest: images, published packages and distfiles.
final class BlobCatalogue: Sendable {
    private let paths = Mutex<[ContentDigest: FilePath]>([:])

    func register(_ digest: ContentDigest, at path: FilePath) { paths.withLock { $0[digest] = path } }

    func path(of digest: ContentDigest) -> FilePath? { paths.withLock { $0[digest] } }
}
