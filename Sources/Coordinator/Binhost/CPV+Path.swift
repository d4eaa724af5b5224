import Shared

extension CPV {
    /// Where FEATURES=binpkg-multi-instance puts the package, relative to the binhost.
    func binpkgPath(buildID: Int) -> String { "\(cp)/\(pf)-\(buildID).gpkg.tar" }
}
