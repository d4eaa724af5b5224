import SystemPackage
import Testing

/// The scripts of `Tests/Page`: each looks at a coordinator's page in a real browser.
enum PageLook {
    /// What a script finds wrong is an issue of the test that calls it.
    static func run(
        _ script: String, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let tests = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        let look = try await Program.run(["/usr/bin/python3", "\(tests)/Page/\(script).py"] + words)
        #expect(look.isSuccess, "\(look.description)", sourceLocation: sourceLocation)
    }
}
