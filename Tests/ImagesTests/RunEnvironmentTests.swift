import Testing

@testable import Images

struct RunEnvironmentTests {
    @Test func `Files of env.d become variables as env-update makes them`() {
        let environment = RunEnvironment([
            "00base": "PATH=\"/usr/bin:/bin\"\nLDPATH='/usr/lib64'\nLANG=C.UTF-8\n# comment\nnonsense\n",
            "50gcc": "PATH=/usr/gcc/bin:/bin\nLDPATH=/usr/lib/gcc\nLANG=en\nMANPATH=/m",
            "60own": "COLON_SEPARATED=\"MY_PATH\"\nMY_PATH=/a",
            "70own": "export MY_PATH=/b\nCONFIG_PROTECT=/x",
            "README": "PATH=/never", "80old~": "PATH=/never", "9": "PATH=/never", "99bad": "1X=2\n=3",
        ])
        #expect(
            environment.variables == [
                "PATH": "/usr/bin:/bin:/usr/gcc/bin", "LANG": "en", "MANPATH": "/m", "MY_PATH": "/a:/b",
                "CONFIG_PROTECT": "/x",
            ])
        #expect(environment.libraryPath == ["/usr/lib64", "/usr/lib/gcc"])
    }
}
