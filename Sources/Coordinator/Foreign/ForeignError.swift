/// Why something of a binhost of others is not used. What it would have spared is built.
struct ForeignError: Error, Equatable, CustomStringConvertible {
    /// The address.
    let place: String
    let problem: String

    var description: String { "\(place): \(problem)" }
}
