package import Binpkgs
package import Shared

/// The packages of a binhost by name, and which has which shared library.
package struct Catalogue: Sendable {
    /// By `category/name`, the one to be preferred first.
    private let packages: [String: [RuntimePackage]]
    /// Entries that are no packages, with the reason.
    package let refused: [String]

    package init(_ index: PackagesIndex) {
        var (packages, refused): ([String: [RuntimePackage]], [String]) = ([:], [])
        for entry in index.entries {
            do throws(DependencyError) {
                guard let package = try RuntimePackage(entry) else {
                    refused.append("\(entry.cpv): no package's entry")
                    continue
                }
                packages[package.cpv.cp, default: []].append(package)
            } catch {
                refused.append("\(entry.cpv): its dependencies are none: \(error)")
            }
        }
        self.packages = packages.mapValues { $0.sorted { $0.isPreferred(to: $1) } }
        self.refused = refused
    }

    /// Of each name and slot the one to be preferred, by cpv.
    package var newest: [RuntimePackage] {
        packages.values.flatMap { list in
            var slots: Set<String> = []
            return list.filter { slots.insert($0.slot).inserted }
        }.sorted { $0.cpv < $1.cpv }
    }

    /// Those that an atom means, the one to be preferred first.
    package func packages(for atom: AtomPattern, flags: Set<String> = []) -> [RuntimePackage] {
        candidates(for: atom).filter { $0.fulfils(atom, flags: flags) }
    }

    private func candidates(for atom: AtomPattern) -> [RuntimePackage] {
        if !atom.hasWildcard, let category = atom.category { return packages["\(category)/\(atom.name)"] ?? [] }
        return packages.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    /// By library, those that have it: of each name the one to be preferred.
    package func providers(of sonames: Set<Soname>) -> [Soname: [RuntimePackage]] {
        var providers: [Soname: [RuntimePackage]] = [:]
        for package in newest {
            for soname in package.provides where sonames.contains(soname) {
                providers[soname, default: []].append(package)
            }
        }
        return providers
    }
}

extension RuntimePackage {
    /// The newer version, of the same the later build.
    fileprivate func isPreferred(to other: RuntimePackage) -> Bool {
        if let version = PackageVersion(cpv.version), let another = PackageVersion(other.cpv.version),
            version != another
        {
            return another < version
        }
        return (buildID, buildTime, path) > (other.buildID, other.buildTime, other.path)
    }
}
