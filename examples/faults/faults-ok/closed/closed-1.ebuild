# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Healthy; nobody may give its binary package on.
inherit tiny-library
RESTRICT="bindist"
