import Shared

struct ResolveErrorView: Encodable, Sendable, Equatable {
    struct Suggestion: Encodable, Sendable, Equatable {
        /// Below /etc/portage of the farm's image.
        let file: String
        let line: String
    }

    let kind: String
    let atom: String?
    let packages: [String]
    let chain: [String]
    let reasons: [String]
    let suggestions: [Suggestion]
    /// Portage's own text.
    let message: String

    init?(_ wire: WireResolveError, isPresent: Bool) {
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
