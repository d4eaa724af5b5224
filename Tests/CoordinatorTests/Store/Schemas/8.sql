-- A database as the program with schema 8 wrote it.
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    farm TEXT NOT NULL,
    state TEXT NOT NULL,
    submitted INTEGER NOT NULL,  -- times: milliseconds since 1970
    ended INTEGER,
    request TEXT NOT NULL,       -- JSON
    failure TEXT,                -- JSON
    resolve_failure TEXT         -- JSON
) STRICT;
CREATE TABLE attempt (
    fence INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    job INTEGER NOT NULL,
    worker TEXT NOT NULL,
    started INTEGER NOT NULL,
    build_id INTEGER NOT NULL,
    ended INTEGER,
    outcome TEXT,                -- finished, failed, lost, released, cancelled
    detail TEXT,                 -- JSON
    wall INTEGER,                -- milliseconds
    cpu INTEGER,
    peak_memory INTEGER,         -- bytes
    disk INTEGER,
    cores INTEGER NOT NULL DEFAULT 1,
    time_limit INTEGER
) STRICT;
CREATE TABLE build_id (
    farm TEXT NOT NULL,
    cpv TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (farm, cpv)
) STRICT, WITHOUT ROWID;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
CREATE TABLE image (
    run INTEGER PRIMARY KEY REFERENCES run(id),  -- whose request says what it is made of
    farm TEXT NOT NULL,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL,
    policies TEXT NOT NULL                       -- JSON
) STRICT;
CREATE TABLE job (
    run INTEGER NOT NULL REFERENCES run(id),
    idx INTEGER NOT NULL,        -- -1: the resolving
    cp TEXT,
    cpv TEXT,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    failure TEXT,                -- JSON
    result TEXT,                 -- JSON
    not_before INTEGER,
    ended INTEGER,
    PRIMARY KEY (run, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE package (
                        id INTEGER PRIMARY KEY,
                        run INTEGER,                 -- the job that it came of; NULL: of before version 7
                        job INTEGER,
                        farm TEXT NOT NULL,
                        cpv TEXT NOT NULL,
                        build_id INTEGER NOT NULL,
                        path TEXT NOT NULL,
                        size INTEGER NOT NULL,
                        sha256 BLOB NOT NULL,
                        build_key BLOB NOT NULL,     -- the newest of a farm's equal ones counts
                        output BLOB,
                        published INTEGER NOT NULL,
                        slot TEXT,
                        repository TEXT,
                        use_flags TEXT,              -- with blanks between
                        own_key BLOB,
                        recipe BLOB,
                        environment BLOB,
                        base BLOB,
                        dependencies BLOB,           -- eight bytes each
                        cutoff_key BLOB
                    ) STRICT;
CREATE TABLE plan (
    run INTEGER NOT NULL REFERENCES run(id),
    idx INTEGER NOT NULL,
    content TEXT NOT NULL,       -- JSON
    PRIMARY KEY (run, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE worker (
    name TEXT PRIMARY KEY,
    record TEXT NOT NULL         -- JSON
) STRICT, WITHOUT ROWID;
INSERT INTO "run" VALUES(1,'old','succeeded',1001,5001,'{"buildLimits":{"logBytes":67108864,"processes":16384,"silence":[195,2884905626637434880]},"emptytree":false,"farm":"old","forced":["app\/a"],"image":{"digest":"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","size":9},"packsBase":false,"priority":5,"recipe":{"context":{"digest":"6060606060606060606060606060606060606060606060606060606060606060","size":50},"inputs":{"stage3":"1"},"policies":{"atomic":true,"bindist":false,"ccache":5}},"resolveLimits":{"timeout":[195,2884905626637434880]},"secondPass":false,"submittedBy":"ann","targets":["@hep"]}',NULL,NULL);
INSERT INTO "run" VALUES(2,'old','failed',1002,5002,'{"buildLimits":{"logBytes":67108864,"processes":16384,"silence":[195,2884905626637434880]},"emptytree":false,"farm":"old","forced":["app\/a"],"image":{"digest":"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","size":9},"packsBase":false,"priority":5,"resolveLimits":{"timeout":[195,2884905626637434880]},"secondPass":false,"submittedBy":"ann","targets":["@hep"]}',NULL,NULL);
INSERT INTO "run" VALUES(3,'old','failed',1003,5003,'{"buildLimits":{"logBytes":67108864,"processes":16384,"silence":[195,2884905626637434880]},"emptytree":false,"farm":"old","forced":["app\/a"],"image":{"digest":"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","size":9},"packsBase":false,"priority":5,"resolveLimits":{"timeout":[195,2884905626637434880]},"secondPass":false,"submittedBy":"ann","targets":["@hep"]}','{"failureClass":"resolve-failed","reason":"masked: app\/z"}','{"atom":"app\/z","chain":[],"kind":"masked","message":"masked","packages":[],"reasons":["masked by hand"],"suggestions":[]}');
INSERT INTO "run" VALUES(4,'old','cancelled',1004,5004,'{"buildLimits":{"logBytes":67108864,"processes":16384,"silence":[195,2884905626637434880]},"emptytree":false,"farm":"old","forced":["app\/a"],"image":{"digest":"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","size":9},"packsBase":false,"priority":5,"resolveLimits":{"timeout":[195,2884905626637434880]},"secondPass":false,"submittedBy":"ann","targets":["@hep"]}',NULL,NULL);
INSERT INTO "run" VALUES(5,'old','building',1005,NULL,'{"buildLimits":{"logBytes":67108864,"processes":16384,"silence":[195,2884905626637434880]},"emptytree":false,"farm":"old","forced":["app\/a"],"image":{"digest":"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","size":9},"packsBase":false,"priority":5,"resolveLimits":{"timeout":[195,2884905626637434880]},"secondPass":false,"submittedBy":"ann","targets":["@hep"]}',NULL,NULL);
INSERT INTO "run" VALUES(6,'old','resolving',1006,NULL,'{"buildLimits":{"logBytes":67108864,"processes":16384,"silence":[195,2884905626637434880]},"emptytree":false,"farm":"old","forced":["app\/a"],"image":{"digest":"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee","size":9},"packsBase":false,"priority":5,"resolveLimits":{"timeout":[195,2884905626637434880]},"secondPass":false,"submittedBy":"ann","targets":["@hep"]}',NULL,NULL);
INSERT INTO "attempt" VALUES(1,1,-1,'w1',2001,0,3001,'finished','{"finished":{"_0":{"digest":"7070707070707070707070707070707070707070707070707070707070707070","size":50}}}',10,20,30,40,4,60000);
INSERT INTO "attempt" VALUES(2,1,0,'w1',2002,1,3002,'finished','{"finished":{"_0":{"digest":"1111111111111111111111111111111111111111111111111111111111111111","size":50}}}',500,900,268435456,4096,4,60000);
INSERT INTO "attempt" VALUES(3,2,-1,'w1',2003,0,3003,'finished','{"finished":{"_0":{"digest":"7171717171717171717171717171717171717171717171717171717171717171","size":50}}}',NULL,NULL,NULL,NULL,4,60000);
INSERT INTO "attempt" VALUES(4,2,0,'w1',2004,1,3004,'failed','{"failed":{"_0":{"failureClass":"build-failed","firstErrorLine":"c.c:1: error: it''s wrong","reason":"does not compile"}}}',1,2,3,4,4,60000);
INSERT INTO "attempt" VALUES(5,3,-1,'w1',2005,0,3005,'failed','{"failed":{"_0":{"failureClass":"resolve-failed","reason":"masked: app\/z"}}}',NULL,NULL,NULL,NULL,4,60000);
INSERT INTO "attempt" VALUES(6,4,-1,'w1',2006,0,3006,'finished','{"finished":{"_0":{"digest":"7272727272727272727272727272727272727272727272727272727272727272","size":50}}}',NULL,NULL,NULL,NULL,4,60000);
INSERT INTO "attempt" VALUES(7,4,0,'w1',2007,2,3007,'cancelled','{"cancelled":{}}',NULL,NULL,NULL,NULL,4,60000);
INSERT INTO "attempt" VALUES(8,5,-1,'w1',2008,0,3008,'finished','{"finished":{"_0":{"digest":"7373737373737373737373737373737373737373737373737373737373737373","size":50}}}',NULL,NULL,NULL,NULL,4,60000);
INSERT INTO "attempt" VALUES(9,5,0,'w1',2009,1,3009,'finished','{"finished":{"_0":{"digest":"5151515151515151515151515151515151515151515151515151515151515151","size":50}}}',5,6,7,8,4,60000);
INSERT INTO "attempt" VALUES(10,5,1,'w1',2010,1,3010,'lost','{"lost":{"_0":"silent"}}',NULL,NULL,NULL,NULL,4,60000);
INSERT INTO "attempt" VALUES(11,5,1,'w2',2011,2,3011,'released','{"released":{"_0":"stopped"}}',NULL,NULL,NULL,NULL,4,60000);
INSERT INTO "attempt" VALUES(12,5,1,'w2',2012,3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,4,60000);
INSERT INTO "attempt" VALUES(13,5,2,'w1',2013,1,3013,'finished','{"finished":{"_0":{"digest":"5555555555555555555555555555555555555555555555555555555555555555","size":50}}}',9,9,9,9,4,60000);
INSERT INTO "attempt" VALUES(14,5,3,'w1',2014,1,3014,'failed','{"failed":{"_0":{"failureClass":"fetch-failed","reason":"no mirror"}}}',1,1,1,1,4,60000);
INSERT INTO "attempt" VALUES(15,6,-1,'w1',2015,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,4,60000);
INSERT INTO "build_id" VALUES('old','app/a-1',2);
INSERT INTO "build_id" VALUES('old','app/d-1',1);
INSERT INTO "build_id" VALUES('old','app/g-1',1);
INSERT INTO "build_id" VALUES('old','app/h-1',3);
INSERT INTO "build_id" VALUES('old','app/i-1',1);
INSERT INTO "build_id" VALUES('old','app/k-1',1);
INSERT INTO "grdb_migrations" VALUES('1: runs, jobs, attempts, packages');
INSERT INTO "grdb_migrations" VALUES('2: what builds are given and use');
INSERT INTO "grdb_migrations" VALUES('3: workers');
INSERT INTO "grdb_migrations" VALUES('4: what changes lies apart from the plan');
INSERT INTO "grdb_migrations" VALUES('5: what packages were built of');
INSERT INTO "grdb_migrations" VALUES('6: how workers behave');
INSERT INTO "grdb_migrations" VALUES('7: packages in the order in which they came');
INSERT INTO "grdb_migrations" VALUES('8: images that were made for farms');
INSERT INTO "job" VALUES(1,-1,NULL,NULL,'published','',NULL,NULL,NULL,4001);
INSERT INTO "job" VALUES(1,0,'app/a','app/a-1','published','new',NULL,'{"buildID":1,"buildKey":"1010101010101010101010101010101010101010101010101010101010101010","cpv":"app\/a-1","package":{"digest":"1111111111111111111111111111111111111111111111111111111111111111","size":116},"path":"app\/a\/a-1-1.gpkg.tar"}',NULL,4010);
INSERT INTO "job" VALUES(1,1,'app/c','app/c-1','cached','cached: app/c/c-1-3.gpkg.tar',NULL,'{"buildID":3,"buildKey":"2020202020202020202020202020202020202020202020202020202020202020","cpv":"app\/c-1","package":{"digest":"2121212121212121212121212121212121212121212121212121212121212121","size":132},"path":"app\/c\/c-1-3.gpkg.tar"}',NULL,4002);
INSERT INTO "job" VALUES(2,-1,NULL,NULL,'published','',NULL,NULL,NULL,4003);
INSERT INTO "job" VALUES(2,0,'app/d','app/d-1','failed','new','{"failureClass":"build-failed","firstErrorLine":"c.c:1: error: it''s wrong","reason":"does not compile"}',NULL,NULL,4004);
INSERT INTO "job" VALUES(2,1,'app/e','app/e-1','skipped','skipped: app/d-1 failed',NULL,NULL,NULL,4005);
INSERT INTO "job" VALUES(2,2,'app/f','app/f-1','failed','new','{"failureClass":"refused","reason":"RESTRICT=fetch"}',NULL,NULL,4006);
INSERT INTO "job" VALUES(3,-1,NULL,NULL,'failed','','{"failureClass":"resolve-failed","reason":"masked: app\/z"}',NULL,NULL,4007);
INSERT INTO "job" VALUES(4,-1,NULL,NULL,'published','',NULL,NULL,NULL,4008);
INSERT INTO "job" VALUES(4,0,'app/a','app/a-1','cancelled','new',NULL,NULL,NULL,4009);
INSERT INTO "job" VALUES(5,-1,NULL,NULL,'published','',NULL,NULL,NULL,4011);
INSERT INTO "job" VALUES(5,0,'app/g','app/g-1','published','new',NULL,'{"buildID":1,"buildKey":"5050505050505050505050505050505050505050505050505050505050505050","cpv":"app\/g-1","package":{"digest":"5151515151515151515151515151515151515151515151515151515151515151","size":180},"path":"app\/g\/g-1-1.gpkg.tar"}',NULL,4012);
INSERT INTO "job" VALUES(5,1,'app/h','app/h-1','waiting','new',NULL,NULL,NULL,NULL);
INSERT INTO "job" VALUES(5,2,'app/i','app/i-1','waiting','new',NULL,NULL,NULL,NULL);
INSERT INTO "job" VALUES(5,3,'app/k','app/k-1','waiting','new','{"failureClass":"fetch-failed","reason":"no mirror"}',NULL,9999,NULL);
INSERT INTO "job" VALUES(5,4,'app/l','app/l-1','waiting','new',NULL,NULL,NULL,NULL);
INSERT INTO "package" VALUES(1,NULL,NULL,'old','app/g-1',1,'app/g/g-1-1.gpkg.tar',180,X'5151515151515151515151515151515151515151515151515151515151515151',X'5050505050505050505050505050505050505050505050505050505050505050',NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "package" VALUES(2,NULL,NULL,'old','app/a-1',1,'app/a/a-1-1.gpkg.tar',116,X'1111111111111111111111111111111111111111111111111111111111111111',X'1010101010101010101010101010101010101010101010101010101010101010',X'A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1',4010,'0/3','gentoo','x y',X'A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2A2',X'A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3A3',X'A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4A4',X'A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5',X'0807060504030201',X'A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6A6');
INSERT INTO "image" VALUES(1,'old','6161616161616161616161616161616161616161616161616161616161616161',50,'{"atomic":true,"bindist":true}');
INSERT INTO "plan" VALUES(1,0,'{"baseEdges":["sys\/b-2"],"buildKey":"1010101010101010101010101010101010101010101010101010101010101010","cpv":"app\/a-1","expected":{"cores":2,"cpu":4000,"disk":8,"duration":7000,"memory":7},"index":0,"iuse":["x","y"],"properties":[],"reason":"new","repository":"gentoo","restrict":[],"runtime":[],"slot":"0\/3","use":["x"],"waitsFor":[],"ownKey":"1010101010101010101010101010101010101010101010101010101010101010","ingredients":{"recipe":"1010101010101010101010101010101010101010101010101010101010101010","environment":"1010101010101010101010101010101010101010101010101010101010101010","base":"1010101010101010101010101010101010101010101010101010101010101010"},"packs":false,"isForced":false,"candidates":[]}');
INSERT INTO "plan" VALUES(1,1,'{"baseEdges":[],"buildKey":"2020202020202020202020202020202020202020202020202020202020202020","cached":{"buildID":3,"buildKey":"2020202020202020202020202020202020202020202020202020202020202020","cpv":"app\/c-1","package":{"digest":"2121212121212121212121212121212121212121212121212121212121212121","size":132},"path":"app\/c\/c-1-3.gpkg.tar"},"cpv":"app\/c-1","index":1,"iuse":["x","y"],"properties":[],"reason":"cached: app\/c\/c-1-3.gpkg.tar","repository":"gentoo","restrict":[],"runtime":[],"slot":"0\/3","use":["x"],"waitsFor":[],"ownKey":"2020202020202020202020202020202020202020202020202020202020202020","ingredients":{"recipe":"2020202020202020202020202020202020202020202020202020202020202020","environment":"2020202020202020202020202020202020202020202020202020202020202020","base":"2020202020202020202020202020202020202020202020202020202020202020"},"packs":false,"isForced":false,"candidates":[]}');
INSERT INTO "plan" VALUES(2,0,'{"baseEdges":["sys\/b-2"],"buildKey":"3030303030303030303030303030303030303030303030303030303030303030","cpv":"app\/d-1","index":0,"iuse":["x","y"],"properties":[],"reason":"new","repository":"gentoo","restrict":[],"runtime":[],"slot":"0\/3","use":["x"],"waitsFor":[],"ownKey":"3030303030303030303030303030303030303030303030303030303030303030","ingredients":{"recipe":"3030303030303030303030303030303030303030303030303030303030303030","environment":"3030303030303030303030303030303030303030303030303030303030303030","base":"3030303030303030303030303030303030303030303030303030303030303030"},"packs":false,"isForced":false,"candidates":[]}');
INSERT INTO "plan" VALUES(2,1,'{"baseEdges":[],"buildKey":"3232323232323232323232323232323232323232323232323232323232323232","cpv":"app\/e-1","index":1,"iuse":["x","y"],"properties":[],"reason":"new","repository":"gentoo","restrict":[],"runtime":[],"slot":"0\/3","use":["x"],"waitsFor":[0],"ownKey":"3232323232323232323232323232323232323232323232323232323232323232","ingredients":{"recipe":"3232323232323232323232323232323232323232323232323232323232323232","environment":"3232323232323232323232323232323232323232323232323232323232323232","base":"3232323232323232323232323232323232323232323232323232323232323232"},"packs":false,"isForced":false,"candidates":[]}');
INSERT INTO "plan" VALUES(2,2,'{"baseEdges":[],"buildKey":"3434343434343434343434343434343434343434343434343434343434343434","cpv":"app\/f-1","index":2,"iuse":["x","y"],"properties":[],"reason":"new","refusal":{"failureClass":"refused","reason":"RESTRICT=fetch"},"repository":"gentoo","restrict":[],"runtime":[],"slot":"0\/3","use":["x"],"waitsFor":[],"ownKey":"3434343434343434343434343434343434343434343434343434343434343434","ingredients":{"recipe":"3434343434343434343434343434343434343434343434343434343434343434","environment":"3434343434343434343434343434343434343434343434343434343434343434","base":"3434343434343434343434343434343434343434343434343434343434343434"},"packs":false,"isForced":false,"candidates":[]}');
INSERT INTO "plan" VALUES(4,0,'{"baseEdges":["sys\/b-2"],"buildKey":"4040404040404040404040404040404040404040404040404040404040404040","cpv":"app\/a-1","index":0,"iuse":["x","y"],"properties":[],"reason":"new","repository":"gentoo","restrict":[],"runtime":[],"slot":"0\/3","use":["x"],"waitsFor":[],"ownKey":"4040404040404040404040404040404040404040404040404040404040404040","ingredients":{"recipe":"4040404040404040404040404040404040404040404040404040404040404040","environment":"4040404040404040404040404040404040404040404040404040404040404040","base":"4040404040404040404040404040404040404040404040404040404040404040"},"packs":false,"isForced":false,"candidates":[]}');
INSERT INTO "plan" VALUES(5,0,'{"baseEdges":["sys\/b-2"],"buildKey":"5050505050505050505050505050505050505050505050505050505050505050","cpv":"app\/g-1","index":0,"iuse":["x","y"],"properties":[],"reason":"new","repository":"gentoo","restrict":[],"runtime":[],"slot":"0\/3","use":["x"],"waitsFor":[],"ownKey":"5050505050505050505050505050505050505050505050505050505050505050","ingredients":{"recipe":"5050505050505050505050505050505050505050505050505050505050505050","environment":"5050505050505050505050505050505050505050505050505050505050505050","base":"5050505050505050505050505050505050505050505050505050505050505050"},"packs":false,"isForced":false,"candidates":[]}');
INSERT INTO "plan" VALUES(5,1,'{"baseEdges":[],"buildKey":"5252525252525252525252525252525252525252525252525252525252525252","cpv":"app\/h-1","index":1,"iuse":["x","y"],"properties":[],"reason":"new","repository":"gentoo","restrict":[],"runtime":[],"slot":"0\/3","use":["x"],"waitsFor":[0],"ownKey":"5252525252525252525252525252525252525252525252525252525252525252","ingredients":{"recipe":"5252525252525252525252525252525252525252525252525252525252525252","environment":"5252525252525252525252525252525252525252525252525252525252525252","base":"5252525252525252525252525252525252525252525252525252525252525252"},"packs":false,"isForced":false,"candidates":[]}');
INSERT INTO "plan" VALUES(5,2,'{"baseEdges":[],"buildKey":"5454545454545454545454545454545454545454545454545454545454545454","cpv":"app\/i-1","index":2,"iuse":["x","y"],"properties":[],"reason":"new","repository":"gentoo","restrict":[],"runtime":[],"slot":"0\/3","use":["x"],"waitsFor":[],"ownKey":"5454545454545454545454545454545454545454545454545454545454545454","ingredients":{"recipe":"5454545454545454545454545454545454545454545454545454545454545454","environment":"5454545454545454545454545454545454545454545454545454545454545454","base":"5454545454545454545454545454545454545454545454545454545454545454"},"packs":false,"isForced":false,"candidates":[]}');
INSERT INTO "plan" VALUES(5,3,'{"baseEdges":[],"buildKey":"5656565656565656565656565656565656565656565656565656565656565656","cpv":"app\/k-1","index":3,"iuse":["x","y"],"properties":[],"reason":"new","repository":"gentoo","restrict":[],"runtime":[],"slot":"0\/3","use":["x"],"waitsFor":[],"ownKey":"5656565656565656565656565656565656565656565656565656565656565656","ingredients":{"recipe":"5656565656565656565656565656565656565656565656565656565656565656","environment":"5656565656565656565656565656565656565656565656565656565656565656","base":"5656565656565656565656565656565656565656565656565656565656565656"},"packs":false,"isForced":false,"candidates":[]}');
INSERT INTO "plan" VALUES(5,4,'{"baseEdges":[],"buildKey":"5858585858585858585858585858585858585858585858585858585858585858","cpv":"app\/l-1","index":4,"iuse":["x","y"],"properties":[],"reason":"new","repository":"gentoo","restrict":[],"runtime":[],"slot":"0\/3","use":["x"],"waitsFor":[1,2],"ownKey":"5858585858585858585858585858585858585858585858585858585858585858","ingredients":{"recipe":"5858585858585858585858585858585858585858585858585858585858585858","environment":"5858585858585858585858585858585858585858585858585858585858585858","base":"5858585858585858585858585858585858585858585858585858585858585858"},"packs":false,"isForced":false,"candidates":[]}');
INSERT INTO "worker" VALUES('w2','{"conduct":{"failedBuilds":[],"faults":[],"good":0,"refuted":[],"timesAside":0},"drained":true,"speed":{"factor":1,"ratios":[]}}');
CREATE INDEX job_by_cp ON job(cp);
CREATE INDEX attempt_by_run ON attempt(run);
CREATE INDEX package_by_run ON package(run);
