import Core
import FoundationEssentials
import GRDB
import Shared

/// The table `package`: a farm's packages by build key. One package may have several, when its build was spared.
extension PublishedRecord {
    func save(in farm: String, _ facts: PackageFacts, to database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO package (farm, build_key, cpv, build_id, path, sha256, size, output, slot,
                    repository, use_flags, own_key, recipe, environment, base, dependencies, cutoff_key, published)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            farm, buildKey.hex, cpv.description, buildID, path, package.digest.hex, package.size, output?.hex,
            facts.slot, facts.repository, facts.use.joined(separator: " "), facts.ownKey.hex,
            facts.ingredients.recipe.hex, facts.ingredients.environment.hex, facts.ingredients.base.hex,
            facts.dependencies.blob, facts.cutoffKey?.hex, facts.published.milliseconds,
        ])
    }
}

extension KnownPackage {
    init(row: Row) throws {
        let path: String = row["path"]
        func digest(_ column: String) throws -> ContentDigest? {
            guard let text = row[column] as String? else { return nil }
            guard let digest = ContentDigest(hex: text) else {
                throw DatabaseError(message: "table package has a malformed \(column) in the row of \(path)")
            }
            return digest
        }
        guard let sha256 = try digest("sha256"), let buildKey = try digest("build_key") else {
            throw DatabaseError(message: "table package lacks a digest in the row of \(path)")
        }
        let record = PublishedRecord(
            cpv: try CPV(row["cpv"] as String), buildID: row["build_id"], path: path,
            package: Blob(digest: sha256, size: row["size"]), buildKey: buildKey, output: try digest("output"))
        var facts: PackageFacts?
        if let own = try digest("own_key"), let recipe = try digest("recipe"),
            let environment = try digest("environment"), let base = try digest("base"),
            let dependencies = [DependencyMark](blob: row["dependencies"])
        {
            facts = PackageFacts(
                slot: row["slot"], repository: row["repository"],
                use: (row["use_flags"] as String).split(separator: " ").map(String.init), ownKey: own,
                ingredients: Ingredients(recipe: recipe, environment: environment, base: base),
                dependencies: dependencies, cutoffKey: try digest("cutoff_key"),
                published: Instant(milliseconds: row["published"]))
        }
        self.init(record: record, facts: facts)
    }
}

extension [DependencyMark] {
    /// Eight bytes each, little-endian.
    fileprivate var blob: Data {
        var data = Data(capacity: 8 * count)
        for mark in self { Swift.withUnsafeBytes(of: mark.rawValue.littleEndian) { data.append(contentsOf: $0) } }
        return data
    }

    /// nil when the bytes are none.
    fileprivate init?(blob: Data?) {
        guard let blob, blob.count % 8 == 0 else { return nil }
        self = blob.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 8).map {
                DependencyMark(rawValue: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)))
            }
        }
    }
}
