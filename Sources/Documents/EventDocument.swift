package import Shared

/// Something that happened.
package struct EventDocument: Encodable, Sendable, Equatable {
    /// Only grows, over restarts of the coordinator too.
    /// nil for what stands for events that are not kept any more.
    package let number: UInt64?
    package let at: String?
    package let kind: String
    package let run: Int64?
    package let farm: String?
    package let job: Int32?
    package let cpv: String?
    /// Of the job, or else of the run.
    package let state: String?
    package let phase: String?
    package let worker: String?
    /// One line for people.
    package let text: String
    package let failure: FailureDocument?

    package init(_ wire: WireFarmEvent) {
        number = wire.number > 0 ? wire.number : nil
        at = Times.universal(wire.timeMs)
        kind = wire.kind
        run = wire.run.unlessZero
        farm = wire.farm.unlessEmpty
        job = wire.cpv.isEmpty ? nil : wire.job
        cpv = wire.cpv.unlessEmpty
        state = wire.state.unlessEmpty
        phase = wire.phase.unlessEmpty
        worker = wire.worker.unlessEmpty
        text = wire.text
        failure = FailureDocument(wire.failure, isPresent: wire.hasFailure)
    }

    /// Stands for those that are not kept any more.
    package static var missed: EventDocument {
        var event = WireFarmEvent()
        event.kind = "missed"
        event.text = "more happened than the coordinator keeps: look at the status"
        return EventDocument(event)
    }
}
