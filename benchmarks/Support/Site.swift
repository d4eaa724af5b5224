import Glibc
package import Shared
package import SystemPackage

/// The directory of one measurement: keys, configuration, state, and the marks by which its processes agree.
package struct Site: Sendable {
    package let directory: FilePath
    package let port: Int

    package init(directory: FilePath, port: Int) {
        self.directory = directory
        self.port = port
    }

    package var control: String { "tcp://127.0.0.1:\(port)" }
    package var bulk: String { "tcp://127.0.0.1:\(port + 1)" }
    package var keys: FilePath { directory.appending("keys") }
    package var configuration: FilePath { directory.appending("coordinator.yaml") }
    package var state: FilePath { directory.appending("state") }
    package var database: FilePath { state.appending("coordinator.sqlite") }
    /// The first farm.
    package static let farm = "farm-0"

    package static func worker(_ number: Int) -> String { "worker-\(number)" }

    /// Writes what a coordinator of so many workers needs, with a farm for each image.
    /// - Parameter images: files below the directory.
    package func make(workers: Int, images: [String]) throws {
        try Directory.create(state)
        try Directory.create(keys)
        _ = try SecretKeyFile.create(name: "head", role: .coordinator, in: keys)
        for worker in 0..<workers { _ = try SecretKeyFile.create(name: Self.worker(worker), role: .worker, in: keys) }
        let farms = images.enumerated().map { "  - {name: farm-\($0), image: \($1), reserve: 1MiB}\n" }.joined()
        let text = """
            control: \(control)
            bulk: \(bulk)
            http: 127.0.0.1:\(port + 2)
            key: keys/head.secret
            keys: keys
            state: state
            lease: 1h
            farms:
            \(farms)
            """
        try AtomicFile.write(Array(text.utf8), to: configuration)
    }

    /// The keys of one worker, and the coordinator's.
    package func secrets(of worker: Int) throws -> (own: SecretKeyFile, head: PublicKeyFile) {
        (
            try SecretKeyFile(contentsOf: keys.appending("\(Self.worker(worker)).secret")),
            try PublicKeyFile(contentsOf: keys.appending("head.pub"))
        )
    }

    package func mark(_ name: String) { _ = try? AtomicFile.write([], to: directory.appending(name)) }
    package func isMarked(_ name: String) -> Bool { FileStatus.exists(directory.appending(name)) }
}
