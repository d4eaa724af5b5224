internal import FoundationEssentials

extension BuildTask {
    package var wire: WireBuildTask {
        var wire = WireBuildTask()
        wire.cpv = cpv.description
        wire.slot = slot
        wire.repository = repository
        wire.buildID = buildID
        wire.use = use
        wire.iuse = iuse
        wire.jobs = jobs
        wire.dependencies = dependencies.map(\.wire)
        wire.distfiles = distfiles?.map(\.wire) ?? []
        wire.knowsDistfiles = distfiles != nil
        wire.limits = limits.wire
        wire.pack = pack
        wire.ccache = ccache ?? 0
        wire.workInMemory = workInMemory ?? 0
        wire.format = format.wire
        return wire
    }
}

extension WireBuildTask {
    package func domain() throws(WireError) -> BuildTask {
        guard buildID > 0 else { throw WireError("build_id", "is not positive") }
        guard let format = format.domain else { throw WireError("format", "is none that this version knows") }
        var packages: [DependencyPackage] = []
        for dependency in dependencies { packages.append(try dependency.domain()) }
        var files: [Distfile] = []
        for distfile in distfiles { files.append(try distfile.domain()) }
        return BuildTask(
            cpv: try CPV(wire: cpv), slot: slot, repository: repository, buildID: buildID, use: use, iuse: iuse,
            jobs: max(1, jobs), dependencies: packages, distfiles: knowsDistfiles ? files : nil,
            limits: try limits.domain(), pack: pack, ccache: ccache > 0 ? ccache : nil,
            workInMemory: workInMemory > 0 ? workInMemory : nil, format: format)
    }
}

extension Distfile {
    package var wire: WireDistfile {
        var wire = WireDistfile()
        wire.name = name
        wire.size = size
        wire.blake2B = Data(digest.bytes)
        return wire
    }
}

extension WireDistfile {
    package func domain() throws(WireError) -> Distfile {
        guard let digest = BLAKE2bDigest(bytes: blake2B) else { throw WireError("blake2b", "has not 64 bytes") }
        guard let distfile = Distfile(name: name, size: size, digest: digest) else {
            throw WireError("distfile", "is no name of a file, or has no size")
        }
        return distfile
    }
}

extension DependencyPackage {
    package var wire: WireDependency {
        var wire = WireDependency()
        wire.cpv = cpv.description
        wire.buildID = buildID
        wire.path = path
        wire.package = package.wire
        wire.buildOnly = isBuildOnly
        return wire
    }
}

extension WireDependency {
    package func domain() throws(WireError) -> DependencyPackage {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0.first != "." }) else {
            throw WireError("path", "'\(path)' leaves PKGDIR")
        }
        return DependencyPackage(
            cpv: try CPV(wire: cpv), buildID: buildID, path: path, package: try package.domain(),
            isBuildOnly: buildOnly)
    }
}

extension ResolveTask {
    package var wire: WireResolveTask {
        var wire = WireResolveTask()
        wire.targets = targets
        wire.emptytree = emptytree
        wire.limits = limits.wire
        wire.binhosts = binhosts.map(\.wire)
        return wire
    }
}

extension WireResolveTask {
    package func domain() throws(WireError) -> ResolveTask {
        guard !targets.isEmpty else { throw WireError("targets", "are missing") }
        var indexes: [Blob] = []
        for index in binhosts { indexes.append(try index.domain()) }
        return ResolveTask(targets: targets, emptytree: emptytree, limits: try limits.domain(), binhosts: indexes)
    }
}

extension ImageTask {
    package var wire: WireImageTask {
        var wire = WireImageTask()
        wire.context = context.wire
        if let snapshot { wire.snapshot = snapshot.wire }
        wire.jobs = jobs
        wire.limits = limits.wire
        return wire
    }
}

extension WireImageTask {
    package func domain() throws(WireError) -> ImageTask {
        ImageTask(
            context: try context.domain(), snapshot: hasSnapshot ? try snapshot.domain() : nil, jobs: max(1, jobs),
            limits: try limits.domain())
    }
}

extension CPV {
    package init(wire text: String) throws(WireError) {
        do { try self.init(text) } catch { throw WireError("cpv", error.description) }
    }
}

extension ResolveFailure {
    package var wire: WireResolveError {
        var wire = WireResolveError()
        wire.kind = kind
        wire.atom = atom ?? ""
        wire.packages = packages
        wire.chain = chain
        wire.reasons = reasons
        wire.suggestions = suggestions.map { suggestion in
            var wire = WireSuggestion()
            wire.file = suggestion.file
            wire.line = suggestion.line
            return wire
        }
        wire.message = message
        return wire
    }
}
