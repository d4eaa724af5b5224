import Shared
import Testing

struct BuildReasonTests {
    @Test(arguments: [
        ("new", [BuildReason.new]),
        ("version(1.0 -> 1.1), use(+foo -bar)", [.version(from: "1.0", to: "1.1"), .use(["+foo", "-bar"])]),
        (
            "ebuild-changed, flags, base-changed, live, dependency-changed(a/b, c/d), forced",
            [.ebuildChanged, .flags, .baseChanged, .live, .dependencyChanged(["a/b", "c/d"]), .forced]
        ),
        ("dependency-changed, forced", [.dependencyChanged([]), .forced]),
        ("dependency-changed(a/b, c/d, e/f and 12 more)", [.dependencyChanged(["a/b", "c/d", "e/f"], more: 12)]),
        ("cached: a/b/b-1-1.gpkg.tar", [.cached(path: "a/b/b-1-1.gpkg.tar", note: nil)]),
        (
            "cached: a/b/b-1-1.gpkg.tar (dependencies rebuilt without a visible change)",
            [.cached(path: "a/b/b-1-1.gpkg.tar", note: "dependencies rebuilt without a visible change")]
        ),
        ("moon-phase(full, waning), new", [.other("moon-phase(full, waning)"), .new]), ("", []),
    ])
    func `A plan's text in its parts, and back`(text: String, reasons: [BuildReason]) {
        #expect(BuildReason.parse(text) == reasons)
        #expect(reasons.map(\.description).joined(separator: ", ") == text)
    }

    @Test func `Parts are counted by their name`() {
        #expect(BuildReason.parse("moon-phase(full), use(+a), cached").map(\.name) == ["moon-phase", "use", "cached"])
    }
}
