// A wrong name is a wrong test: it may end the test run.
// swift-format-ignore-file: NeverUseForceTry
import Core
import CoreTesting
import Shared
import Testing

@testable import Coordinator

struct PackageChoiceTests {
    static let jobs = [
        "dev-libs/openssl-3.0.14", "dev-lang/python-3.11.9", "dev-lang/python-3.12.4", "app-misc/screen-4.9",
        "dev-libs/screen-1.0", "net-misc/curl-8.8.0", "net-misc/curl-8.8.0", "x11-libs/gtk+-3.24.42-r1",
    ].enumerated().map { index, name in
        PlannedJob(
            index: Int32(index), cpv: try! CPV(name), slot: "0", repository: "gentoo", use: [], iuse: [],
            waitsFor: [], buildKey: ContentHasher.digest([]), reason: "new")
    }

    @Test(arguments: [
        ("dev-libs/openssl-3.0.14", [Int32(0)]), ("dev-libs/openssl", [0]), ("openssl", [0]),
        ("dev-lang/python-3.11.9", [1]), ("dev-libs/screen", [4]), ("gtk+", [7]),
        // Built in two passes.
        ("curl", [5, 6]),
    ])
    func `A cpv, a category and name, or a name that is one package's`(text: String, jobs: [Int32]) throws {
        #expect(PackageChoice(JobFilter(packages: [try PackagePattern(text)]), in: Self.jobs) == .found(jobs))
    }

    @Test(arguments: [
        ("python", ["dev-lang/python-3.11.9", "dev-lang/python-3.12.4"]),
        ("dev-lang/python", ["dev-lang/python-3.11.9", "dev-lang/python-3.12.4"]),
        ("screen", ["app-misc/screen-4.9", "dev-libs/screen-1.0"]),
    ])
    func `What is several packages is told apart`(text: String, packages: [String]) throws {
        #expect(
            PackageChoice(JobFilter(packages: [try PackagePattern(text)]), in: Self.jobs)
                == .several(packages.map { try! CPV($0) }))
    }

    @Test(arguments: [
        ("opnessl", ["dev-libs/openssl"]), ("dev-libs/opensll", ["dev-libs/openssl"]), ("Curl", ["net-misc/curl"]),
        ("net-misc/crul-8.8.0", ["net-misc/curl"]),
        // Another version than the plan's.
        ("dev-lang/python-3.13.0", ["dev-lang/python-3.11.9", "dev-lang/python-3.12.4"]),
        ("scren", ["app-misc/screen", "dev-libs/screen"]), ("nothing-like-it", []),
        (">=dev-libs/openssl-4", ["dev-libs/openssl-3.0.14"]), ("openssl:3", ["dev-libs/openssl-3.0.14"]),
    ])
    func `A typo gets the nearest names, nonsense gets none`(text: String, nearest: [String]) throws {
        #expect(PackageChoice(JobFilter(packages: [try PackagePattern(text)]), in: Self.jobs) == .none)
        #expect(NearNames.of(try PackagePattern(text), among: Self.jobs.map(\.cpv)) == nearest)
    }

    @Test(arguments: [
        ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 1), ("abcd", "acbd", 1),
    ])
    func `Distances between names`(left: String, right: String, distance: Int) {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        #expect(EditDistance.between(left, right, atMost: 9) == distance)
        #expect(EditDistance.between(right, left, atMost: distance) == distance)
        #expect(EditDistance.between(left, right, atMost: distance - 1) == nil)
    }
}
