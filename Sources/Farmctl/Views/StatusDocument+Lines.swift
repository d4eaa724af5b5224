import Documents

extension StatusDocument: Report {
    func lines(width: Int?) -> [Line] { StatusPage(status: self, isVerbose: false).lines(width: width) }
}
