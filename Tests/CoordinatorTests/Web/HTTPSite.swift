@testable import BinpkgTesting
import Foundation
import Testing

/// A server on this host, asked with curl.
struct HTTPSite {
    struct Reply {
        let status: Int
        /// Lower-case names.
        let headers: [String: String]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        func json() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any], "\(text)")
        }
    }

    let port: Int

    func get(_ path: String, _ options: [String] = []) async throws -> Reply {
        let arguments = ["-s", "-i", "--path-as-is", "--max-time", "30"] + options
        let output = try await run("/usr/bin/curl", arguments + ["http://127.0.0.1:\(port)\(path)"])
        let end = try #require(output.range(of: Data("\r\n\r\n".utf8)))
        let lines = String(decoding: output[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.components(separatedBy: ": ")
            headers[parts[0].lowercased()] = parts.dropFirst().joined(separator: ": ")
        }
        return Reply(
            status: Int(lines[0].components(separatedBy: " ")[1]) ?? 0, headers: headers,
            body: Array(output[end.upperBound...]))
    }

    func post(_ path: String, _ body: String = "{}", token: String? = nil) async throws -> Reply {
        let authorization = token.map { ["-H", "Authorization: Bearer \($0)"] } ?? []
        return try await get(
            path, ["-X", "POST", "-H", "Content-Type: application/json", "--data-binary", body] + authorization)
    }
}
