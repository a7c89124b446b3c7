package dev.pgmend.e2e.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * What the demo is asked for.
 *
 * @param scale of TPC-H
 * @param seed of everything that is drawn at random
 * @param measure how long latency is measured in the healthy, the broken and the mended shop each
 * @param operator from the directory of the manifests to the command that runs the operator on them
 */
record DemoOptions(
    double scale, long seed, Duration measure, Function<Path, List<String>> operator) {}
