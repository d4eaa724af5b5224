package import SystemPackage

/// A binhost into which packages are published whatever they are: for measurements.
package struct BinhostMeasurement: Sendable {
    private let binhost: Binhost

    package init(directory: FilePath) throws {
        let header = ["ARCH": "amd64", "CHOST": "x86_64-pc-linux-gnu", "REPO_REVISIONS": "{}", "USE": "amd64"]
        binhost = try Binhost(directory: directory, header: header)
    }

    /// Packages in the index.
    package var count: Int { get async { Int(await binhost.holdings.packages) } }

    /// Bytes of `Packages`.
    package var indexSize: Int64 {
        get throws { try FileOperations.status(of: binhost.directory.appending(Binhost.indexName))?.size ?? 0 }
    }

    /// Writes the bytes that the files of the index have now, and waits until they are on the disk: less than that no
    /// publication can take.
    package func writeIndexAlone() throws -> Duration {
        let names = [Binhost.indexName, Binhost.indexName + ".gz"]
        let contents = try names.map { try FileOperations.contents(of: binhost.directory.appending($0)) }
        let places = names.map { binhost.directory.appending("\(Binhost.temporaryName)/alone-\($0)") }
        defer { for place in places { try? FileOperations.remove(place) } }
        return try ContinuousClock().measure {
            for (place, bytes) in zip(places, contents) {
                let file = try NewFile(place, size: bytes.count)
                try file.write([bytes])
                try file.finish(modificationTime: 0)
            }
        }
    }

    /// Publishes copies of the files together.
    /// - Returns: the time from when they are staged.
    package func publish(_ files: [FilePath]) async throws -> Duration {
        var offers: [Binhost.Offer] = []
        for (number, file) in files.enumerated() {
            let staged = binhost.directory.appending("\(Binhost.temporaryName)/staged-\(number)")
            try FileOperations.copy(file, to: staged)
            offers.append(Binhost.Offer(staged: staged, expected: try ExpectedPackage(of: file)))
        }
        let clock = ContinuousClock()
        let start = clock.now
        let results = await binhost.publish(offers)
        let spent = start.duration(to: clock.now)
        for result in results { _ = try result.get() }
        return spent
    }
}
