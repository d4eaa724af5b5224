import Binpkgs
import FoundationEssentials
import Images
import Shared
import SystemPackage

/// Makes a runtime image out of packages of a binhost, without a container.
struct ImageAssembly: Sendable {
    let name: String
    let store: ImageStore
    let binhost: BinhostSource
    let atoms: [PackageAtom]
    /// As skopeo names it; nil: none.
    let base: String?
    /// What the user says that the base has.
    let provided: Set<String>
    /// Layers that the image may have.
    let layerLimit: Int

    /// Layers beside those of packages and of the base: the settings.
    private static let ownLayers = 1

    func run() async throws -> AssemblyView {
        let lock = try store.lock()
        let view = try await Scratch.with { try await assemble($0) }
        _ = consume lock
        return view
    }

    private func assemble(_ scratch: Scratch) async throws -> AssemblyView {
        let index = try await binhost.index(scratch)
        let chost = index.header["CHOST"] ?? index.entries.first?["CHOST"] ?? ""
        guard let architecture = ImageArchitecture(chost: chost) else {
            throw FarmctlError(.failed, "\(binhost) is for '\(chost)' (CHOST), of which no images are known here")
        }
        let base = try await readBase(architecture)
        let catalogue = Catalogue(index)
        let closure: RuntimeClosure
        do throws(ClosureError) {
            closure = try RuntimeClosure(of: atoms, in: catalogue, over: base.contents)
        } catch {
            let notes = catalogue.refused.prefix(3).map { "the index has what is no package: \($0)" }
            throw FarmctlError(
                .notFound, "this cannot be had from \(binhost) or the base:\n\(error)",
                remedy: (["build it, choose another --base, or say by --provided that the base has it"] + notes)
                    .joined(separator: "\n"))
        }
        let room = layerLimit - base.layers.count - Self.ownLayers
        guard room > 0 else {
            throw FarmctlError(
                .usage, "the base has \(base.layers.count) layers, of \(layerLimit) that an image may have",
                remedy: "choose a base with fewer")
        }
        let plans = groups(closure, catalogue, limit: room)
        let records = try await layers(plans, over: base, scratch)
        let composition = ImageComposition(
            base: base, layers: records.map(\.record),
            needed: Set(closure.packages.flatMap(\.requires).map(\.name)))
        let store = store
        let manifest = try await Blocking.run { try composition.write(into: store) }
        try store.name(manifest, name)
        return AssemblyView(
            try store.image(name), made: records.count { !$0.wasThere }, closure: closure)
    }

    private func readBase(_ architecture: ImageArchitecture) async throws -> BaseImage {
        guard let base else { return BaseImage(architecture: architecture.rawValue, claimed: provided) }
        let (own, store, provided) = (ImageStore.passingName(), store, provided)
        try await Skopeo.copy(from: base, to: Skopeo.place(own, in: store), architecture: architecture)
        defer { try? store.remove([own]) }
        let image = try await Blocking.run { try BaseImage(try store.image(own), in: store, claimed: provided) }
        guard image.configuration.architecture == architecture.rawValue else {
            throw FarmctlError(
                .usage, "\(base) is for \(image.configuration.architecture), and the packages are for \(architecture)")
        }
        return image
    }

    /// What many need lies low: below it there is then always the same, and who has it need not unpack it again.
    private func groups(
        _ closure: RuntimeClosure, _ catalogue: Catalogue, limit: Int
    ) -> [[RuntimePackage]] {
        let users = RuntimeUsers(catalogue, of: closure)
        let items = closure.packages.map {
            LayerPlan.Item(name: $0.cpv.description, size: $0.size, users: users[$0.cpv])
        }
        let groups = LayerPlan(items, limit: limit).groups.map { group in
            (packages: group.map { closure.packages[$0] }, users: group.map { items[$0].users.count }.max() ?? 0)
        }
        return groups.sorted {
            ($1.users, $0.packages[0].cpv.description) < ($0.users, $1.packages[0].cpv.description)
        }.map(\.packages)
    }

    /// Layers in this order, each made unless it is there already.
    private func layers(
        _ groups: [[RuntimePackage]], over base: BaseImage, _ scratch: Scratch
    ) async throws -> [(record: LayerRecord, wasThere: Bool)] {
        try await withThrowingTaskGroup(of: (Int, LayerRecord, Bool).self) { tasks in
            var results: [(record: LayerRecord, wasThere: Bool)?] = Array(repeating: nil, count: groups.count)
            var next = 0
            func begin(_ tasks: inout ThrowingTaskGroup<(Int, LayerRecord, Bool), any Error>) {
                guard next < groups.count else { return }
                let number = next
                next += 1
                tasks.addTask {
                    let (record, wasThere) = try await layer(groups[number], over: base, scratch)
                    return (number, record, wasThere)
                }
            }
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { begin(&tasks) }
            for try await (number, record, wasThere) in tasks {
                results[number] = (record, wasThere)
                begin(&tasks)
            }
            return results.compactMap(\.self)
        }
    }

    private func layer(
        _ packages: [RuntimePackage], over base: BaseImage, _ scratch: Scratch
    ) async throws -> (LayerRecord, Bool) {
        let layer = PackageLayer(packages, over: base.contents)
        if let record = store.layer(layer.key) { return (record, true) }
        var files: [String: FilePath] = [:]
        for package in packages { files[package.path] = try await binhost.file(of: package, scratch) }
        let (places, store) = (files, store)
        let record = try await Blocking.run {
            let record = try layer.write(places, into: store)
            try store.keep(record, as: layer.key)
            return record
        }
        // All packages at once would be a lot for where temporary files are.
        for path in files.values where path.starts(with: scratch.directory) {
            try? FileManager.default.removeItem(atPath: path.string)
        }
        return (record, false)
    }
}
