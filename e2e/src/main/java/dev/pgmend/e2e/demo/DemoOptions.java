// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * The options of the demo.
 *
 * @param scale of TPC-H
 * @param seed of all random choices
 * @param measure how long to measure latency before the faults, during them, and after their repair
 * @param operator the command that runs the operator on a directory of manifests
 */
record DemoOptions(
    double scale, long seed, Duration measure, Function<Path, List<String>> operator) {}
