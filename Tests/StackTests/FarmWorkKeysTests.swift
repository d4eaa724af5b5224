import Foundation
import Shared
import Stack
import SystemPackage
import Testing

/// What a farm file says of how the farm works: signing, coverage, limits, upstreams.
struct FarmWorkKeysTests {
    private static let fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567"
    private static let printed = "0123 4567 89ab cdef 0123  4567 89ab cdef 0123 4567"

    private static func read(_ text: String, _ overrides: FarmFileReader.Overrides = .init()) throws -> FarmFile {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("farm-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let files = [
            "farm.yaml": "name: hep\n" + text, "gentoo.asc": "Comment\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n",
            "secret.asc": "-----BEGIN PGP PRIVATE KEY BLOCK-----\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
            "other.txt": "no keys\n",
        ]
        for (name, text) in files { try Data(text.utf8).write(to: directory.appendingPathComponent(name)) }
        return try FarmFileReader.read(FilePath(directory.path).appending("farm.yaml"), overrides)
    }

    private static func faults(_ text: String) -> [StackFault] {
        do {
            _ = try read(text)
            return []
        } catch {
            return (error as? StackFaults)?.faults ?? [StackFault("?", "\(error)", remedy: "")]
        }
    }

    @Test func `Where nothing is said nothing is signed, only what the image lacks is built, and nobody else is asked`()
        throws
    {
        let farm = try Self.read("")
        #expect(farm.signing.value == nil && farm.signing.source == .builtIn)
        #expect(farm.coverage.value == .missing && farm.coverage.source == .builtIn)
        #expect(farm.limits.memory == nil && farm.limits.timeout == nil && farm.upstreams.isEmpty)
    }

    @Test func `A key is named by its fingerprint, as gpg prints it`() throws {
        for text in [Self.fingerprint, "\"\(Self.printed)\""] {
            #expect(try Self.read("signing: \(text)\n").signing.value == Self.fingerprint)
        }
        let none = try Self.read("signing: none\n").signing
        #expect(none.value == nil && none.source.description == "farm.yaml:2")
        let faults = Self.faults("signing: farm@example.org\n")
        #expect(faults.map(\.description) == ["farm.yaml:2:10: 'farm@example.org' is no value of signing"])
        #expect(faults.first?.remedy.contains("gpg --fingerprint") == true)
    }

    @Test func `Limits and coverage are values that others can count more than`() throws {
        let text = """
            coverage: complete
            limits: {memory: 8GiB, processes: 1000, disk: 50GiB, timeout: 2h, silence: 30m, log: 1MiB}

            """
        let overrides = FarmFileReader.Overrides(
            commandLine: ["limits.memory=4GiB"],
            environment: ["BINFARM_COVERAGE": "quickpkg", "BINFARM_LIMITS_LOG": "2MiB"])
        let farm = try Self.read(text, overrides)
        #expect(farm.coverage.value == .quickpkg && farm.coverage.source == .environment("BINFARM_COVERAGE"))
        #expect(farm.limits.memory?.value.bytes == 4 << 30 && farm.limits.log?.value.bytes == 2 << 20)
        #expect(farm.limits.processes?.value == 1000 && farm.limits.disk?.value.bytes == 50 << 30)
        #expect(farm.limits.timeout?.value.duration == .seconds(7200))
        #expect(farm.limits.silence?.source.description == "farm.yaml:3")
        #expect(
            Self.faults("coverage: all\nlimits: {memory: 8, time: 2h, processes: 0, timeout: soon, log: 1GiB}\n").map(
                \.description) == [
                    "farm.yaml:3:21: 'time' is no limit", "farm.yaml:2:11: 'all' is no value of coverage",
                    "farm.yaml:3:18: '8' is no value of limits.memory",
                    "farm.yaml:3:42: '0' is no value of limits.processes",
                    "farm.yaml:3:54: 'soon' is no value of limits.timeout",
                    "farm.yaml:3:65: '1GiB' is no value of limits.log",
                ])
    }

    @Test func `The farm and its subjects' farms have names that the coordinator takes`() throws {
        let long = String(repeating: "x", count: 61)
        #expect(try Self.read("subjects: {\(long.dropLast()): []}\n").subjects.count == 1)
        #expect(
            Self.faults("subjects: {\(long): []}\n").map(\.description) == [
                "farm.yaml:2:12: 'hep-\(long)' is no name for a farm: letters, digits, '.', '_' and '-', at most 64"
            ])
        let taken = #expect(throws: StackFaults.self) { try Self.read("", .init(commandLine: ["name=api"])) }
        #expect(taken?.faults.first?.remedy.hasPrefix("no farm may be called 'api'") == true)
    }

    @Test func `Upstreams are farms, and binhosts of others with a file of keys beside the farm file`() throws {
        let farm = try Self.read(
            """
            upstreams:
                - base
                - {binhost: 'https://example.org/x/', keys: gentoo.asc}
                - {binhost: 'http://example.org/y', keys: none}

            """)
        #expect(
            farm.upstreams.map(\.place) == [
                .farm("base"), .binhost(address: "https://example.org/x", keys: "gentoo.asc"),
                .binhost(address: "http://example.org/y", keys: nil),
            ])
        #expect(farm.upstreams.map(\.origin.lineDescription) == ["farm.yaml:3", "farm.yaml:4", "farm.yaml:5"])
        #expect(try Self.read("upstreams: base\n").upstreams.map(\.place) == [.farm("base")])
    }

    @Test func `What is no upstream, or no file of public keys, is a fault where it stands`() {
        let faults = Self.faults(
            """
            upstreams:
                - bad name
                - {binhost: 'ftp://example.org/x', keys: none}
                - {binhost: 'https://example.org/x'}
                - {binhost: 'https://example.org/a', keys: secret.asc}
                - {binhost: 'https://example.org/b', keys: other.txt}
                - {binhost: 'https://example.org/c', keys: absent.asc}
                - {binhost: 'https://example.org/d', keys: none, more: 1}
                - base
                - base
                - []

            """)
        #expect(
            faults.prefix(5).map(\.description) == [
                "farm.yaml:3:7: 'bad name' is no upstream",
                "farm.yaml:4:17: 'ftp://example.org/x' is no address of a binhost",
                "farm.yaml:5:7: an upstream has no binhost, or no keys",
                "farm.yaml:6:48: the file of keys secret.asc has a secret key in it",
                "farm.yaml:7:48: the file of keys other.txt has no public keys",
            ])
        #expect(faults[5].description.hasPrefix("farm.yaml:8:48: the file of keys absent.asc cannot be read"))
        #expect(
            faults.dropFirst(6).map(\.description) == [
                "farm.yaml:9:54: 'more' is not known of an upstream", "farm.yaml:11:7: base is named twice",
                "farm.yaml:12:7: '' is no upstream",
            ])
        #expect(faults.allSatisfy { !$0.remedy.isEmpty })
    }
}
