/// The names of farms: each is a directory of the binhost and a part of its URL.
package enum FarmName {
    /// First parts of the coordinator's paths, which no farm may have for its name.
    package static let taken: Set = ["api", "page"]

    /// What is wrong with a name; nil: nothing.
    package static func problem(_ name: String) -> String? {
        guard KeyName.isValid(name) else {
            return "'\(name)' is no name for a farm: letters, digits, '.', '_' and '-', at most 64"
        }
        return taken.contains(name)
            ? "no farm may be called '\(name)': the coordinator has something else at /\(name)/" : nil
    }

    /// What is wrong with the names of a coordinator's farms together; nil: nothing.
    package static func problem(ofAll names: [String]) -> String? {
        Set(names).count == names.count ? nil : "two have one name: give each a name of its own"
    }
}
