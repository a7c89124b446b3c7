/** Detectors of faults in replication. */
@NullMarked
package dev.pgmend.healing.detect.replication;

import org.jspecify.annotations.NullMarked;
