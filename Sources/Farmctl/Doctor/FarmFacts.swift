import Documents

/// What farmctl found out about a farm.
struct FarmFacts: Sendable {
    var status: StatusDocument
    /// Of the coordinator and this host's clocks, milliseconds; what the question's way took may be part of it.
    var clockOffset: Int64
    /// How long the question's way took, milliseconds.
    var roundTrip: Int64
    /// The coordinator's host, as it is configured.
    var head: String
    /// Of this farmctl.
    var version: String
}
