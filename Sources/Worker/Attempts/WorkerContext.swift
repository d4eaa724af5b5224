internal import Logging
internal import Shared
internal import SystemPackage

/// What all attempts of a worker share.
struct WorkerContext: Sendable {
    let engine: any ContainerEngine
    let images: ImageStore
    let roots: RootStore
    let cache: BlobCache
    let bulk: BulkLink
    let distfiles: DistfileShelf
    let failedWork: FailedWork
    /// A directory for each toolchain below.
    let ccache: FilePath
    let attempts: FilePath
    /// The network of containers that fetch.
    let network: String
    /// Tells this worker's containers from another's.
    let label: String
    let logger: Logger

    static let labelKey = "binfarm.worker"
}
