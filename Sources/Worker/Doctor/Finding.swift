/// What one check found.
struct Finding: Sendable, Equatable, Encodable {
    enum Verdict: String, Sendable, Encodable { case ok, warning, problem }

    var verdict: Verdict
    /// What was checked, such as `engine`.
    var what: String
    var finding: String
    /// The command that mends it.
    var mend: String?

    static func ok(_ what: String, _ finding: String) -> Finding {
        Finding(verdict: .ok, what: what, finding: finding)
    }

    static func warning(_ what: String, _ finding: String, mend: String? = nil) -> Finding {
        Finding(verdict: .warning, what: what, finding: finding, mend: mend)
    }

    static func problem(_ what: String, _ finding: String, mend: String) -> Finding {
        Finding(verdict: .problem, what: what, finding: finding, mend: mend)
    }
}
