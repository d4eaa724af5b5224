/// Why something of a binhost of others is not used. What it would have spared is built.
struct ForeignError: Error, Equatable, CustomStringConvertible {
    /// The address.
    let place: String
    let problem: String
    /// It did not answer, or stopped to: what else it has will not come either.
    var isSilence = false

    var description: String { "\(place): \(problem)" }
}
