import Core
import Shared

/// What goes on of taking packages of other binhosts over.
struct Takeovers {
    /// By the address of the binhost that had them.
    typealias Packages = [String: [KnownPackage]]

    /// One goes on after the other in a farm: two would fetch the same.
    var last: [String: Task<Packages, Never>] = [:]
    /// For people, by the run that waits for it.
    var notes: [RunID: String] = [:]
    /// Numbers that were given to what was then not published after all: they are no build's.
    var numbers: Set<Number> = []

    struct Number: Hashable {
        let farm: String
        let cpv: CPV
        let buildID: Int32
    }
}
