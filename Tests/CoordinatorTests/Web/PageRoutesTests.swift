import Foundation
import Testing
import WebFiles

@testable import Coordinator

@Suite(.timeLimit(.minutes(2))) struct PageRoutesTests {
    @Test func `The page and all that it names come from here, and may do nothing else`() async throws {
        try await WebFarm.with { farm in
            let page = try await farm.site.get("/")
            #expect(page.status == 200)
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            let policy = try #require(page.headers["content-security-policy"])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'"))
            #expect(!policy.contains("unsafe"))
            let named = page.text.matches(of: /(?:src|href)="([^"#]+)"/).map { String($0.output.1) }
            #expect(named.contains("/page/app.js"))
            for path in named {
                #expect(try await farm.site.get(path).status == 200, "\(path)")
            }
            #expect(try await farm.site.get("/page/app.js").headers["content-type"] == "text/javascript; charset=utf-8")
            #expect(try await farm.site.get("/page/../app.js").status == 404)
            #expect(try await farm.site.get("/page/none.js").status == 404)
        }
    }

    @Test func `A file that has not changed is not sent again`() async throws {
        try await WebFarm.with { farm in
            let first = try await farm.site.get("/page/app.js")
            let etag = try #require(first.headers["etag"])
            let second = try await farm.site.get("/page/app.js", ["-H", "If-None-Match: \(etag)"])
            #expect(second.status == 304)
            #expect(second.body.isEmpty)
        }
    }

    @Test func `All files of the page are part of the program`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let files = try FileManager.default.contentsOfDirectory(
            atPath: root.appending(path: "Sources/WebFiles/Page").path)
        #expect(Set(files + ["openapi.json"]) == Set(WebFiles.all.keys))
    }

    /// What the policy would keep a browser from running, and what would take text for HTML.
    @Test func `Nothing in the page is written that could take text for code`() {
        for (name, bytes) in WebFiles.all where !name.hasSuffix(".json") {
            let text = String(decoding: bytes, as: UTF8.self)
            for word in [
                "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc",
            ] {
                #expect(!text.contains(word), "\(name) has \(word)")
            }
            if name.hasSuffix(".html") {
                #expect(!text.contains("style="))
                #expect(text.firstMatch(of: /<script(?![^>]*src=)/) == nil)
                #expect(text.firstMatch(of: /\son[a-z]+=/) == nil)
            }
            #expect(text.firstMatch(of: /https?:\/\/(?!www\.w3\.org\/)/) == nil, "\(name) names another host")
        }
    }
}
