import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

struct VerificationTests {
    let farm: ReleasedBinhost
    private let verifier = BinhostVerifier()

    init() throws { farm = try ReleasedBinhost() }

    private func findings(key: SigningKey? = nil) async -> [Finding] {
        var findings: [Finding] = []
        for file in await farm.binhost.indexedFiles {
            if let finding = await verifier.finding(of: file, in: farm.root, key: key) { findings.append(finding) }
        }
        return findings
    }

    /// Changes a published file behind the binhost's back.
    private func change(_ package: PublishedPackage, _ body: (inout [UInt8]) -> Void) throws {
        var bytes = try FileOperations.contents(of: farm.root.appending(package.path))
        body(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: farm.root.appending(package.path).string))
    }

    @Test func `What is as it was published is as it should be`() async throws {
        try await farm.publish("expat-1")
        try await farm.publish("zlib-1")
        #expect(await findings().isEmpty)
    }

    @Test func `What is gone, cut, or changed in one bit is found, and what it is is told`() async throws {
        let gone = try await farm.publish("a-1")
        let cut = try await farm.publish("b-1")
        let changed = try await farm.publish("c-1")
        let link = try await farm.publish("d-1")
        try await farm.publish("e-1")
        try FileOperations.remove(farm.root.appending(gone.path))
        try change(cut) { $0.removeLast() }
        try change(changed) { $0[$0.count / 2] ^= 1 }
        try FileOperations.remove(farm.root.appending(link.path))
        try FileManager.default.createSymbolicLink(
            atPath: farm.root.appending(link.path).string, withDestinationPath: "/dev/null")

        let found = await findings()
        #expect(found.map(\.path) == [gone, cut, changed, link].map(\.path))
        #expect(found.map(\.kind) == [.missing, .damaged, .damaged, .damaged])
        #expect(found[1].problem == "the file has \(cut.size - 1) bytes, the index says \(cut.size)")
        #expect(found[2].problem.hasSuffix("the index says \(changed.sha256)"))
    }

    @Test func `Repairing drops what is of no use, and nothing else`() async throws {
        let gone = try await farm.publish("a-1")
        let changed = try await farm.publish("b-1")
        try await farm.publish("c-1")
        try FileOperations.remove(farm.root.appending(gone.path))
        try change(changed) { $0[$0.count / 2] ^= 1 }
        let fatal = Set(await findings().filter(\.isFatal).map(\.path))
        let files = await farm.binhost.indexedFiles.filter { fatal.contains($0.path) }
        #expect(try await farm.binhost.drop(files) == [gone.path, changed.path])
        #expect(await farm.packages() == ["c-1-1"])
        #expect(await findings().isEmpty)
        #expect(!farm.exists(farm.root.appending(changed.path)))
        let again = try farm.reopened()
        #expect(again.warnings.isEmpty)
    }

    @Test func `An entry that has become another since it was read is not dropped`() async throws {
        let package = try await farm.publish("a-1")
        let read = await farm.binhost.indexedFiles
        _ = try await farm.binhost.withdraw([package.path])
        #expect(await !farm.binhost.says(read[0]))
        #expect(try await farm.binhost.drop(read) == [])
    }

    @Test func `Where the farm signs, the signature is looked at too`() async throws {
        let made = try await ThrowawayKey.make()
        let other = try await ThrowawayKey.make()
        try await farm.publish("a-1")
        let staged = farm.directory.path.appending("staged")
        var fixture = GPKGFixture()
        fixture.metadata["PF"] = "b-1"
        fixture.metadata["BUILD_ID"] = "1"
        var expected = try fixture.write(to: staged)
        (expected.cpv, expected.buildID) = (try CPV("dev-libs/b-1"), 1)
        try await farm.binhost.publish(staged: staged, expected: expected, signer: PackageSigner(key: made.key))

        let found = await findings(key: made.key)
        #expect(found.map(\.kind) == [.signature])
        #expect(found[0].problem.contains("not signed"))
        #expect(!found[0].isFatal)
        let strange = await findings(key: other.key)
        #expect(strange.count == 2)
        #expect(strange[1].problem.contains(other.key.fingerprint))
        #expect(await findings().isEmpty, "a farm that does not sign does not look")
    }

    @Test func `Findings are counted, and kept up to a limit`() {
        var verification = Verification(repairs: false)
        for number in 0..<(Verification.mostFindings + 5) {
            verification.count(Finding(path: "\(number)", kind: .missing, problem: ""))
        }
        verification.count(nil)
        #expect(verification.checked == Verification.mostFindings + 6)
        #expect(verification.findings.count == Verification.mostFindings)
        #expect(verification.findingsTotal == Verification.mostFindings + 5)
    }
}
