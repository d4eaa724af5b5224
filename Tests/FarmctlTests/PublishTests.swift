import Foundation
import SystemPackage
import Testing

@testable import Farmctl

/// By the real tools, to real directories.
struct PublishTests {
    /// A binhost as the coordinator leaves it, and an empty place for a copy.
    private struct Site {
        let directory: FilePath
        var source: FilePath { directory.appending("source") }
        var target: FilePath { directory.appending("target") }

        static func with(_ body: (Site) async throws -> Void) async throws {
            let directory = FilePath(NSTemporaryDirectory()).appending("publish-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(atPath: directory.string) }
            try await body(Site(directory: directory))
        }

        func write(_ text: String, to path: FilePath, time: Int) throws {
            let parent = path.removingLastComponent().string
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path.string))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: Double(time))], ofItemAtPath: path.string)
        }

        func publishes(_ packages: [String], at time: Int) throws {
            for package in packages { try write("package \(package)", to: source.appending(package), time: 1) }
            let entries = packages.map { "\nCPV: x\nPATH: \($0)\nSIZE: \(8 + $0.count)\n" }.joined()
            try write(
                "PACKAGES: \(packages.count)\nTIMESTAMP: \(time)\n\(entries)", to: source.appending("Packages"),
                time: time)
            try write("packed \(time)", to: source.appending("Packages.gz"), time: time)
        }

        func publish(_ destination: String? = nil, prunes: Bool = false) async throws -> PublicationView {
            let source = source
            return try await Publication(
                farm: "hep", destination: try Destination(destination ?? target.string), prunes: prunes,
                locate: { source }
            ).run()
        }

        func text(_ name: String) -> String? {
            try? String(contentsOf: URL(filePath: target.appending(name).string), encoding: .utf8)
        }

        var files: [String] {
            (FileManager.default.enumerator(atPath: target.string)?.compactMap { $0 as? String } ?? [])
                .filter {
                    $0.hasPrefix("Packages") || $0.hasSuffix(".tar") || $0.hasSuffix(".xpak") || $0.hasSuffix(".txt")
                }.sorted()
        }
    }

    private static let first = ["app/a/a-1-1.gpkg.tar", "app/b/b-1-1.gpkg.tar"]
    private static let second = ["app/a/a-1-2.gpkg.tar", "app/b/b-1-1.gpkg.tar"]

    @Test func `A copy has the index and all that it names, and nothing is sent twice`() async throws {
        try await Site.with { site in
            try site.publishes(Self.first, at: 100)
            let view = try await site.publish()
            #expect((view.packages, view.added, view.removed, view.superfluous) == (2, 2, 0, 0))
            #expect(site.files == ["Packages", "Packages.gz"] + Self.first)
            #expect(site.text("Packages.gz") == "packed 100")
            #expect(site.text(Self.first[0]) == "package \(Self.first[0])")
            #expect(try await site.publish().added == 0)
        }
    }

    @Test func `What the index does not name any more goes only when asked for, and nothing else ever`() async throws {
        try await Site.with { site in
            try site.publishes(Self.first, at: 100)
            _ = try await site.publish()
            try site.write("mine", to: site.target.appending("app/a/notes.txt"), time: 1)
            try site.publishes(Self.second, at: 200)
            let view = try await site.publish()
            #expect((view.added, view.removed, view.superfluous) == (1, 0, 1))
            #expect(site.text(Self.first[0]) != nil)
            let pruned = try await site.publish(prunes: true)
            #expect((pruned.added, pruned.removed, pruned.superfluous) == (0, 1, 0))
            #expect(site.files == ["Packages", "Packages.gz", Self.second[0], "app/a/notes.txt", Self.second[1]])
        }
    }

    @Test func `A farm that has changed its format: both are copied, and what the index has left goes`() async throws {
        try await Site.with { site in
            let mixed = ["app/a/a-1-1.gpkg.tar", "app/a/a-1-2.xpak"]
            try site.publishes(mixed, at: 100)
            #expect(try await site.publish().added == 2)
            #expect(site.files == ["Packages", "Packages.gz"] + mixed)
            try site.publishes(["app/a/a-1-3.xpak"], at: 200)
            #expect(try await site.publish().superfluous == 2)
            #expect(try await site.publish(prunes: true).removed == 2)
            #expect(site.files == ["Packages", "Packages.gz", "app/a/a-1-3.xpak"])
        }
    }

    @Test func `While a package cannot be sent the index stays as it was; the next time goes on`() async throws {
        try await Site.with { site in
            try site.publishes(Self.first, at: 100)
            _ = try await site.publish()
            try site.publishes(Self.second + ["lib/c/c-1-1.gpkg.tar"], at: 200)
            // A full directory where a file must be.
            let place = site.target.appending("lib/c/c-1-1.gpkg.tar")
            try site.write("in the way", to: place.appending("x"), time: 1)
            let error = await #expect(throws: FarmctlError.self) { try await site.publish() }
            #expect(error?.message.hasPrefix("rsync failed with status") == true)
            #expect(error?.remedy?.contains("lib/c/c-1-1.gpkg.tar") == true, "\(error?.remedy ?? "")")
            #expect(site.text("Packages.gz") == "packed 100")
            try FileManager.default.removeItem(atPath: place.string)
            #expect(try await site.publish().packages == 3)
            #expect(site.text("Packages.gz") == "packed 200")
        }
    }

    @Test func `An earlier state does not take the place of a later one: no client would read it`() async throws {
        try await Site.with { site in
            try site.publishes(Self.second, at: 200)
            _ = try await site.publish()
            try site.publishes(Self.first, at: 100)
            for destination in [site.target.string, "rclone::local:\(site.target)"] {
                let error = await #expect(throws: FarmctlError.self) { try await site.publish(destination) }
                #expect(error?.message.contains("has a later state already") == true)
            }
            #expect(site.text("Packages.gz") == "packed 200")
        }
    }

    @Test(arguments: ["", "rclone::local:"])
    func `A state that goes while it is sent is given up for the next one`(_ prefix: String) async throws {
        try await Site.with { site in
            try site.publishes(Self.first, at: 100)
            try FileManager.default.removeItem(atPath: site.source.appending(Self.first[0]).string)
            let (source, calls) = (site.source, Counter())
            let publication = Publication(
                farm: "hep", destination: try Destination(prefix + site.target.string), prunes: false,
                locate: {
                    // The second question comes after the failure.
                    if await calls.next() == 2 { try site.publishes(Self.second, at: 200) }
                    return source
                })
            #expect(try await publication.run().packages == 2)
            #expect(site.text("Packages.gz") == "packed 200")
            #expect(site.text(Self.second[0]) != nil)
        }
    }

    private actor Counter {
        private var count = 0
        func next() -> Int {
            count += 1
            return count
        }
    }

    @Test func `rclone does the same`() async throws {
        try await Site.with { site in
            // A remote without a configuration: the local disk.
            let destination = "rclone::local:\(site.target)"
            try site.publishes(Self.first, at: 100)
            #expect(try await site.publish(destination).added == 2)
            try site.publishes(Self.second, at: 200)
            let view = try await site.publish(destination, prunes: true)
            #expect((view.packages, view.added, view.removed) == (2, 1, 1))
            #expect(site.files == ["Packages", "Packages.gz"] + Self.second)
            #expect(site.text("Packages.gz") == "packed 200")
            #expect(try await site.publish(destination).added == 0)
        }
    }

    @Test func `Elsewhere than on the coordinator's host it says where to do it`() async throws {
        try await Site.with { site in
            let error = await #expect(throws: FarmctlError.self) { try await site.publish() }
            #expect(error?.status == .notFound)
            #expect(error?.remedy == "publish on the coordinator's host, where the files are")
        }
    }

    @Test(arguments: ["PATH: ../../etc/passwd", "PATH: /etc/passwd", "PATH: a//b", "PATH: .incomplete/x", "CPV: a/b-1"])
    func `An index with a path that leaves the binhost is not followed`(_ line: String) {
        #expect(throws: FarmctlError.self) { try PublishedState.packages("PACKAGES: 1\n\n\(line)\nSIZE: 1\n", "/srv") }
    }

    @Test func `Destinations by their form`() throws {
        #expect(try Destination("/srv/www/hep/") == .rsync("/srv/www/hep"))
        #expect(try Destination("www:") == .rsync("www:."))
        #expect(try Destination("rclone:bucket-alias:") == .rclone("bucket-alias:"))
        #expect(try Destination("me@host:hep") == .rsync("me@host:hep"))
        #expect(try Destination("rclone:s3:bucket/hep") == .rclone("s3:bucket/hep"))
        #expect(try "\(Destination("rclone:s3:bucket/hep/"))" == "rclone:s3:bucket/hep")
        for text in ["", "-e sh", "rclone:", "rclone:bucket", "rclone:--config=x:y"] {
            #expect(throws: FarmctlError.self) { try Destination(text) }
        }
    }
}
