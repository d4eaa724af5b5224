import Foundation
import SystemPackage

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

extension GPKGFixture {
    /// Writes the package and says what the plan expects of it.
    @discardableResult
    func write(to path: FilePath) throws -> ExpectedPackage {
        let bytes = try bytes()
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
        return ExpectedPackage(
            cpv: try CPV("dev-libs/expat-2.5.0-r1"), slot: "0/2", repository: "farm", use: ["examples"], buildID: 3,
            sha256: ContentHasher.digest(bytes), size: Int64(bytes.count))
    }

    /// The same package, built another time.
    static func write(buildID: Int, to path: FilePath) throws -> ExpectedPackage {
        var fixture = GPKGFixture()
        fixture.metadata["BUILD_ID"] = String(buildID)
        var expected = try fixture.write(to: path)
        expected.buildID = buildID
        return expected
    }
}

extension XPAKFixture {
    /// Writes the package and says what the plan expects of it.
    @discardableResult
    func write(to path: FilePath) throws -> ExpectedPackage {
        let bytes = try bytes()
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
        return ExpectedPackage(
            cpv: try CPV("dev-libs/expat-2.5.0-r1"), slot: "0/2", repository: "farm", use: ["examples"], buildID: 3,
            sha256: ContentHasher.digest(bytes), size: Int64(bytes.count), format: .xpak)
    }
}
