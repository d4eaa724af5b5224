import Foundation
import SystemPackage
import Testing

@testable import BinpkgTesting
@testable import Coordinator
@testable import Shared

struct BlobCatalogueTests {
    @Test func `What lies at several places is found where it still is`() throws {
        let directory = try TemporaryDirectory()
        let (first, second) = (directory.path.appending("first"), directory.path.appending("second"))
        for path in [first, second] { try Data([1]).write(to: URL(filePath: path.string)) }
        let digest = ContentHasher.digest([1])
        let catalogue = BlobCatalogue()
        #expect(catalogue.path(of: digest) == nil)
        catalogue.register(digest, at: first)
        catalogue.register(digest, at: second)
        #expect(catalogue.path(of: digest) == second)
        try FileManager.default.removeItem(atPath: second.string)
        #expect(catalogue.path(of: digest) == first)
        try Data([1]).write(to: URL(filePath: second.string))
        catalogue.register(digest, at: first)
        try FileManager.default.removeItem(atPath: first.string)
        #expect(catalogue.path(of: digest) == second)
    }
}
