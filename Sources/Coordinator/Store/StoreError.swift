/// A database that the coordinator cannot work with; it has touched nothing then.
package enum StoreError: Error, CustomStringConvertible {
    case newer(path: String)
    case damaged(path: String, finding: String)
    case unusable(path: String, reason: String)
    case notBackedUp(path: String, reason: String)

    package var description: String {
        switch self {
        case .newer(let path):
            "\(path) was written by a newer binfarm; install that version, or move the file away to start anew"
        case .damaged(let path, let finding):
            "\(path) is damaged: \(finding); restore a backup (docs/state.md), or move it away to start anew"
        case .unusable(let path, let reason):
            "\(path) cannot be used: \(reason)"
        case .notBackedUp(let path, let reason):
            "the backup \(path) was not made: \(reason)"
        }
    }
}
