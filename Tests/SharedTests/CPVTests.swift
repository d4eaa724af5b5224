import Shared
import Testing

@Suite("Names of packages, by PMS 3.1 and 3.2")
struct CPVTests {
    @Test(
        "the version begins at the last hyphen with a version behind it",
        arguments: [
            ("dev-libs/expat-2.5.0", "expat", "2.5.0"), ("dev-libs/expat-2.5.0-r1", "expat", "2.5.0-r1"),
            ("sys-apps/util-linux-2.39", "util-linux", "2.39"), ("x11-libs/gtk+-3.24.38", "gtk+", "3.24.38"),
            ("app-misc/a-1", "a", "1"), ("app-misc/a-1-r1", "a", "1-r1"),
            ("dev-lang/python-3.12.0_rc2", "python", "3.12.0_rc2"),
            ("sci-libs/x-1.2b_alpha1_p20240101-r3", "x", "1.2b_alpha1_p20240101-r3"),
            ("media-fonts/font-adobe-100dpi-1.0.4", "font-adobe-100dpi", "1.0.4"), ("virtual/libc-0", "libc", "0"),
            ("dev-cpp/eigen_3-3.4.0", "eigen_3", "3.4.0"), ("a+b.c_d-e/f-00.01", "f", "00.01"),
        ])
    func valid(text: String, name: String, version: String) throws {
        let cpv = try CPV(text)
        #expect(cpv.name == name)
        #expect(cpv.version == version)
        #expect(cpv.description == text)
        #expect(text == "\(cpv.cp)-\(cpv.version)")
    }

    @Test(
        "whatever else is refused, as parts of it become file names and words of commands",
        arguments: [
            "", "expat", "dev-libs/expat", "dev-libs/", "/expat-1", "dev-libs/expat-", "dev-libs/-1", "a/b/c-1",
            "../x-1", "dev-libs/..-1", "-libs/x-1", "dev-libs/x-1 2", "dev-libs/x-1\n", "dev-libs/x-1.",
            "dev-libs/x-.1",
            "dev-libs/x-1_beta_", "dev-libs/x-1_gamma1", "dev-libs/x-1ab", "dev-libs/x-1-r", "dev-libs/x-1-rc1",
            "dev-libs/x-١", "dev-libs/x$-1", "dev-libs/é-1", ".a/x-1",
        ])
    func invalid(text: String) {
        #expect(throws: CPVError.self) { try CPV(text) }
    }
}
