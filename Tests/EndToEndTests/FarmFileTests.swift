import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    /// What a farm file means to Portage itself.
    struct FarmFileTests {
        /// As `Tests/Data/hep-soft/read.py` prints it.
        private struct Reading: Decodable {
            struct Package: Decodable {
                let use: [String]
                let features: [String]
                let cflags: String
                let tmpdir: String
                let missingKeywords: [String]
            }

            let sets: [String: [String]]
            let cflags: String
            let features: [String]
            let licenses: [String]
            let packages: [String: Package]
        }

        @Test func `Portage reads out of the tree what the package sets say`() async throws {
            try await TestFarm.with(TestFarm.Settings(workers: ["alpha"])) { farm in
                // So that the image is there.
                #expect(try await farm.build("faults-ok/wide-a").state == "succeeded")
                let checkout = FilePath(#filePath).removingLastComponent().removingLastComponent()
                    .removingLastComponent()
                let file = checkout.appending("examples/hep-soft/farm.yaml").string
                let tree = farm.file("portage")
                // Twice: what stands there of before is replaced.
                for (type, tests) in [("dbg", "no"), ("opt", "yes")] {
                    try await Program.demand([
                        farm.program("farmctl"), "farm", "tree", file, "--set", "type=\(type)",
                        "--set", "policies.tests=\(tests)", "--output", tree,
                    ])
                }
                // As `deploy/images/binfarm/finish` puts it beside what builds need.
                let script = """
                    cp -r /tree/[!m]* /etc/portage/ && cp /tree/make.conf /etc/portage/make.conf/50-farm.conf \
                        && python3 /data/read.py
                    """
                let result = try await farm.container(
                    ["bash", "-c", script],
                    mounting: [tree: "/tree:ro", checkout.appending("Tests/Data/hep-soft").string: "/data:ro"])
                #expect(result.isSuccess, "\(result)")
                let decoder = JSONDecoder()
                decoder.keyDecodingStrategy = .convertFromSnakeCase
                let reading = try decoder.decode(Reading.self, from: Data(result.output.utf8))

                #expect(reading.sets.values.map(\.count).reduce(0, +) == 45)
                #expect(
                    reading.sets["hf-sci-soft"] == [
                        "<sci-physics/root-9999", "=sci-physics/geant-4.10.6_p2", "sci-libs/armadillo",
                        "sci-visualization/gnuplot",
                    ])
                #expect(reading.cflags == "-O2 -pipe -march=x86-64")
                #expect(
                    Set(reading.features).isSuperset(of: ["test", "binpkg-multi-instance"]),
                    "the farm's and the image's")
                #expect(reading.licenses == ["@FREE", "@BINARY-REDISTRIBUTABLE"])
                let geant = try #require(reading.packages["sci-physics/geant-4.10.6_p2"])
                #expect(geant.use == ["c++14", "qt5", "vrml"] && geant.missingKeywords == [])
                #expect(geant.features == ["compressdebug", "installsources", "splitdebug"])
                #expect(geant.cflags == "-O2 -pipe -march=x86-64 -ggdb")
                let other = try #require(reading.packages["sci-physics/geant-4.10.7"])
                #expect(other.use == [] && other.features == [] && other.missingKeywords == ["~amd64"])
                #expect(
                    reading.packages["app-editors/vim-9.0"]?.use == ["acl", "cscope"], "the later file counts more")
                #expect(reading.packages["media-libs/gd-2.3"]?.use == ["fontconfig", "jpeg", "png", "truetype"])
                #expect(reading.packages["net-libs/nodejs-20.1"]?.tmpdir == "/var/tmp/no-tmpfs")
            }
        }
    }
}
