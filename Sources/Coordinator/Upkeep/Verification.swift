/// How far the reading of a farm's published files has come, and what it has found.
struct Verification: Sendable {
    /// Findings that are kept; all are counted.
    static let mostFindings = 10_000

    /// Entries whose files are gone or wrong are dropped at the end.
    let repairs: Bool
    var total = 0
    private(set) var checked = 0
    private(set) var findings: [Finding] = []
    private(set) var findingsTotal = 0
    /// Paths of entries that were dropped.
    var dropped: Set<String> = []
    private(set) var hasEnded = false
    /// Why it ended before its end.
    private(set) var failure: String?

    init(repairs: Bool) { self.repairs = repairs }

    mutating func count(_ finding: Finding?) {
        checked += 1
        guard let finding else { return }
        findingsTotal += 1
        if findings.count < Self.mostFindings { findings.append(finding) }
    }

    mutating func end(_ failure: String? = nil) {
        hasEnded = true
        self.failure = failure
    }
}
