package import Shared

/// One run, with what the status screen has no room for.
package struct RunDetailDocument: Encodable, Sendable, Equatable {
    package let run: RunDocument
    /// Packages built in an hour, since the first build began.
    package let perHour: Double?
    /// Over the last quarter of an hour.
    package let perHourNow: Double?
    /// Before that it cannot end.
    package let earliestAt: String?
    /// It should not end later, if builds take what is expected.
    package let latestAt: String?
    /// The same from now on.
    package let remainingLeastS: Double?
    package let remainingMostS: Double?
    /// Jobs that decide the end, each waits for the one before it; the first ones.
    package let decidingPath: [JobDocument]
    package let decidingTotal: Int32

    package init(_ wire: WireRunAnswer) {
        run = RunDocument(wire.run, now: wire.nowMs)
        perHour = Self.pace(wire.perHour)
        perHourNow = Self.pace(wire.perHourNow)
        earliestAt = Times.universal(wire.earliestMs)
        latestAt = Times.universal(wire.latestMs)
        remainingLeastS = wire.earliestMs.unlessZero.map { Times.seconds(max(0, $0 - wire.nowMs)) }
        remainingMostS = wire.latestMs.unlessZero.map { Times.seconds(max(0, $0 - wire.nowMs)) }
        decidingPath = wire.decidingPath.map { JobDocument($0, now: wire.nowMs) }
        decidingTotal = wire.decidingTotal
    }

    private static func pace(_ number: Double) -> Double? {
        number.isFinite && number > 0 ? (number * 10).rounded() / 10 : nil
    }

    private enum CodingKeys: String, CodingKey {
        case perHour, perHourNow, earliestAt, latestAt, remainingLeastS, remainingMostS, decidingPath, decidingTotal
    }

    /// The run's own fields, and these beside them.
    package func encode(to encoder: any Encoder) throws {
        try run.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(perHour, forKey: .perHour)
        try container.encodeIfPresent(perHourNow, forKey: .perHourNow)
        try container.encodeIfPresent(earliestAt, forKey: .earliestAt)
        try container.encodeIfPresent(latestAt, forKey: .latestAt)
        try container.encodeIfPresent(remainingLeastS, forKey: .remainingLeastS)
        try container.encodeIfPresent(remainingMostS, forKey: .remainingMostS)
        try container.encode(decidingPath, forKey: .decidingPath)
        try container.encode(decidingTotal, forKey: .decidingTotal)
    }
}
