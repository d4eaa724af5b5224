import Foundation
import SystemPackage

/// An S3 server that anybody may read, and rclone's configuration for it.
struct ObjectStore: Sendable {
    /// Of the bucket `hep`.
    let url: String
    private let farm: TestFarm

    /// Ends it when `body` has ended.
    static func with(_ farm: TestFarm, _ body: (ObjectStore) async throws -> Void) async throws {
        let port = try FreePorts.find(1)[0]
        let tests = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        let server = try await Daemon.start(
            "s3", ["\(tests)/S3/run", "\(port)"], log: farm.directory.appending("logs/s3.log"))
        do {
            try await body(try await make(farm, "http://127.0.0.1:\(port)", server))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    private static func make(_ farm: TestFarm, _ address: String, _ server: Daemon) async throws -> ObjectStore {
        try await until("answer of the object store", within: .seconds(120)) {
            if !server.isRunning { throw HarnessError("the object store has ended") }
            return try await Program.run(["curl", "--silent", "--fail", address]).isSuccess ? true : nil
        }
        // Who is not signed in reads, as of a public bucket.
        try await Program.demand([
            "curl", "--silent", "--show-error", "--fail", "-X", "PUT", "-H", "x-amz-acl: public-read-write",
            "\(address)/hep",
        ])
        try farm.write(
            "rclone.conf",
            """
            [s3]
            type = s3
            provider = Other
            endpoint = \(address)
            access_key_id = nobody
            secret_access_key = nothing
            force_path_style = true
            acl = public-read
            """)
        return ObjectStore(url: "\(address)/hep", farm: farm)
    }

    /// What a viewer's `farmctl publish NAME` to a folder of the bucket prints.
    func publish(_ name: String, to folder: String) async throws -> String {
        try await Program.demand([
            // A bundle of certificates is more than this version of rclone can do.
            "env", "--unset=AWS_CA_BUNDLE", "RCLONE_CONFIG=\(farm.file("rclone.conf"))", farm.program("farmctl"),
            "publish", name, "rclone:s3:hep/\(folder)", "--config", farm.file("viewer.yaml"),
        ])
    }
}
