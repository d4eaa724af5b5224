internal import Shared
internal import SystemPackage

/// What lies in a checkout and is not read.
extension HepSoftImport {
    /// Names in one remainder.
    private static let mostNamed = 8
    /// Directories below each other that are looked into.
    private static let deepest = 8

    /// Things of which the same is to be said; none of none.
    static func remainder(_ names: [String], _ advice: String) -> [Remainder] {
        guard !names.isEmpty else { return [] }
        // A number in the place of one name would save nothing.
        let shown = names.count > mostNamed + 1 ? mostNamed : names.count
        let rest = names.count - shown
        return [
            Remainder(
                what: names.prefix(shown).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : ""),
                advice: advice)
        ]
    }

    /// The files of `etc/portage` that the farm file and the image make themselves (`ConfigurationFile`).
    static func generated(in directory: FilePath, _ portage: String) -> [Remainder] {
        let advice = [
            "make.conf":
                "write its variables as `make.conf` of the farm file, and flags and FEATURES as one of `types`",
            "make.profile": "write `profile`",
            "repos.conf": "write its repositories as `overlays`; Gentoo's own is that of `portage`",
        ]
        return names(in: directory.pushing(FilePath(portage))).flatMap { name -> [Remainder] in
            guard let advice = advice[name] else { return [] }
            let path = "\(portage)/\(name)"
            let place = directory.pushing(FilePath(path))
            // A profile's link leads to a whole directory of a repository.
            guard name != "make.profile", FileStatus.isDirectory(place) else { return remainder([path], advice) }
            return remainder(files(in: place, path + "/"), advice)
        }
    }

    /// What built the images and made the trees.
    static func programs(of directory: FilePath) -> [Remainder] {
        let top = names(in: directory)
        let contexts = top.filter { $0.hasPrefix("context.") && $0.hasSuffix(".d") }
            .flatMap { files(in: directory.appending($0), "\($0)/") }
            // The Makefile makes it of the trees.
            .filter { !$0.hasSuffix("/root.d.tar") }
        let isDockerfile = { (path: String) in path.split(separator: "/").last == "Dockerfile" }
        let scripts = top.filter { $0.hasSuffix(".sh") && !FileStatus.isDirectory(directory.appending($0)) }
        return remainder(
            (top.contains("Dockerfile") ? ["Dockerfile"] : []) + contexts.filter(isDockerfile),
            "`farmctl image build` makes the images: what it does besides, do in an image that you name as `stage3`")
            + remainder(
                contexts.filter { !isDockerfile($0) },
                "flags for the bootstrap alone are `bootstrap` of the farm file; what else is needed, do in an image "
                    + "that you name as `stage3`")
            + remainder(
                files(in: directory.appending("exec"), "exec/") + scripts,
                "nothing runs it now: farmctl makes /etc/portage, and workers build")
    }

    /// All files below, but for those in `without`; what lies too deep is named as a directory.
    static func files(
        in directory: FilePath, _ prefix: String, without: Set<String> = [], depth: Int = 0
    ) -> [String] {
        guard depth < deepest else { return [prefix] }
        return names(in: directory).flatMap { name -> [String] in
            let path = prefix + name
            if without.contains(path) { return [] }
            let place = directory.appending(name)
            return FileStatus.isDirectory(place)
                ? files(in: place, path + "/", without: without, depth: depth + 1) : [path]
        }
    }
}
