/// The parts of a build, by the lines with which Portage (bin/phase-functions.sh) and the script begin them.
enum BuildStage {
    private static let beginnings = [
        (BuildScript.Marker.installing, "dependencies"), (BuildScript.Marker.withoutCache, "setup"),
        (BuildScript.Marker.building, "setup"),
        (">>> Unpacking source", "unpack"), (">>> Preparing source in ", "prepare"),
        (">>> Configuring source in ", "configure"), (">>> Compiling source in ", "compile"),
        (">>> Test phase: ", "test"), (">>> Install ", "install"), (">>> Completed installing ", "package"),
        (BuildScript.Marker.trying, "trial"), (BuildScript.Marker.packing, "package"),
    ]

    /// What begins with this line; nil for any other.
    static func begun(by line: String) -> String? { beginnings.first { line.hasPrefix($0.0) }?.1 }
}
