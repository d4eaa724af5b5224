/// What one check of `doctor` found.
package struct Diagnosis: Sendable, Equatable, Encodable {
    package enum Verdict: String, Sendable, Encodable { case ok, warning, problem }

    package var verdict: Verdict
    /// What was checked, such as `engine`.
    package var what: String
    package var finding: String
    /// The command that mends it.
    package var mend: String?

    package init(verdict: Verdict, what: String, finding: String, mend: String? = nil) {
        self.verdict = verdict
        self.what = what
        self.finding = finding
        self.mend = mend
    }

    package static func ok(_ what: String, _ finding: String) -> Diagnosis {
        Diagnosis(verdict: .ok, what: what, finding: finding)
    }

    package static func warning(_ what: String, _ finding: String, mend: String? = nil) -> Diagnosis {
        Diagnosis(verdict: .warning, what: what, finding: finding, mend: mend)
    }

    package static func problem(_ what: String, _ finding: String, mend: String) -> Diagnosis {
        Diagnosis(verdict: .problem, what: what, finding: finding, mend: mend)
    }
}
