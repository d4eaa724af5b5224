// System calls that Swift's Glibc module leaves out.

/// sync_file_range(2)
int sync_file_range(int fd, long long offset, long long count, unsigned int flags);
