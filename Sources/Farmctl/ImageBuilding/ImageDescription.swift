import ImageSteps
import Images
import Shared
import Stack
import SwiftProtobuf
import SystemPackage

/// An image of a farm as its farm file describes it.
struct ImageDescription {
    /// Which one.
    enum Kind: Equatable {
        /// On Gentoo's stage3: what all images of the farm have in common.
        case binfarm
        /// On the binfarm image: the configuration of some sets.
        case subject(FarmFile.Subject)
    }

    let farm: FarmFile
    let kind: Kind
    /// What relative paths of the farm file are relative to.
    let directory: FilePath
    /// Files below /etc/portage, by their paths there.
    let configuration: [String: String]

    init(_ farm: FarmFile, _ kind: Kind, directory: FilePath) {
        self.farm = farm
        self.kind = kind
        self.directory = directory
        let sets =
            switch kind {
            case .binfarm: farm.binfarmSets
            case .subject(let subject): subject.sets
            }
        configuration = PortageTree(farm, sets: sets).files
    }

    /// The farm that gets the image.
    var farmName: String {
        switch kind {
        case .binfarm: farm.name.value
        case .subject(let subject): farm.farmName(of: subject)
        }
    }

    /// The farm whose image it stands on; nil: it stands on a stage3.
    var below: String? { kind == .binfarm ? nil : farm.name.value }

    /// Further files of the context, for the steps that are done once, in the binfarm image.
    var instructions: [String: String] {
        guard kind == .binfarm else { return [:] }
        func lines(_ words: [String]) -> String { words.map { $0 + "\n" }.joined() }
        var files = ["update": ""]
        if let profile = farm.profile?.value {
            files["profile"] = profile.contains(":") ? profile : "gentoo:\(profile)"
        }
        if !farm.locales.value.isEmpty { files["locales"] = lines(farm.locales.value) }
        if !farm.base.value.isEmpty { files["base-sets"] = lines(farm.base.value.map { "@\($0)" }) }
        if !farm.bootstrap.isEmpty {
            files["bootstrap/atoms"] = lines(farm.bootstrap.map(\.atom.description))
            files["bootstrap/force"] = lines(
                farm.bootstrap.flatMap { flags in flags.forced.map { "\(flags.atom) \($0)" } })
            files["bootstrap/mask"] = lines(
                farm.bootstrap.flatMap { flags in flags.masked.map { "\(flags.atom) \($0)" } })
        }
        return files
    }

    /// Images of others that it is made of, as skopeo names them.
    /// - Throws: `FarmctlError` when the farm file names none.
    func sources() throws(FarmctlError) -> [SourceImage] {
        guard kind == .binfarm else { return [] }
        guard let stage3 = farm.stage3, let portage = farm.portage else {
            throw FarmctlError(
                .usage, "the farm file does not say what the image stands on",
                remedy: "write `stage3: 20261101` and `portage: 20261101`, or other images: docker-archive:FILE")
        }
        let platform = farm.platform.value
        return [
            SourceImage(
                role: .base, reference: GentooImage.stage3(stage3.value, platform: platform), directory: directory,
                architecture: platform.isAMD64 ? .amd64 : .x86),
            SourceImage(
                role: .snapshot, reference: GentooImage.portage(portage.value), directory: directory,
                architecture: nil),
        ]
    }

    /// Repositories beside Gentoo's.
    var overlays: [OverlaySource] {
        kind == .binfarm ? farm.overlays.map { OverlaySource($0, directory: directory) } : []
    }

    /// What decides whether it has to be made again, by names that tell people something.
    func inputs() async throws -> [String: String] {
        var inputs: [String: String] = [:]
        for (path, text) in configuration { inputs["etc/portage/\(path)"] = Self.digest(text) }
        for (path, text) in instructions { inputs[path] = Self.digest(text) }
        for overlay in overlays { inputs["overlay \(overlay.name)"] = try overlay.identity() }
        for source in try sources() { inputs[source.role.rawValue] = try await source.identity() }
        var hasher = ContentHasher()
        for file in ImageSteps.files {
            hasher.update(Array("\(file.path)\n\(file.content.count)\n".utf8))
            hasher.update(file.content)
        }
        inputs["steps of binfarm"] = hasher.finish().hex
        return inputs
    }

    private static func digest(_ text: String) -> String { ContentHasher.digest(Array(text.utf8)).hex }
}
