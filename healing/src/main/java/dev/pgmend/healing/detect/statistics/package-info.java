/** Detectors of planner statistics that are missing or out of date. */
@NullMarked
package dev.pgmend.healing.detect.statistics;

import org.jspecify.annotations.NullMarked;
