package import Shared

package struct ResolveErrorDocument: Encodable, Sendable, Equatable {
    package struct Suggestion: Encodable, Sendable, Equatable {
        /// Below /etc/portage of the farm's image.
        package let file: String
        package let line: String
    }

    package let kind: String
    package let atom: String?
    package let packages: [String]
    package let chain: [String]
    package let reasons: [String]
    package let suggestions: [Suggestion]
    /// Portage's own text.
    package let message: String

    package init?(_ wire: WireResolveError, isPresent: Bool) {
        guard isPresent else { return nil }
        kind = wire.kind
        atom = wire.atom.unlessEmpty
        packages = wire.packages
        chain = wire.chain
        reasons = wire.reasons
        suggestions = wire.suggestions.map { Suggestion(file: $0.file, line: $0.line) }
        message = wire.message
    }
}
