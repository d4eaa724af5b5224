/// Why something could not be signed. What gpg said is kept: it has no secrets in it.
struct SigningError: Error, Equatable {
    /// What was tried, such as `sign with the key …`.
    let attempt: String
    /// Why it failed, in gpg's own words where there are some.
    let detail: String
    /// What mends it.
    let remedy: String
}

extension SigningError: CustomStringConvertible {
    var description: String { "cannot \(attempt) (\(detail)): \(remedy)" }
}
