import Foundation
import SystemPackage

/// Keys and configuration files, made the way the documentation tells a person to make them.
extension TestFarm {
    func configure() async throws {
        try await makeKey("head", role: "coordinator")
        try await makeKey("operator", role: "operator")
        try await makeKey("viewer", role: "viewer")
        try await makeKey("stranger", role: "operator", in: "elsewhere")
        for worker in settings.workers { try await makeKey(worker, role: "worker") }
        if let token = settings.operatorToken {
            try write("operator.token", token)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file("operator.token"))
        }
        let signing = settings.signs ? try await makeSigningKey() : nil
        try write("coordinator.yaml", coordinatorText(image: TestEnvironment.image, signing: signing))
        for worker in settings.workers { try write("\(worker).yaml", workerText(worker)) }
        for name in ["operator", "viewer"] { try write("\(name).yaml", farmctlText(key: "keys/\(name).secret")) }
        try write("stranger.yaml", farmctlText(key: "elsewhere/stranger.secret"))
    }

    nonisolated var state: FilePath { settings.state ?? directory.appending("state") }

    private func makeKey(_ name: String, role: String, in place: String = "keys") async throws {
        try await Program.demand(
            [program("farmctl"), "key", "new", name, "--role", role, "--directory", file(place)])
    }

    nonisolated func write(_ name: String, _ text: String) throws {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
    }

    /// The farm builds in this image from now on.
    func change(to image: ChangedImage) async throws {
        try await stop("coordinator")
        try write("coordinator.yaml", coordinatorText(image: image.archive))
        try await startCoordinator()
        try await waitForWorkers()
    }

    /// The farm begins to sign. The key's fingerprint.
    func beginSigning() async throws -> String {
        let fingerprint = try await makeSigningKey()
        try await stop("coordinator")
        try write("coordinator.yaml", coordinatorText(image: TestEnvironment.image, signing: fingerprint))
        try await startCoordinator()
        try await waitForWorkers()
        return fingerprint
    }

    private func coordinatorText(image: FilePath?, signing: String? = nil) -> String {
        """
        control: tcp://*:\(ports.control)
        bulk: tcp://*:\(ports.bulk)
        http: 0.0.0.0:\(ports.http)
        key: keys/head.secret
        keys: keys
        state: \(state)
        lease: \(settings.lease)
        \(settings.operatorToken == nil ? "" : "operator-token: operator.token")
        farms:
          - name: \(Self.name)
            \(settings.makesImage ? "" : "image: \(image?.string ?? "")")
            reserve: \(settings.reserve)
            signing: \(signing.map { "{key: \($0), home: gnupg}" } ?? "none")
            limits: {\(Self.pairs(settings.limits).joined(separator: ", "))}
            \(Self.pairs(settings.coverage).joined(separator: "\n    "))
        \(settings.layer.map { "  - {name: \($0), image: \(image?.string ?? ""), upstreams: [\(upstream)]}" } ?? "")

        """
    }

    /// Of the layer.
    private var upstream: String {
        guard settings.layerIsForeign else { return Self.name }
        return "{binhost: \"\(settings.foreignAddress ?? url)\", keys: gnupg}"
    }

    private func workerText(_ name: String) -> String {
        let head = hosts?.head ?? "127.0.0.1"
        return """
            coordinator:
              control: tcp://\(head):\(ports.control)
              bulk: tcp://\(head):\(ports.bulk)
              key: keys/head.pub
            key: keys/\(name).secret
            state: workers/\(name)
            slots: \(settings.slots)
            engine:
              command: \(Self.list(TestEnvironment.engineCommand))
              run: \(Self.list(TestEnvironment.engineOptions))

            """
    }

    private func farmctlText(key: String) -> String {
        """
        coordinator:
          control: tcp://127.0.0.1:\(ports.control)
          key: keys/head.pub
        key: \(key)

        """
    }

    private static func pairs(_ values: [String: String]) -> [String] {
        values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    }

    private static func list(_ words: [String]) -> String { "[\(words.map { "\"\($0)\"" }.joined(separator: ", "))]" }
}
