import Core
import GRDB
import Shared

/// Images that were made for farms.
extension Store {
    /// Of each farm, the newest first.
    func images() throws -> [String: [FarmImage]] {
        try database.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT image.*, run.request FROM image JOIN run ON run.id = image.run ORDER BY image.run DESC")
            var images: [String: [FarmImage]] = [:]
            for row in rows {
                let request = try JSONText.decode(RunRequest.self, from: row["request"])
                guard var recipe = request.recipe, let digest = ContentDigest(hex: row["digest"]) else { continue }
                recipe.policies = try JSONText.decode(FarmPolicies.self, from: row["policies"])
                images[row["farm"], default: []].append(
                    FarmImage(
                        run: RunID(rawValue: row["run"]), archive: Blob(digest: digest, size: row["size"]),
                        recipe: recipe, below: request.image))
            }
            return images
        }
    }

    func save(_ image: FarmImage, of farm: String) async throws {
        let policies = try JSONText.encode(image.recipe.policies)
        try await database.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO image (run, farm, digest, size, policies) VALUES (?, ?, ?, ?, ?)",
                arguments: [image.run.rawValue, farm, image.archive.digest.hex, image.archive.size, policies])
        }
    }

    /// Forgets images whose files are to go.
    func removeImages(of runs: [RunID]) async throws {
        try await database.write { database in
            for run in runs {
                try database.execute(sql: "DELETE FROM image WHERE run = ?", arguments: [run.rawValue])
            }
        }
    }
}
