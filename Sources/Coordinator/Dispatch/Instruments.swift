package import Core
package import Shared

/// What a measurement puts into a coordinator; nothing of it is there when one serves a farm.
package struct Instruments: Sendable {
    /// Takes the place of the binhosts, which have benchmarks of their own.
    package var publisher: (any Publisher)?
    package var meter: (any DispatchMeter)?

    package init(publisher: (any Publisher)? = nil, meter: (any DispatchMeter)? = nil) {
        self.publisher = publisher
        self.meter = meter
    }
}

/// Takes finished packages.
package protocol Publisher: Sendable {
    /// The answer for the core: `published`, `publicationRefused` or `storageFull`.
    nonisolated(nonsending) func publish(_ publication: Publication) async -> Event
}

/// Is told of the dispatcher's work, on its thread.
package protocol DispatchMeter: Sendable {
    /// - Parameter delay: from the handling of the event after which the job waited for nothing but this message.
    func assigned(_ attempt: AttemptID, after delay: Duration)
    /// The change is committed.
    func committed(_ change: Change)
}
