import Synchronization

/// What the HTTP server serves, by farm: whoever changes the farms says so here, and no client waits for anybody.
final class ServedFarms: Sendable {
    private let content = Mutex<[String: ServedFarm]>([:])

    var farms: [String: ServedFarm] {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }
}
