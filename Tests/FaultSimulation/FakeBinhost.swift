import Core
import Shared

/// The published packages, as the shell would keep them: there from the moment at which the publication is durable.
struct FakeBinhost {
    /// A package, and what is really in it.
    struct Package {
        var record: PublishedRecord
        var making: Making
        var looks: UInt64
    }

    /// By farm and path.
    private var packages: [String: Package] = [:]
    private var byKey: [String: [String]] = [:]

    subscript(path: String, farm: String) -> Package? { packages["\(farm)/\(path)"] }

    /// The same file, whatever build key it is found by.
    func has(_ record: PublishedRecord, farm: String) -> Bool {
        guard var there = self[record.path, farm]?.record else { return false }
        there.buildKey = record.buildKey
        return there == record
    }

    /// Paths of all packages that were built for the build key.
    func paths(_ key: ContentDigest, farm: String) -> [String] { byKey["\(farm)/\(key.hex)"] ?? [] }

    /// - Returns: what is wrong with it.
    mutating func publish(_ package: Package, farm: String) -> String? {
        let record = package.record
        if let there = self[record.path, farm] {
            let isSame = there.record == record && there.making == package.making
            return isSame ? nil : "\(record.path) is published twice, with another content"
        }
        packages["\(farm)/\(record.path)"] = package
        byKey["\(farm)/\(record.buildKey.hex)", default: []].append(record.path)
        return nil
    }

    mutating func withdraw(_ paths: [String], farm: String) -> Int {
        var count = 0
        for path in paths {
            guard let package = packages.removeValue(forKey: "\(farm)/\(path)") else { continue }
            byKey["\(farm)/\(package.record.buildKey.hex)"]?.removeAll { $0 == path }
            count += 1
        }
        return count
    }
}

/// The database's table of packages, as far as planners read it.
struct FakePackageTable {
    private var rows: [String: [KnownPackage]] = [:]

    mutating func store(_ record: PublishedRecord, _ facts: PackageFacts, farm: String) {
        rows[farm, default: []].append(KnownPackage(record: record, facts: facts))
    }

    /// What the binhost has of it.
    func known(farm: String, _ binhost: FakeBinhost) -> KnownPackages {
        KnownPackages(rows[farm]?.filter { binhost.has($0.record, farm: farm) } ?? [])
    }
}
