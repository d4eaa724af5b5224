package import Shared

/// One job: why it is built, reused or skipped, what it waits for, and who waits for it.
package struct WhyDocument: Encodable, Sendable, Equatable {
    package struct Needed: Encodable, Sendable, Equatable {
        package let job: JobDocument
        /// 0 is what the job itself waits for; what stands behind it and one deeper is what it waits for.
        package let depth: Int32
    }

    package let job: JobDocument
    /// Sentences for people, the most important first.
    package let explanation: [String]
    package let waitsFor: [Needed]
    /// Those that are not in `waitsFor` too.
    package let waitsForTotal: Int32
    /// The first ones.
    package let waitedForBy: [String]
    package let waitedForByTotal: Int32

    package init(_ wire: WireWhyAnswer, now: Int64) {
        job = JobDocument(wire.job, now: now)
        explanation = wire.lines
        waitsFor = wire.waitsFor.enumerated().map { place, status in
            Needed(
                job: JobDocument(status, now: now),
                depth: wire.depths.indices.contains(place) ? max(0, wire.depths[place]) : 0)
        }
        waitsForTotal = max(wire.waitsForTotal, Int32(wire.waitsFor.count))
        waitedForBy = wire.waitedForBy
        waitedForByTotal = max(wire.waitedForByTotal, Int32(wire.waitedForBy.count))
    }
}
