# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

TINY_NEEDS="closed"
inherit tiny-library
