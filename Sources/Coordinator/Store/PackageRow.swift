import Core
import FoundationEssentials
import GRDB
import Shared

/// The table `package`: packages as they came. One package may stand there several times: when it was found to be what
/// another build would give, too.
extension PublishedRecord {
    func save(in farm: String, _ facts: PackageFacts, of job: JobID, to database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO package (run, job, farm, cpv, build_id, path, size, sha256, build_key, output, published,
                    slot, repository, use_flags, own_key, recipe, environment, base, dependencies, cutoff_key)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            job.run.rawValue, job.index, farm, cpv.description, buildID, path, package.size, package.digest.data,
            buildKey.data, output?.data, facts.published.milliseconds, facts.slot, facts.repository,
            facts.use.joined(separator: " "), facts.ownKey.data, facts.ingredients.recipe.data,
            facts.ingredients.environment.data, facts.ingredients.base.data, facts.dependencies.blob,
            facts.cutoffKey?.data,
        ])
    }
}

extension KnownPackage {
    /// A row of the table.
    struct Row {
        let record: PublishedRecord
        let published: Instant
        private let facts: PackageFacts?

        var package: KnownPackage { KnownPackage(record: record, facts: facts) }

        init(_ row: GRDB.Row) throws {
            let path: String = row["path"]
            func digest(_ column: String) throws -> ContentDigest? {
                guard let data = row[column] as Data? else { return nil }
                guard let digest = ContentDigest(data) else {
                    throw DatabaseError(message: "table package has a malformed \(column) in the row of \(path)")
                }
                return digest
            }
            guard let sha256 = try digest("sha256"), let buildKey = try digest("build_key") else {
                throw DatabaseError(message: "table package lacks a digest in the row of \(path)")
            }
            record = PublishedRecord(
                cpv: try CPV(row["cpv"] as String), buildID: row["build_id"], path: path,
                package: Blob(digest: sha256, size: row["size"]), buildKey: buildKey, output: try digest("output"))
            published = Instant(milliseconds: row["published"])
            guard let own = try digest("own_key"), let recipe = try digest("recipe"),
                let environment = try digest("environment"), let base = try digest("base"),
                let dependencies = [DependencyMark](blob: row["dependencies"])
            else {
                facts = nil
                return
            }
            facts = PackageFacts(
                slot: row["slot"], repository: row["repository"],
                use: (row["use_flags"] as String).split(separator: " ").map(String.init), ownKey: own,
                ingredients: Ingredients(recipe: recipe, environment: environment, base: base),
                dependencies: dependencies, cutoffKey: try digest("cutoff_key"), published: published)
        }
    }
}

extension ContentDigest {
    /// The 32 bytes.
    var data: Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        append(to: &bytes)
        return Data(bytes)
    }

    /// nil unless the data are 32 bytes.
    fileprivate init?(_ data: Data) {
        guard let digest = data.withUnsafeBytes(ContentDigest.init(bytes:)) else { return nil }
        self = digest
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
