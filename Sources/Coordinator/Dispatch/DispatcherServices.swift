import Shared
import SystemPackage
import ZeroMQ

/// What the dispatcher works with; each has one door and none knows of the others.
struct DispatcherServices: Sendable {
    var keys: KeyDirectory
    var store: Store
    var attempts: LiveAttempts
    var catalogue: BlobCatalogue
    var staging: Staging
    var logs: LogStore
    var packer: LogPacker
    var distfiles: DistfileStore
    var images: ImageShelf
    /// nil: workers get images as files alone.
    var registry: ImageRegistry?
    var uploads: Uploads
    var foreign: ForeignIndexes
    var opener: FarmOpener
    /// Told which farms there are.
    var served: ServedFarms
    var notifier: Notifier
    var refusedPeers: RefusedPeers
    /// `0.0.0.0:8080`: where the page and the binhosts are served.
    var http = ""
    /// Finished with the error after which the coordinator cannot go on.
    var faults: AsyncThrowingStream<Never, any Error>.Continuation
    var instruments: Instruments
}
