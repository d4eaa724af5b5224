import Foundation
import SystemPackage

/// Debian's registry of images on this host, without TLS, for who has its password. The farm's programs know both as of any
/// other registry, by files in their home: containers-registries.conf(5), containers-auth.json(5).
struct LocalRegistry: Sendable {
    /// `127.0.0.1:PORT`.
    let host: String
    private let server: Daemon

    private static let (user, password) = ("farm", "a-word-of-the-test")

    /// Ends it when `body` has ended.
    static func with(_ farm: TestFarm, _ body: (LocalRegistry) async throws -> Void) async throws {
        let port = try FreePorts.find(1)[0]
        let host = "127.0.0.1:\(port)"
        let hash = "import crypt; print(crypt.crypt('\(password)', crypt.mksalt(crypt.METHOD_BLOWFISH)))"
        try farm.write(
            "registry.users", "\(user):" + (try await Program.demand(["python3", "-W", "ignore", "-c", hash])))
        try farm.write(
            "registry.yml",
            """
            version: 0.1
            storage: {filesystem: {rootdirectory: \(farm.file("registry"))}}
            http: {addr: "\(host)"}
            auth: {htpasswd: {realm: farm, path: \(farm.file("registry.users"))}}
            """)
        for directory in [".config/containers", ".docker"] {
            try FileManager.default.createDirectory(
                atPath: "\(farm.file(TestFarm.home))/\(directory)", withIntermediateDirectories: true)
        }
        try farm.write(
            "\(TestFarm.home)/.config/containers/registries.conf",
            "[[registry]]\nlocation = \"\(host)\"\ninsecure = true\n")
        let word = Data("\(user):\(password)".utf8).base64EncodedString()
        try farm.write(
            "\(TestFarm.home)/.docker/config.json", "{\"auths\": {\"\(host)\": {\"auth\": \"\(word)\"}}}")
        let server = try await Daemon.start(
            "registry", ["docker-registry", "serve", farm.file("registry.yml")],
            log: farm.directory.appending("logs/registry.log"))
        do {
            let registry = LocalRegistry(host: host, server: server)
            try await until("answer of the registry") { try await registry.get("").isSuccess ? true : nil }
            try await body(registry)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Of the images in one place of it; none while there is no such place.
    func tags(_ path: String) async throws -> [String] {
        struct List: Decodable { var tags: [String]? }
        let answer = try await get("\(path)/tags/list")
        guard answer.isSuccess else { return [] }
        return try JSONDecoder().decode(List.self, from: Data(answer.output.utf8)).tags ?? []
    }

    /// From now on nobody answers.
    func stop() async { await server.stop() }

    private func get(_ path: String) async throws -> Program.Result {
        try await Program.run([
            "curl", "--silent", "--fail", "--user", "\(Self.user):\(Self.password)", "http://\(host)/v2/\(path)",
        ])
    }
}
