package import Shared

/// How many packages came, in stretches of time.
package struct ThroughputDocument: Encodable, Sendable, Equatable {
    package let fromAt: String?
    package let bucketS: Double
    /// Of each stretch, the oldest first.
    package let published: [Int32]
    /// Attempts that failed.
    package let failed: [Int32]

    package init(_ wire: WireThroughputAnswer) {
        fromAt = Times.universal(wire.sinceMs)
        bucketS = Times.seconds(wire.bucketMs)
        published = wire.published
        failed = wire.failed
    }
}
