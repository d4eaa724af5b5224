package import Shared

/// What packages need to run, and what that needs, down to the base.
///
/// Beside what ebuilds name there are the libraries that files link to: the C library and the compiler's are in no RDEPEND.
package struct RuntimeClosure: Hashable, Sendable {
    /// By cpv.
    package let packages: [RuntimePackage]
    /// Packages that no other names: they are there for a library, and for whom.
    package let forLibraries: [CPV: String]

    /// - Parameters:
    ///   - atoms: what is chosen.
    /// - Throws: `ClosureError` with all that is nowhere.
    package init(of atoms: [PackageAtom], in catalogue: Catalogue, over base: BaseContents) throws(ClosureError) {
        // In whatever order they are named, the same come of them.
        let atoms = atoms.sorted { $0.description < $1.description }
        var banned: Set<RuntimePackage> = []
        var first: ClosureError?
        var search = Search(catalogue: catalogue, base: base, without: banned)
        while true {
            for atom in atoms { search.choose(atom) }
            search.followAll()
            let missing = search.missing
            if missing.isEmpty { break }
            // What was taken in the place of what is needed goes, and all begins anew.
            let error = first ?? ClosureError(missing: missing)
            guard !search.inTheWay.isSubset(of: banned), banned.count < Self.mostBanned else { throw error }
            first = error
            banned.formUnion(search.inTheWay)
            search = Search(catalogue: catalogue, base: base, without: banned)
        }
        packages = search.chosen.sorted { $0.cpv < $1.cpv }
        forLibraries = search.forLibraries
    }

    private static let mostBanned = 1000

    private struct Search {
        let catalogue: Catalogue
        let base: BaseContents
        private let banned: Set<RuntimePackage>
        /// What has the slot of something that is needed.
        private(set) var inTheWay: Set<RuntimePackage> = []
        /// By `category/name`; a root has one of each slot.
        private var byName: [String: [RuntimePackage]] = [:]
        var forLibraries: [CPV: String] = [:]
        /// Whose dependencies have not been looked at.
        private var queue: [RuntimePackage] = []
        /// `||` groups that nothing chosen fulfils so far, and whose they are.
        private var open: [(group: [DependencyExpression], package: RuntimePackage)] = []
        private var unmet: [String: Set<String>] = [:]

        init(catalogue: Catalogue, base: BaseContents, without banned: Set<RuntimePackage>) {
            self.catalogue = catalogue
            self.base = base
            self.banned = banned
        }

        private func packages(for atom: PackageAtom, flags: Set<String> = []) -> [RuntimePackage] {
            catalogue.packages(for: atom.pattern, flags: flags).filter { !banned.contains($0) }
        }

        var chosen: [RuntimePackage] { byName.values.flatMap { $0 } }

        var missing: [ClosureError.Missing] {
            unmet.map { .init(what: $0.key, neededBy: $0.value.sorted()) }.sorted { $0.what < $1.what }
        }

        mutating func choose(_ atom: PackageAtom) {
            let found = packages(for: atom)
            for package in atom.pattern.hasWildcard ? newestOfEach(found) : Array(found.prefix(1)) { take(package) }
            let isThere = (byName[atom.cp] ?? []).contains { found.contains($0) }
            guard found.isEmpty || !atom.pattern.hasWildcard && !isThere else { return }
            unmet[besides(atom, found), default: []].insert("the request")
        }

        /// What is missing and, where only another of its slot keeps it out, which.
        private mutating func besides(_ atom: PackageAtom, _ found: [RuntimePackage]) -> String {
            let slots = Set(found.map(\.slot))
            let other = (byName[atom.cp] ?? []).first { slots.contains($0.slot) }
            if let other { inTheWay.insert(other) }
            return other.map { "\(atom), beside \($0.cpv) of the same slot" } ?? atom.description
        }

        private func newestOfEach(_ found: [RuntimePackage]) -> [RuntimePackage] {
            var names: Set<String> = []
            return found.filter { names.insert($0.cpv.cp).inserted }
        }

        mutating func followAll() {
            repeat {
                while let package = queue.popLast() { follow(package.dependencies, of: package) }
                // What must be there decides what may be.
                if !open.isEmpty {
                    let (group, package) = open.removeFirst()
                    choose(of: group, for: package)
                }
            } while !queue.isEmpty || !open.isEmpty || addLibraries()
        }

        private mutating func take(_ package: RuntimePackage) {
            guard isFree(package) else { return }
            byName[package.cpv.cp, default: []].append(package)
            queue.append(package)
        }

        /// Whether nothing has its slot.
        private func isFree(_ package: RuntimePackage) -> Bool {
            !(byName[package.cpv.cp] ?? []).contains { $0.slot == package.slot }
        }

        private mutating func follow(_ dependency: DependencyExpression, of package: RuntimePackage) {
            switch dependency {
            case .atom(let atom): follow(atom, of: package)
            case .all(let list): for part in list { follow(part, of: package) }
            case .any(let group): open.append((group, package))
            case .when: break
            }
        }

        private mutating func follow(_ atom: PackageAtom, of package: RuntimePackage) {
            guard !isThere(atom, for: package) else { return }
            if let best = candidate(for: atom, for: package) {
                take(best)
            } else {
                let found = packages(for: atom, flags: package.use)
                unmet[besides(atom, found), default: []].insert(package.cpv.description)
            }
        }

        private func candidate(for atom: PackageAtom, for package: RuntimePackage) -> RuntimePackage? {
            packages(for: atom, flags: package.use).first { isFree($0) }
        }

        private func isThere(_ atom: PackageAtom, for package: RuntimePackage) -> Bool {
            base.has(atom.pattern)
                || (byName[atom.cp] ?? []).contains { $0.fulfils(atom.pattern, flags: package.use) }
        }

        // MARK: Alternatives

        private enum Standing: Comparable { case there, possible, impossible }

        private mutating func choose(of group: [DependencyExpression], for package: RuntimePackage) {
            let standings = group.map { standing(of: $0, for: package) }
            guard !group.isEmpty, !standings.contains(.there) else { return }
            guard let place = standings.firstIndex(of: .possible) else {
                let words = group.flatMap(\.atoms).map(\.description)
                unmet["one of \(words.joined(separator: ", "))", default: []].insert(package.cpv.description)
                return
            }
            follow(group[place], of: package)
        }

        private func standing(of dependency: DependencyExpression, for package: RuntimePackage) -> Standing {
            switch dependency {
            case .atom(let atom):
                isThere(atom, for: package)
                    ? .there : candidate(for: atom, for: package) == nil ? .impossible : .possible
            case .all(let list): list.map { standing(of: $0, for: package) }.max() ?? .there
            case .any(let list): list.map { standing(of: $0, for: package) }.min() ?? .there
            case .when: .there
            }
        }

        // MARK: Libraries

        /// Adds the packages that have libraries which are linked to and not there.
        /// - Returns: whether there were any.
        private mutating func addLibraries() -> Bool {
            var needed: [Soname: Set<String>] = [:]
            let chosen = chosen
            let there = chosen.reduce(into: Set<Soname>()) { $0.formUnion($1.provides) }
            for package in chosen {
                for soname in package.requires where !there.contains(soname) && !base.has(soname) {
                    needed[soname, default: []].insert(package.cpv.description)
                }
            }
            let providers = catalogue.providers(of: Set(needed.keys))
            var (added, brought): (Bool, Set<Soname>) = (false, [])
            for (soname, users) in needed.sorted(by: { $0.key.name < $1.key.name }) where !brought.contains(soname) {
                if let free = providers[soname]?.first(where: isFree) {
                    brought.formUnion(free.provides)
                    forLibraries[free.cpv] = "\(soname.name) of \(users.sorted()[0])"
                    take(free)
                    added = true
                } else {
                    unmet["the library \(soname.name)", default: []].formUnion(users)
                }
            }
            return added
        }
    }
}

extension DependencyExpression {
    fileprivate var atoms: [PackageAtom] {
        switch self {
        case .atom(let atom): [atom]
        case .all(let list), .any(let list), .when(_, _, let list): list.flatMap(\.atoms)
        }
    }
}

/// What chosen packages need is nowhere.
package struct ClosureError: Error, Hashable, CustomStringConvertible {
    package struct Missing: Hashable, Sendable {
        package let what: String
        package let neededBy: [String]
    }

    package let missing: [Missing]

    private static let named = 3

    package var description: String {
        missing.map { one in
            let more = one.neededBy.count > Self.named ? " and \(one.neededBy.count - Self.named) more" : ""
            return "\(one.what), needed by \(one.neededBy.prefix(Self.named).joined(separator: ", "))\(more)"
        }.joined(separator: "\n")
    }
}
