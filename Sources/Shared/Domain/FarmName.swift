/// The names of farms: each is a directory of the binhost and a part of its URL.
package enum FarmName {
    /// First parts of the coordinator's paths, which no farm may have for its name.
    package static let taken: Set = ["api", "page"]

    /// What is wrong with a name; nil: nothing.
    package static func problem(_ name: String) -> String? {
        KeyName.isValid(name)
            ? nil : "'\(name)' is no name for a farm: letters, digits, '.', '_' and '-', at most 64"
    }

    /// What is wrong with the names of a coordinator's farms together; nil: nothing.
    package static func problem(ofAll names: [String]) -> String? {
        guard !names.isEmpty, Set(names).count == names.count else {
            return "needs at least one farm, each with a name of its own"
        }
        return names.first(where: taken.contains).map {
            "none may be called '\($0)': the coordinator has something else at /\($0)/"
        }
    }
}
