/// How fast a worker's host is against what is expected of builds from their history: 2 is twice as fast.
///
/// The median of its last builds, so that a few odd ones change nothing.
package struct HostSpeed: Equatable, Sendable, Codable {
    /// Expected by taken time of the last builds, in thousandths, the newest last.
    private var ratios: [Int32] = []
    package private(set) var factor: Double = 1

    private static let kept = 15
    /// Fewer tell nothing.
    private static let enough = 3

    package init() {}

    package var isKnown: Bool { ratios.count >= Self.enough }

    /// Milliseconds.
    mutating func learn(expected: Int64, took: Int64) {
        guard expected > 0, took > 0 else { return }
        let ratio = min(10, max(0.1, Double(expected) / Double(took)))
        ratios.append(Int32((ratio * 1000).rounded()))
        if ratios.count > Self.kept { ratios.removeFirst() }
        guard isKnown else { return }
        let sorted = ratios.sorted()
        let middle = (Int(sorted[(sorted.count - 1) / 2]) + Int(sorted[sorted.count / 2])) / 2
        factor = Double(middle) / 1000
    }

    /// What takes so long as expected takes here.
    func scale(_ milliseconds: Int64) -> Int64 { Int64(Double(milliseconds) / factor) }
}
