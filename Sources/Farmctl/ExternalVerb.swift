import Glibc

/// A verb that is a program of its own, as with git: `farmctl foo` is `farmctl-foo` on PATH.
struct ExternalVerb: Equatable {
    /// Of the program.
    let path: String
    let arguments: [String]

    /// nil when the first argument is one of farmctl's own verbs or an option, or there is no such program.
    init?(_ arguments: [String], own: Set<String>, path search: String?) {
        guard let verb = arguments.first, !verb.isEmpty, !verb.hasPrefix("-"), !verb.contains("/"), !own.contains(verb)
        else { return nil }
        let places: [String] = (search ?? "").split(separator: ":").map { "\($0)/farmctl-\(verb)" }
        guard let found = places.first(where: { access($0, X_OK) == 0 }) else { return nil }
        path = found
        self.arguments = Array(arguments.dropFirst())
    }

    /// Becomes the program; comes back only when that is not possible.
    func run() -> FarmctlError {
        let error = Tool.become(path, arguments)
        return FarmctlError(.failed, "\(path) cannot be run: \(error)", remedy: "Look at its first line and its mode.")
    }
}
