import Foundation
import Shared
import Stack
import SystemPackage
import Testing

/// What a farm file says of the farm's images.
struct FarmImageKeysTests {
    private static let sets = "base: {dev-libs/a: {}}\nphysics: {dev-libs/b: {use: [x]}}\n"

    private static func read(_ text: String) throws -> FarmFile {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("farm-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, text) in ["sets.yaml": sets, "farm.yaml": "name: hep\nsets: [sets.yaml]\n" + text] {
            try Data(text.utf8).write(to: directory.appendingPathComponent(name))
        }
        return try FarmFileReader.read(FilePath(directory.path).appending("farm.yaml"))
    }

    private static func faults(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch {
            return (error as? StackFaults)?.faults.map(\.description) ?? ["\(error)"]
        }
    }

    @Test func `A tag is Gentoo's image of that day and of the platform; another image is taken as it is named`() throws
    {
        #expect(
            GentooImage.stage3("20261101", platform: .amd64)
                == "docker://docker.io/gentoo/stage3:amd64-openrc-20261101")
        #expect(
            GentooImage.stage3("20261101T170000Z", platform: .amd64HardenedNoMultilib)
                == "docker://docker.io/gentoo/stage3:amd64-hardened-nomultilib-openrc-20261101T170000Z")
        #expect(
            GentooImage.stage3("20261101", platform: .x86) == "docker://docker.io/gentoo/stage3:i686-openrc-20261101")
        #expect(GentooImage.portage("20261101") == "docker://docker.io/gentoo/portage:20261101")
        let farm = try Self.read(
            "stage3: docker-archive:parts/stage3.tar\nportage: docker://mirror.example.org/portage:1\n")
        #expect(
            GentooImage.stage3(farm.stage3?.value ?? "", platform: .amd64) == "docker-archive:parts/stage3.tar")
        #expect(GentooImage.portage(farm.portage?.value ?? "") == "docker://mirror.example.org/portage:1")
        #expect(Self.faults("stage3: latest\n") == ["farm.yaml:3:9: 'latest' is no value of stage3"])
    }

    @Test func `Base sets, locales and temporary flags are checked where they stand`() throws {
        let farm = try Self.read(
            """
            base: [base]
            locales: [en_US.UTF-8, de_DE ISO-8859-1]
            bootstrap: {media-libs/freetype: [-harfbuzz, png, 'PYTHON_TARGETS: python3_12 -python3_11']}
            publish: head:/srv/binhost

            """)
        #expect(farm.base.value == ["base"] && farm.publish?.value == "head:/srv/binhost")
        #expect(farm.locales.value == ["en_US.UTF-8 UTF-8", "de_DE ISO-8859-1"])
        #expect(farm.bootstrap.map(\.atom.description) == ["media-libs/freetype"])
        #expect(farm.bootstrap.first?.forced == ["png", "python_targets_python3_12"])
        #expect(farm.bootstrap.first?.masked == ["harfbuzz", "python_targets_python3_11"])
        #expect(
            Self.faults(
                """
                base: [bas]
                locales: [english]
                bootstrap: {freetype: [x], '!a/b': [x], c/d: [], e/f: ['+x']}

                """) == [
                    "farm.yaml:3:8: there is no set 'bas'", "farm.yaml:4:11: 'english' is no locale",
                    "farm.yaml:5:13: 'freetype' is no atom: at column 1, the category is missing, as in dev-libs/freetype",
                    "farm.yaml:5:28: '!a/b' blocks packages, and chooses none",
                    "farm.yaml:5:41: c/d has no temporary flags", "farm.yaml:5:57: '+x' is no USE flag here",
                ])
    }

    @Test func `The binfarm image is configured for its own sets where others stand on it`() throws {
        #expect(try Self.read("").binfarmSets == ["base", "physics"])
        let farm = try Self.read("base: [base]\nsubjects: {analysis: [physics]}\n")
        #expect(farm.binfarmSets == ["base"])
        #expect(PortageTree(farm, sets: farm.binfarmSets).files.keys.filter { $0.hasPrefix("sets/") } == ["sets/base"])
        #expect(PortageTree(farm, sets: farm.subjects[0].sets).files["package.use/physics"] != nil)
    }
}
