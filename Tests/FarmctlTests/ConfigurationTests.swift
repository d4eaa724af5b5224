import Foundation
import Shared
import SystemPackage
import Testing

@testable import Farmctl

struct ConfigurationTests {
    @Test func `The nearest configuration counts`() throws {
        func path(_ explicit: String?, _ environment: [String: String], _ files: Set<FilePath>) throws -> FilePath {
            try ConfigurationSearch(explicit: explicit, environment: environment).path(exists: files.contains)
        }
        let all: Set<FilePath> = ["a.yaml", "b.yaml", "/h/.config/binfarm/farmctl.yaml", "/etc/binfarm/farmctl.yaml"]
        let environment = ["HOME": "/h", "BINFARM_CONFIG": "b.yaml"]
        #expect(try path("a.yaml", environment, all) == "a.yaml")
        #expect(try path(nil, environment, all) == "b.yaml")
        #expect(try path(nil, ["HOME": "/h", "BINFARM_CONFIG": ""], all) == "/h/.config/binfarm/farmctl.yaml")
        #expect(try path(nil, ["HOME": "/other"], all) == "/etc/binfarm/farmctl.yaml")
        #expect(try path(nil, [:], all) == "/etc/binfarm/farmctl.yaml")
    }

    @Test func `A missing configuration says what to write, and where`() {
        func error(_ explicit: String?, _ environment: [String: String]) -> FarmctlError? {
            #expect(throws: FarmctlError.self) {
                try ConfigurationSearch(explicit: explicit, environment: environment).path { _ in false }
            }
        }
        let nothing = error(nil, ["HOME": "/h"])
        #expect(nothing?.status == .usage)
        #expect(nothing?.message.contains("/h/.config/binfarm/farmctl.yaml nor /etc/binfarm/farmctl.yaml") == true)
        #expect(nothing?.remedy?.contains("control: tcp://head:5550") == true)
        #expect(error("x.yaml", ["HOME": "/h"])?.message == "there is no file x.yaml, which --config names")
        #expect(
            error(nil, ["BINFARM_CONFIG": "y.yaml"])?.message == "there is no file y.yaml, which $BINFARM_CONFIG names")
    }

    /// A directory with keys `coordinator` and `me`, and a configuration.
    static func load(_ yaml: String) throws -> FarmctlConfiguration {
        let directory = FilePath(NSTemporaryDirectory()).appending("farmctl-\(UUID())")
        try Directory.create(directory.appending("keys"))
        defer { try? FileManager.default.removeItem(atPath: directory.string) }
        _ = try SecretKeyFile.create(name: "coordinator", role: .coordinator, in: directory)
        _ = try SecretKeyFile.create(name: "me", role: .operator, in: directory.appending("keys"))
        _ = try SecretKeyFile.create(name: "open", role: .operator, in: directory.appending("keys"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: directory.appending("keys/open.secret").string)
        let path = directory.appending("farmctl.yaml")
        try AtomicFile.write(Array(yaml.utf8), to: path)
        return try FarmctlConfiguration(contentsOf: path)
    }

    @Test func `Paths are relative to the file`() throws {
        let configuration = try Self.load(
            "coordinator: {control: tcp://head:5550, key: coordinator.pub}\nkey: keys/me.secret\n")
        #expect(configuration.control == "tcp://head:5550")
        #expect(configuration.name == "me")
    }

    @Test(arguments: [
        ("key: keys/me.secret\n", "coordinator: is missing"),
        ("coordinator: {control: tcp://h:1, key: coordinator.pub}\n", "key: is missing"),
        ("coordinator: {control: tcp://h:1, key: coordinator.pub}\nkey: keys/me.secret\nkye: x\n", "kye: is not known"),
        (
            "coordinator: {control: tcp://h:1, port: 1, key: coordinator.pub}\nkey: keys/me.secret\n",
            "port: is not known"
        ),
        ("coordinator: {control: h:1, key: coordinator.pub}\nkey: keys/me.secret\n", "'h:1' is no endpoint"),
        ("coordinator: {control: tcp://h:1, key: no.pub}\nkey: keys/me.secret\n", "coordinator.key: there is no file"),
        (
            "coordinator: {control: tcp://h:1, key: keys/me.pub}\nkey: keys/me.secret\n",
            "has the role operator, not coordinator"
        ),
        ("coordinator: {control: tcp://h:1, key: coordinator.pub}\nkey: keys/you.secret\n", "key: there is no file"),
        ("coordinator: {control: tcp://h:1, key: coordinator.pub}\nkey: keys/open.secret\n", "chmod 600"),
        ("coordinator: [\n", "farmctl.yaml: "),
    ])
    func `What is wrong is named`(yaml: String, expected: String) {
        let error = #expect(throws: FarmctlError.self) { try Self.load(yaml) }
        #expect(error?.status == .usage)
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }
}
