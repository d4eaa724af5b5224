import Core
import CoreTesting
import Foundation
import GRDB
import Shared
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator

/// A database that cannot be used is named, and left as it is to the byte: itself, its log, and all beside it.
@Suite("Databases that cannot be used")
struct UnusableStoreTests {
    let directory: TemporaryDirectory
    var path: FilePath { directory.path.appending("coordinator.sqlite") }

    init() throws { directory = try TemporaryDirectory() }

    /// A database with a run of some hundred jobs; as a killed coordinator leaves it, with its log, or closed.
    private func make(isKilled: Bool) async throws {
        var driver = SchedulerDriver()
        driver.run(1, try plan((0..<200).map { "p\($0):" }))
        let living = directory.path.appending("living.sqlite")
        let store = try Store(path: living)
        try await store.commit(driver.changes)
        if !isKilled { try store.close() }
        for end in ["", "-wal", "-shm"] where FileStatus.exists(FilePath("\(living)\(end)")) {
            try FileManager.default.copyItem(atPath: "\(living)\(end)", toPath: "\(path)\(end)")
        }
        if isKilled { try store.close() }
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: "\(living)\(end)") }
    }

    private func contents() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path.string)
        return Dictionary(
            uniqueKeysWithValues: try names.map { name in
                (name, try Data(contentsOf: URL(filePath: directory.path.appending(name).string)))
            })
    }

    private func refusal() throws -> String {
        let before = try contents()
        let error = #expect(throws: StoreError.self) { try Store(path: path) }
        #expect(try contents() == before)
        #expect(error?.description.contains(path.string) == true)
        return error?.description ?? ""
    }

    private func change(_ file: FilePath, _ body: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: URL(filePath: file.string))
        body(&data)
        try data.write(to: URL(filePath: file.string))
    }

    @Test("one of a newer version, at rest or as a killed coordinator left it", arguments: [false, true])
    func newer(isKilled: Bool) async throws {
        try await make(isKilled: isKilled)
        let queue = try DatabaseQueue(path: path.string)
        try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: of the future')") }
        // What follows is not taken out of the log by closing: the file is copied with it.
        if isKilled {
            for end in ["", "-wal", "-shm"] {
                try FileManager.default.copyItem(atPath: "\(path)\(end)", toPath: "\(path).kept\(end)")
            }
        }
        try queue.close()
        if isKilled {
            for end in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: "\(path)\(end)")
                try FileManager.default.moveItem(atPath: "\(path).kept\(end)", toPath: "\(path)\(end)")
            }
        }
        #expect(try refusal().contains("newer binfarm"))
    }

    @Test("one with a damaged page", arguments: [false, true])
    func damagedPage(isKilled: Bool) async throws {
        try await make(isKilled: isKilled)
        if isKilled {
            // What came before is in the main file, what came last in the log.
            let queue = try DatabaseQueue(path: path.string)
            try queue.close()
        }
        let size = try FileStatus.size(of: path)
        #expect(size > 20_000)
        // In the middle of a page of rows.
        try change(path) { data in data.replaceSubrange(8192..<8192 + 4096, with: Data(repeating: 0xAA, count: 4096)) }
        #expect(try refusal().contains("damaged"))
    }

    @Test("one whose header is gone, and one that was cut off")
    func notADatabase() async throws {
        try await make(isKilled: false)
        try change(path) { $0.replaceSubrange(0..<16, with: Data(repeating: 0x41, count: 16)) }
        #expect(try refusal().contains("not a database"))
        try FileManager.default.removeItem(atPath: path.string)
        try await make(isKilled: false)
        try change(path) { $0 = $0.prefix($0.count / 2) }
        #expect(try refusal().contains("damaged"))
    }

    @Test("a directory in its place")
    func directoryInItsPlace() throws {
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: false)
        let error = #expect(throws: StoreError.self) { try Store(path: path) }
        #expect(error?.description.contains("cannot be written") == true)
    }

    @Test("what a killed coordinator left is taken in, and no copy stays")
    func killed() async throws {
        try await make(isKilled: true)
        let store = try Store(path: path)
        #expect(try store.snapshot().runs.count == 1)
        try store.close()
        #expect(try contents().keys.allSatisfy { !$0.contains("check") })
    }
}
