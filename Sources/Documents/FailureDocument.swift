package import Shared

package struct FailureDocument: Encodable, Sendable, Equatable {
    /// As `FailureClass` writes it, or `unknown`.
    package let `class`: String
    package let reason: String
    package let firstErrorLine: String?

    package init?(_ wire: WireFailure, isPresent: Bool) {
        guard isPresent else { return nil }
        self.init(wire)
    }

    package init(_ wire: WireFailure) {
        `class` = wire.class.domain?.rawValue ?? "unknown"
        reason = wire.reason
        firstErrorLine = wire.firstErrorLine.unlessEmpty
    }

    /// What tells most in one line.
    package var line: String {
        FailureClass(rawValue: `class`)?.isToldByLog == false ? reason : firstErrorLine ?? reason
    }
}
