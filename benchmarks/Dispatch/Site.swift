import Glibc
import Shared
import SystemPackage

/// The directory of one measurement: keys, configuration, state, and the marks by which its processes agree.
struct Site {
    let directory: FilePath
    let port: Int

    var control: String { "tcp://127.0.0.1:\(port)" }
    var keys: FilePath { directory.appending("keys") }
    var configuration: FilePath { directory.appending("coordinator.yaml") }
    var database: FilePath { directory.appending("state/coordinator.sqlite") }
    var report: FilePath { directory.appending("report") }
    static let farm = "benchmark"

    static func worker(_ number: Int) -> String { "worker-\(number)" }

    /// Writes what a coordinator of so many workers needs.
    func make(workers: Int) throws {
        try Directory.create(directory.appending("state"))
        try Directory.create(keys)
        _ = try SecretKeyFile.create(name: "head", role: .coordinator, in: keys)
        for worker in 0..<workers { _ = try SecretKeyFile.create(name: Self.worker(worker), role: .worker, in: keys) }
        try AtomicFile.write([1], to: directory.appending("image.tar"))
        let text = """
            control: \(control)
            bulk: tcp://127.0.0.1:\(port + 1)
            http: 127.0.0.1:\(port + 2)
            key: keys/head.secret
            keys: keys
            state: state
            farms:
              - name: \(Self.farm)
                image: image.tar
                reserve: 1MiB

            """
        try AtomicFile.write(Array(text.utf8), to: configuration)
    }

    func mark(_ name: String) { _ = try? AtomicFile.write([], to: directory.appending(name)) }
    func isMarked(_ name: String) -> Bool { FileStatus.exists(directory.appending(name)) }
}
