import Synchronization

/// Which servers have fallen silent: what is left of a takeover does not wait for each of their packages.
final class ServerHealth: Sendable {
    /// In a row, by address.
    private let silences = Mutex<[String: Int]>([:])

    private static let patience = 3

    func isGivenUp(_ address: String) -> Bool { silences.withLock { $0[address] ?? 0 >= Self.patience } }

    func answered(_ address: String) { silences.withLock { $0[address] = nil } }

    /// - Returns: whether it has just been given up.
    func wasSilent(_ address: String) -> Bool {
        silences.withLock { silences in
            silences[address, default: 0] += 1
            return silences[address] == Self.patience
        }
    }
}
