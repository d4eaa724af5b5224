import Documents
import Shared

/// What ends a verb: what happened, and what to do about it.
struct FarmctlError: Error, Sendable, Equatable, CustomStringConvertible {
    let status: ProgramExit
    let message: String
    let remedy: String?

    init(_ status: ProgramExit, _ message: String, remedy: String? = nil) {
        self.status = status
        self.message = message
        self.remedy = remedy
    }

    init(_ answer: WireErrorAnswer) {
        let status: ProgramExit =
            switch answer.code {
            case .notAllowed: .refused
            case .notFound: .notFound
            case .invalid: .usage
            case .unavailable: .unavailable
            case .unspecified, .UNRECOGNIZED: .failed
            }
        self.init(
            status, answer.message.unlessEmpty ?? "the coordinator refused without saying why (\(answer.code))",
            remedy: answer.remedy.unlessEmpty)
    }

    func adding(_ remedy: String) -> FarmctlError {
        FarmctlError(status, message, remedy: self.remedy.map { "\($0)\n\(remedy)" } ?? remedy)
    }

    var description: String { remedy.map { "\(message)\n\($0)" } ?? message }

    /// For standard error.
    var lines: [Line] {
        ["farmctl: \(message)"] + (remedy.map { $0.split(separator: "\n").map { Line("  \($0)") } } ?? [])
    }
}
