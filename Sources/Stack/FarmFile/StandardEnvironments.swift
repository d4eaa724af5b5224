/// Files of /etc/portage/env that every farm has, for `env: […]` of package sets.
enum StandardEnvironments {
    /// FEATURES adds to what stands elsewhere (make.conf(5): incremental variables).
    static let all: [(name: String, lines: [String])] = [
        (
            "debugsyms.conf",
            [
                #"CFLAGS="${CFLAGS} -ggdb""#, #"CXXFLAGS="${CXXFLAGS} -ggdb""#, #"FCFLAGS="${FCFLAGS} -ggdb""#,
                #"FFLAGS="${FFLAGS} -ggdb""#, #"FEATURES="splitdebug compressdebug -nostrip""#,
            ]
        ),
        ("installsources.conf", [#"FEATURES="installsources""#]),
        // Where builds have their work directories in memory (docs/builds.md), the worker decides; this is for who emerges in
        // the image by hand.
        ("no-tmpfs.conf", [#"PORTAGE_TMPDIR="/var/tmp/no-tmpfs""#]),
    ]
}
