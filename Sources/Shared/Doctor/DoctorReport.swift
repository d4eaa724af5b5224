internal import FoundationEssentials

/// All findings, for people and for programs.
package struct DoctorReport: Sendable, Encodable {
    package let checks: [Diagnosis]
    package let problems: Int
    package let warnings: Int

    package init(_ checks: [Diagnosis]) {
        self.checks = checks
        problems = checks.count { $0.verdict == .problem }
        warnings = checks.count { $0.verdict == .warning }
    }

    /// Of the program: 1 when there is a problem.
    package var exitStatus: Int32 { problems > 0 ? 1 : 0 }

    /// A line for each check, and one more for what mends it.
    package var text: String {
        checks.map { check in
            let verdict = check.verdict.rawValue
            let padding = String(repeating: " ", count: 7 - verdict.count)
            let line = "\(verdict)\(padding)  \(check.what): \(check.finding.oneLine(atMost: 1000))\n"
            return line + (check.mend.map { "  mend: \($0.oneLine(atMost: 2000))\n" } ?? "")
        }.joined()
    }

    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
