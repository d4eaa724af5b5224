package import Shared

/// Which packages of a binhost cannot run without which: those that the same ones need come into an image together.
package struct RuntimeUsers: Sendable {
    private var users: [CPV: NumberSet] = [:]

    /// Beyond so many packages those that are in the image have to do: each needs a bit for each other.
    private static let most = 4096

    package init(_ catalogue: Catalogue, of closure: RuntimeClosure) {
        let names = Set(closure.packages.map { "\($0.cpv.cp):\($0.slot)" })
        let others = catalogue.newest.filter { !names.contains("\($0.cpv.cp):\($0.slot)") }
        let isSmall = others.count + closure.packages.count <= Self.most
        let packages = (closure.packages + (isSmall ? others : [])).sorted { $0.cpv < $1.cpv }
        self.init(packages)
    }

    private init(_ packages: [RuntimePackage]) {
        var (byName, byLibrary): ([String: [Int]], [Soname: Int]) = ([:], [:])
        for (number, package) in packages.enumerated() {
            byName[package.cpv.cp, default: []].append(number)
            for soname in package.provides where byLibrary[soname] == nil { byLibrary[soname] = number }
        }
        func find(_ atom: AtomPattern, for package: RuntimePackage) -> Int? {
            byName["\(atom.category ?? "")/\(atom.name)"]?.first { packages[$0].fulfils(atom, flags: package.use) }
        }
        let needs = packages.map { package in
            Set(
                package.dependencies.needed { find($0.pattern, for: package) }
                    + package.requires.compactMap { byLibrary[$0] })
        }
        let edges = needs.enumerated().map { number, needed in needed.subtracting([number]).sorted() }
        users = Dictionary(
            zip(packages.map(\.cpv), Self.users(needs: edges)), uniquingKeysWith: { first, _ in first })
    }

    /// - Parameter needs: of each number those that it needs itself.
    /// - Returns: of each number those that cannot do without it, however far away, and itself.
    package static func users(needs: [[Int]]) -> [NumberSet] {
        var users = needs.indices.map { NumberSet([$0]) }
        for start in needs.indices {
            var seen = NumberSet([start])
            var stack = needs[start]
            while let number = stack.popLast() {
                guard !seen.contains(number) else { continue }
                seen.insert(number)
                users[number].insert(start)
                stack += needs[number]
            }
        }
        return users
    }

    package subscript(package: CPV) -> NumberSet { users[package] ?? NumberSet() }
}

extension DependencyExpression {
    /// What is found for its atoms; of alternatives the first that all is found for.
    fileprivate func needed(_ find: (PackageAtom) -> Int?) -> [Int] {
        switch self {
        case .atom(let atom): find(atom).map { [$0] } ?? []
        case .all(let list): list.flatMap { $0.needed(find) }
        case .any(let list): list.map { $0.needed(find) }.first { !$0.isEmpty } ?? []
        case .when: []
        }
    }
}
