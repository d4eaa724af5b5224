import Shared
import SystemPackage
import Testing

@Suite("Configuration files")
struct ConfigurationTests {
    private struct Sample: Decodable {
        var name: String
        var sizes: [ByteCount]
        var wait: TimeSpan?

        private enum CodingKeys: String, CodingKey, CaseIterable { case name, sizes, wait }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            sizes = try container.decode([ByteCount].self, forKey: .sizes)
            wait = try container.decodeIfPresent(TimeSpan.self, forKey: .wait)
        }
    }

    @Test("a file is read into its type")
    func reading() throws {
        let sample = try StrictYAML.decode(
            Sample.self, from: "name: a\nsizes: [1KiB, 5]\nwait: 15m\n", file: "sample.yaml")
        #expect(sample.sizes.map(\.bytes) == [1024, 5])
        #expect(sample.wait?.duration == .seconds(900))
    }

    @Test(
        "a fault is told with the file, the place, and what is wrong",
        arguments: [
            ("sizes: []", "name"), ("name: a\nsizes: [1KiB, much]", "sizes[1]"),
            ("name: a\nsizes: []\nwayt: 1s", "wayt"),
            ("name: a\nsizes: []\nwait: soon", "wait"), ("name: [", "sample.yaml"), ("name: [a]\nsizes: []", "name"),
            ("", "sample.yaml"),
        ])
    func faults(text: String, place: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try StrictYAML.decode(Sample.self, from: text, file: "sample.yaml")
        }
        #expect(error?.description.hasPrefix("sample.yaml: ") == true)
        #expect(error?.description.contains(place) == true, "\(error?.description ?? "")")
    }

    @Test("a file that is not there is named")
    func missing() {
        let error = #expect(throws: ConfigurationError.self) {
            try StrictYAML.load(Sample.self, from: "/nowhere/sample.yaml")
        }
        #expect(error?.description.contains("/nowhere/sample.yaml") == true)
    }

    @Test(
        "sizes",
        arguments: [
            ("0", 0), ("1000", 1000), ("4B", 4), ("512MiB", 512 << 20), ("4 GiB", 4 << 30), ("1TiB", 1 << 40),
        ] as [(String, Int64)])
    func sizes(text: String, bytes: Int64) { #expect(ByteCount(text)?.bytes == bytes) }

    @Test(
        "no sizes", arguments: ["", "GiB", "-1", "1.5GiB", "4GB", "4gib", "99999999999999999999", "9999999999TiB", "١"])
    func noSizes(text: String) { #expect(ByteCount(text) == nil) }

    @Test(
        "lengths of time",
        arguments: [
            ("500ms", .milliseconds(500)), ("90s", .seconds(90)), ("15 m", .seconds(900)), ("2h", .seconds(7200)),
        ] as [(String, Duration)])
    func times(text: String, duration: Duration) { #expect(TimeSpan(text)?.duration == duration) }

    @Test("no lengths of time", arguments: ["", "90", "s", "-1s", "1.5h", "1d", "99999999999h"])
    func noTimes(text: String) { #expect(TimeSpan(text) == nil) }
}
