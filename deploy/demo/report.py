"""Sums up a run for the demo: arguments are `farmctl jobs --json` and the farm's name; `farmctl status --json` on stdin."""

import collections
import json
import sys

jobs = json.loads(sys.argv[1])
status = json.load(sys.stdin)
farm = next(farm for farm in status["farms"] if farm["name"] == sys.argv[2])
run = next(run for run in status["runs"] if run["run"] == jobs["run"])

built = [job for job in jobs["jobs"] if job["job"] >= 0 and job["state"] == "published"]
cached = [job for job in jobs["jobs"] if job["state"] == "cached"]
print(f"run        {run['run']}: {run['state']} in {run.get('elapsed_s', 0):.0f} s; "
      f"{len(built)} built, {len(cached)} were there")
by_worker = collections.defaultdict(list)
for job in built:
    by_worker[job.get("worker", "?")].append(job)
for worker, theirs in sorted(by_worker.items()):
    took = sum(job.get("elapsed_s", 0) for job in theirs)
    names = " ".join(job["cpv"] for job in theirs)
    print(f"           {worker}: {len(theirs)} in {took:.0f} s: {names}")
print(f"packages   {farm['packages']}, {farm['bytes'] / 2**20:.1f} MiB")
