package import SystemPackage
internal import Synchronization
package import ZeroMQ

/// The public keys of all who may talk to a coordinator, read from a directory of `.pub` files and read again when that
/// directory changes, without a restart.
package final class KeyDirectory: Sendable {
    private struct State {
        var modified: (seconds: Int64, nanoseconds: Int64)?
        var byKey: [CurvePublicKey: PublicKeyFile] = [:]
        var byName: [String: PublicKeyFile] = [:]
        var faults: [String] = []
    }

    private let directory: FilePath
    private let state = Mutex(State())

    /// - Throws: when the directory cannot be read. A single bad file is a fault to be shown, not a reason to stop.
    package init(_ directory: FilePath) throws {
        self.directory = directory
        do { _ = try FileStatus.modified(directory) } catch {
            throw KeyError(directory.string, "the directory of keys cannot be read: \(error)")
        }
        refresh()
    }

    /// Who has this key.
    package func holder(of key: CurvePublicKey) -> PublicKeyFile? {
        refresh()
        return state.withLock { $0.byKey[key] }
    }

    /// What the holder of this name may do now; nil when the key has been taken away.
    package func role(of name: String) -> KeyRole? { state.withLock { $0.byName[name]?.role } }

    /// Files that could not be used at the last reading, a line each.
    package var faults: [String] { state.withLock { $0.faults } }

    /// Reads the directory again if it changed. Costs one `stat` if not.
    package func refresh() {
        guard let modified = try? FileStatus.modified(directory) else { return }
        state.withLock { state in
            if let known = state.modified, known == modified { return }
            state = Self.read(directory)
            state.modified = modified
        }
    }

    private static func read(_ directory: FilePath) -> State {
        var state = State()
        let names: [String]
        do { names = try Directory.names(in: directory) } catch {
            state.faults = ["\(directory): \(error)"]
            return state
        }
        for file in names where file.hasSuffix(".pub") {
            do {
                let entry = try PublicKeyFile(contentsOf: directory.appending(file))
                if let other = state.byName[entry.name] ?? state.byKey[entry.key] {
                    state.faults.append("\(file): the same name or key as that of \(other.name)")
                    continue
                }
                state.byName[entry.name] = entry
                state.byKey[entry.key] = entry
            } catch {
                state.faults.append("\(error)")
            }
        }
        return state
    }
}
